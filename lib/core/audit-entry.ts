/** JSON that survives canonicalisation: bigint ids are 0x-hex strings by now. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export const AUDIT_ACTIONS = [
	'console.start',
	'console.stop',
	'operator.sign-in',
	'operator.sign-in-refused',
	'operator.sign-out',
	'operator.create',
	'operator.change',
	'token.create',
	'token.revoke',
	'request.refused',
	'member.verdict',
	'member.purge',
	'member.takeover',
	'member.late-purge',
	'member.ghost',
	'member.replaced',
	'member.exit-report',
	'override.request',
	'override.approve',
	'override.withdraw',
	'override.expire',
	'recovery.change',
	'maintenance.begin',
	'maintenance.end',
	'drill.start',
	'drill.finish',
	'drill.export',
	'audit.export',
	'audit.heads-anew',
	'audit.archive',
	'audit.sign-off',
	'webhook.create',
	'webhook.change',
	'webhook.remove',
	'webhook.secret',
	'webhook.test',
	'webhook.pause',
	'outbox.garbage',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export type Actor = {
	readonly kind: 'operator' | 'token' | 'system';
	/** Username, token name, or the console's name. */
	readonly name: string;
	readonly role: string | null;
	readonly sourceAddress: string | null;
};

/** What happened, before it has a place in the chain. */
export type AuditDraft = {
	/** Unique for ever: a random id; for purges the attempt's id, so that the outbox is drained exactly once. */
	readonly key: string;
	/** ms since the epoch, the recorder's wall clock; for display. */
	readonly atMs: number;
	readonly actor: Actor;
	readonly action: AuditAction;
	/** 'ok', or for a purge one of PURGE_OUTCOMES, or 'refused' … */
	readonly outcome: string;
	readonly cluster: string | null;
	/** The member's path. */
	readonly member: string | null;
	readonly memberId: string | null;
	readonly czxid: string | null;
	readonly reason: string | null;
	readonly zxid: string | null;
	/** The complete input on which the core decided, and whatever else explains the entry. */
	readonly detail: Json;
};

/** An entry in its place. `hash` = SHA-256 hex over canonical JSON of everything else, `previousHash` included. */
export type AuditEntry = AuditDraft & {
	/** 1, 2, 3 … without a gap. */
	readonly sequence: number;
	readonly previousHash: string;
	readonly hash: string;
};
