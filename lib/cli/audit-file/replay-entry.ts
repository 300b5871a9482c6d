import { z } from 'zod';
import type { AuditEntry } from '@/lib/core/audit-entry';
import { GUARDS, type GuardCode, REQUESTERS } from '@/lib/core/guard';
import type { GuardRecord } from '@/lib/core/guard-record';
import { toHex } from '@/lib/core/ids';
import type { MemberState } from '@/lib/core/member-state';
import { ROLES } from '@/lib/core/ports';
import { REASON_CODES, VERDICTS } from '@/lib/core/reason';
import { type Difference, isRemoval, replayPurge, replayVerdict } from '@/lib/core/replay';
import { decisionInput, number, text } from './decision-input';

/** Why an entry that holds a decision cannot be decided again. */
export type NotReplayable =
	/** The detail was too long to be kept whole. */
	| 'truncated'
	/** Refused, stale or failed before any guard was asked. */
	| 'no-guard-asked'
	/** Gone by a purge: that one's own entry is what was decided. */
	| 'left-purged'
	/** By a release that did not record what its guards rested on. */
	| 'older-release'
	/** Something in the record is not what a record holds; `problem` says what. */
	| 'unreadable';

export type Replayed =
	| { readonly kind: 'no-decision' }
	| { readonly kind: 'agrees' }
	| { readonly kind: 'differs'; readonly differences: readonly Difference[] }
	| { readonly kind: 'not-replayable'; readonly why: NotReplayable; readonly problem: string };

const reasons = z.array(z.enum(REASON_CODES)).max(1_000);

const verdictDetail = z.object({
	from: z.enum(VERDICTS),
	to: z.enum(VERDICTS),
	reasons,
	input: decisionInput,
});

const count = z.int().min(0).max(1_000_000);
const facts = z.record(text, z.union([text, z.number()]));
const guards = z
	.array(
		z.object({
			guard: z.enum(GUARDS),
			result: z.enum(['pass', 'fail', 'unknown', 'inactive']),
			// Compared, never acted on: a code that this release does not know differs.
			code: z.custom<GuardCode>((value) => typeof value === 'string', 'is no text'),
			facts,
		}),
	)
	.max(100);

const recovery = z.object({
	groups: z
		.array(z.object({ group: text, members: number, notAlive: number }))
		.max(10_000)
		.nullable(),
	rate: z.object({ needed: number, tokens: number }).nullable(),
	flapping: z.object({ path: text.nullable(), purges: number }).nullable(),
	settings: z
		.object({
			killSwitch: z.object({ by: text, reason: text }).nullable(),
			maintenance: z.object({ path: text, by: text, reason: text, untilMs: number }).nullable(),
			switchedOn: z.boolean(),
		})
		.nullable(),
});

const asked = z.object({
	by: z.enum(REQUESTERS),
	role: z.enum(ROLES),
	planned: number,
	latch: z.enum(['held', 'waiting', 'unknown']),
	siblings: z.object({ count, lives: text.nullable(), unprovable: text.nullable() }).nullable(),
	radius: z.object({ counted: number, registered: number }).nullable(),
	recovery: recovery.nullable(),
	claim: z
		.object({ requesterIp: text.nullable(), held: z.array(text).max(10_000), predecessorIp: text.nullable() })
		.nullable(),
	secondPersonNeeded: z.boolean(),
}) satisfies z.ZodType<GuardRecord>;

const actor = z.object({
	kind: z.enum(['operator', 'token', 'system']),
	name: text,
	role: text.nullable(),
	sourceAddress: text.nullable(),
});

const purgeDetail = z.object({
	reason: text,
	guards,
	override: z.boolean(),
	approval: z.object({ members: number }).nullable(),
	approvedOverride: z
		.object({
			id: text,
			path: text,
			czxid: text,
			memberId: text,
			requester: actor,
			role: z.enum(ROLES),
			reason: text,
			requestedAtMs: number,
		})
		.nullable()
		.default(null),
	transaction: z.object({ strength: z.enum(['full', 'weak']) }).optional(),
	input: decisionInput.extend({ asked }),
});

