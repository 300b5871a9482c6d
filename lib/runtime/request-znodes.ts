import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AUDIT_BOUNDS, boundText } from '../core/audit-bounds';
import { GUARDS, type GuardCode } from '../core/guard';
import { ROLES } from '../core/ports';
import { type OutcomeReason, PURGE_OUTCOMES } from '../core/purge-plan';
import { RELAY_BOUNDS, type RelayedAnswer, type RelayedRequest } from '../core/relayed-request';
import { pendingOverrideSchema } from './override-znodes';

const { textMax, pathMax, membersMax, heldMax, bytesMax } = RELAY_BOUNDS;
const text = z.string().max(textMax);
/** Sentences with paths in them. */
const longText = z.string().max(16 * 1024);
const path = z.string().min(1).max(pathMax).startsWith('/');
const czxid = z.string().regex(/^0x[0-9a-f]{1,16}$/i);

const claim = z.strictObject({
	requesterIp: z.string().max(64).nullable(),
	held: z.array(z.string().max(256)).max(heldMax),
	predecessorIp: z.string().max(64).nullable(),
});

const requestSchema = z.strictObject({
	state: z.literal('asked'),
	kind: z.enum(['purge', 'takeover']),
	askedBy: text,
	identity: z.strictObject({
		actor: z.strictObject({
			kind: z.enum(['operator', 'token', 'system']),
			name: z.string().max(AUDIT_BOUNDS.actorName),
			role: z.string().max(AUDIT_BOUNDS.actorRole).nullable(),
			sourceAddress: z.string().max(AUDIT_BOUNDS.sourceAddress).nullable(),
		}),
		role: z.enum(ROLES),
	}),
	request: z.strictObject({
		members: z
			.array(z.strictObject({ path, czxid }))
			.min(1)
			.max(membersMax)
			.refine((members) => new Set(members.map((member) => member.path)).size === members.length),
		reason: text.optional(),
		confirm: text.optional(),
		override: z.boolean().optional(),
		approval: z.strictObject({ members: z.int().min(1).max(membersMax) }).optional(),
		secondPersonNeeded: z.boolean().optional(),
		approved: pendingOverrideSchema.optional(),
	}),
	claims: z.record(z.string().max(pathMax), claim).refine((claims) => Object.keys(claims).length <= membersMax),
});

// What a console of another release writes may name guards and reasons that this one has no sentence for: shown as they are.
const code = z.string().max(64);
const guardView = z.object({
	guard: z.enum(GUARDS),
	result: z.enum(['pass', 'fail', 'unknown', 'inactive']),
	code: code.transform((value) => value as GuardCode),
	detail: longText,
	facts: z.record(z.string().max(64), z.union([z.string().max(pathMax), z.number()])),
});

const answerSchema = z.strictObject({
	state: z.literal('answered'),
	answeredBy: text,
	outcomes: z
		.array(
			z.object({
				path,
				id: z.string().max(textMax),
				czxid,
				outcome: z.enum(PURGE_OUTCOMES),
				reason: code.transform((value) => value as OutcomeReason),
				detail: longText,
				guards: z.array(guardView).max(64),
				zxid: czxid.nullable(),
				auditId: z.string().max(64).nullable(),
				left: z.array(z.string().max(pathMax)).max(10_000),
			}),
		)
		.max(membersMax),
});

const documentSchema = z.discriminatedUnion('state', [requestSchema, answerSchema]);

export type ParsedRequest =
	| { readonly kind: 'document'; readonly document: RelayedRequest | RelayedAnswer }
	/** `problem` is for people; at most 500 characters. */
	| { readonly kind: 'garbage'; readonly problem: string };

/** Reads the data of a znode under requests/<cluster>; total over hostile data. */
export function parseRequest(data: Uint8Array): ParsedRequest {
	if (data.byteLength > bytesMax) {
		return { kind: 'garbage', problem: `${data.byteLength} bytes, at most ${bytesMax} are read` };
	}
	try {
		const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
		const parsed = documentSchema.safeParse(value);
		if (parsed.success) {
			return { kind: 'document', document: parsed.data };
		}
		const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
		return { kind: 'garbage', problem: boundText(issues.join('; '), 500) };
	} catch (error) {
		// A TypeError of the decoder, a SyntaxError of the parser, a RangeError of nesting that is too deep.
		return { kind: 'garbage', problem: boundText(String(error), 500) };
	}
}

export function encodeRequest(document: RelayedRequest | RelayedAnswer): Buffer {
	return Buffer.from(JSON.stringify(document), 'utf8');
}

/** Name of a request's znode: nothing else belongs there. */
export const REQUEST_NAME = /^r-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The id of the attempt at one incarnation that a request asks for: the same for every console that carries it out, so that
 * one that goes on where another was killed finds what is done.
 */
export function attemptOfRequest(name: string): (path: string, czxid: string) => string {
	return (memberPath, memberCzxid) =>
		createHash('sha256')
			.update(JSON.stringify([name, memberPath, memberCzxid]))
			.digest('hex')
			.slice(0, 40);
}
