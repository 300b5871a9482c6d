import { randomUUID } from 'node:crypto';
import type { Actor, AuditAction, AuditDraft, Json } from '../core/audit-entry';
import { toJson } from '../core/json';
import type { Clock } from '../core/ports';
import type { PendingOverride } from '../core/second-person';

export type OverrideDraftDeps = { readonly cluster: string; readonly observer: string; readonly clock: Clock };

export type OverrideDeed = {
	readonly action: Extract<AuditAction, `override.${string}`>;
	readonly actor: Actor;
	readonly outcome: 'ok' | 'refused';
	readonly reason: string | null;
	/** Null: none is known under the id that was named. */
	readonly override: PendingOverride | null;
	readonly more?: { readonly [key: string]: Json };
};

/** The audit record of what was done about a pending override, with all that it says. */
export function toOverrideDraft(deps: OverrideDraftDeps, deed: OverrideDeed): AuditDraft {
	const { override } = deed;
	return {
		key: randomUUID(),
		atMs: Math.round(deps.clock.wallMs()),
		actor: deed.actor,
		action: deed.action,
		outcome: deed.outcome,
		cluster: deps.cluster,
		member: override?.path ?? null,
		memberId: override?.memberId ?? null,
		czxid: override?.czxid ?? null,
		reason: deed.reason,
		zxid: null,
		detail: { observer: deps.observer, override: toJson(override), ...deed.more },
	};
}