/** Decides once more what the entry says was decided. Total: whatever an entry holds has an answer. */
export function replayEntry(entry: AuditEntry): Replayed {
	switch (entry.action) {
		case 'member.verdict':
			return replayVerdictEntry(entry);
		case 'member.purge':
			return replayPurgeEntry(entry);
		default:
			return { kind: 'no-decision' };
	}
}

function replayVerdictEntry(entry: AuditEntry): Replayed {
	const parsed = parseDetail(verdictDetail, entry);
	if (parsed.kind === 'not-replayable') {
		return parsed;
	}
	const { detail } = parsed;
	if (detail.to === 'left' && detail.reasons.length === 1 && detail.reasons[0] === 'left-purged') {
		return notReplayable('left-purged', "the purge's own entry holds what was decided");
	}
	return toReplayed([
		...aboutOther(entry, detail.input.state),
		...(entry.outcome === detail.to ? [] : [{ what: 'outcome', recorded: entry.outcome, replayed: detail.to }]),
		...replayVerdict(detail),
	]);
}

function replayPurgeEntry(entry: AuditEntry): Replayed {
	const unasked = whyUnasked(entry);
	if (unasked) {
		return unasked;
	}
	const parsed = parseDetail(purgeDetail, entry);
	if (parsed.kind === 'not-replayable') {
		return parsed;
	}
	const { detail } = parsed;
	const differences = replayPurge({
		outcome: entry.outcome,
		reason: detail.reason,
		guards: detail.guards,
		input: detail.input,
		override: detail.override,
		approval: detail.approval,
		approved: detail.approvedOverride,
		asker: entry.actor,
		strength: detail.transaction?.strength ?? null,
	});
	return toReplayed([...aboutOther(entry, detail.input.state), ...differences]);
}

/** What stands in a record without guards, or without what they rested on. */
const outline = z.object({
	guards: z.array(z.unknown()),
	input: z.object({ asked: z.unknown().optional() }).optional(),
});

/** A removal with no guard behind it is no gap in the record: it is what must never have happened. */
function whyUnasked({ outcome, detail }: AuditEntry): Replayed | null {
	const found = outline.safeParse(detail);
	if (!found.success) {
		return null;
	}
	if (found.data.guards.length === 0) {
		return isRemoval(outcome)
			? toReplayed([{ what: 'guards', recorded: 'none', replayed: 'no purge without guards' }])
			: notReplayable('no-guard-asked', `${outcome} before any guard was asked`);
	}
	return found.data.input?.asked === undefined
		? notReplayable('older-release', 'what the guards rested on is not in the record')
		: null;
}

/** The evidence must be of the very incarnation that the entry is about. */
function aboutOther({ member, czxid }: AuditEntry, { incarnation }: MemberState): Difference[] {
	const told = `${member} ${czxid}`;
	const found = `${incarnation.path} ${toHex(incarnation.czxid)}`;
	return told === found ? [] : [{ what: 'incarnation', recorded: told, replayed: found }];
}

const truncated = z.object({ truncated: z.literal(true), sha256: z.string() });

function parseDetail<T extends z.ZodType>(schema: T, { detail }: AuditEntry) {
	if (truncated.safeParse(detail).success) {
		return notReplayable('truncated', 'the detail was too long to be kept whole');
	}
	const parsed = schema.safeParse(detail);
	if (parsed.success) {
		return { kind: 'detail', detail: parsed.data } as const;
	}
	const [issue] = parsed.error.issues;
	return notReplayable('unreadable', `detail.${issue?.path.map(String).join('.')}: ${issue?.message}`.slice(0, 500));
}

function notReplayable(why: NotReplayable, problem: string) {
	return { kind: 'not-replayable', why, problem } as const;
}

function toReplayed(differences: readonly Difference[]): Replayed {
	return differences.length === 0 ? { kind: 'agrees' } : { kind: 'differs', differences };
}
