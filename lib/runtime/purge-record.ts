import { randomUUID } from 'node:crypto';
import { boundText } from '@/lib/core/audit-bounds';
import type { AuditDraft, Json } from '@/lib/core/audit-entry';
import type { GuardCheck } from '@/lib/core/guard';
import { toHex } from '@/lib/core/ids';
import { toJson } from '@/lib/core/json';
import type { Identity } from '@/lib/core/ports';
import type { OutcomeReason, PurgeOutcomeKind } from '@/lib/core/purge-plan';
import type { OutcomesView } from '@/lib/core/purge-view';
import type { CarriedRequest } from '@/lib/core/second-person';
import type { DecisionTurn, FencedDeleteResult } from './fenced-delete';
import type { Gathered, PurgeGround } from './gather-purge';
import { judgedOn } from './guards-now';
import { toGuardView } from './plan-purge';
import type { RollEntry } from './roll';

const DETAIL_MAX = 1_000;
/** How long the answer waits for the record to reach the database, for its number. */
const RECORD_WAIT_MS = 2_000;
/** And for the records of all the others that were purged with it. */
const RECORD_WAIT_MS_EACH = 10;

export type RecordDeps = PurgeGround & {
	/** The console or agent that decides; the actor is whoever wanted it. */
	readonly observer?: string;
	/** Null: recorded, but has no number yet (an agent leaves its records in the outbox). */
	readonly audit: { append(draft: AuditDraft): Promise<{ readonly sequence: number } | null> };
	/** Resolves with the entry's number when the record of this key is in the database, null after the time given. */
	readonly recorded: (key: string, withinMs: number) => Promise<string | null>;
};

export type Outcome = OutcomesView['outcomes'][number];

export type Result = {
	readonly kind: PurgeOutcomeKind;
	readonly reason: OutcomeReason;
	readonly detail: string;
	readonly guards: readonly GuardCheck[];
	readonly zxid: bigint | null;
	readonly left: readonly string[];
	/** Set when the transaction itself wrote the record. */
	readonly attempt: string | null;
};

const nothing = { guards: [], zxid: null, left: [], attempt: null } as const;

export function staleOutcome(): Result {
	return {
		...nothing,
		kind: 'stale',
		reason: 'incarnation-changed',
		detail: 'this incarnation is not registered any more',
	};
}

/** Another registration of its session was purged before it in the same request, and took it along. */
export function goneAlongOutcome(): Result {
	return { ...staleOutcome(), detail: 'it went with another registration of its session' };
}

export function refusedOutcome(reason: OutcomeReason): Result {
	const details: Partial<Record<OutcomeReason, string>> = {
		'reason-missing': 'a reason is required: it goes into the audit log',
		'confirm-mismatch': 'confirm must be the member id typed out, or the number of members for several',
	};
	return { ...nothing, kind: 'refused', reason, detail: details[reason] ?? reason };
}

export type Task = {
	readonly request: CarriedRequest;
	readonly identity: Identity;
	readonly entry: RollEntry;
	readonly gathered: Gathered;
	/** Registrations that the request removes from here on. */
	readonly planned: number;
};

export function toResult(done: FencedDeleteResult, guards: readonly GuardCheck[], attempt: string): Result {
	switch (done.kind) {
		case 'committed': {
			const left = done.left.map((znode) => znode.path);
			const kind = left.length > 0 ? 'partial' : 'purged';
			const reason = left.length > 0 ? (done.left[0]?.reason ?? 'out-of-reach') : 'committed';
			const detail = `${done.removed.length} znodes removed in ${done.attempts} attempt(s)`;
			return { kind, reason, detail, guards, zxid: done.zxid, left, attempt };
		}
		case 'stale':
			return { ...nothing, kind: 'stale', reason: done.reason, detail: done.detail, guards };
		case 'contended':
			return {
				...nothing,
				kind: 'contended',
				reason: done.reason,
				detail: `${done.path} was busy in ${done.attempts} attempts`,
				guards,
			};
		case 'refused':
			return { ...nothing, kind: 'refused', reason: done.reason, detail: done.detail, guards };
		case 'failed':
			return { ...nothing, kind: 'failed', reason: done.reason, detail: done.detail, guards };
	}
}

/** The audit record of one purge, with the complete input that the core decided on. */
export function toDraft(
	deps: RecordDeps,
	task: Pick<Task, 'request' | 'identity'> & { readonly entry: RollEntry | null },
	key: string,
	told: {
		kind: PurgeOutcomeKind;
		reason: OutcomeReason;
		guards: readonly GuardCheck[];
		turn?: DecisionTurn;
		detail?: string;
		left?: readonly string[];
		member?: { path: string; czxid: string };
	},
): AuditDraft {
	const { entry, request, identity } = task;
	const detail: { [key: string]: Json } = {
		observer: deps.observer ?? null,
		reason: told.reason,
		text: told.detail ?? '',
		guards: toJson(told.guards),
		left: toJson(told.left ?? []),
		override: request.override ?? false,
		approval: toJson(request.approval ?? null),
		// Both persons: the actor is the one who approved, with the reason of this record.
		approvedOverride: toJson(request.approved ?? null),
	};
	if (entry) {
		// The complete input that the core decided on, so that the decision can be judged again. Where no guard was asked, as
		// things stand.
		detail.input = toJson(
			judgedOn(told.guards) ?? {
				state: entry.state,
				context: deps.membership.roll.contextOf(entry),
				nowMs: deps.clock.nowMs(),
			},
		);
	}
	if (told.turn) {
		const { attempt, part, removes, roundTripMs, strength, unguarded } = told.turn;
		detail.transaction = toJson({ attempt, part, removes, roundTripMs, strength, unguarded });
	}
	return {
		key,
		atMs: Math.round(deps.clock.wallMs()),
		actor: identity.actor,
		action: 'member.purge',
		outcome: told.kind,
		cluster: deps.config.id,
		member: entry?.registration.incarnation.path ?? told.member?.path ?? null,
		memberId: entry?.registration.id ?? null,
		czxid: entry ? toHex(entry.registration.incarnation.czxid) : (told.member?.czxid ?? null),
		reason: request.reason?.trim() || null,
		zxid: null,
		detail,
	};
}

/** Records what the transaction did not record itself, and gives the outcome its place in the log. */
export async function conclude(
	deps: RecordDeps,
	request: CarriedRequest,
	identity: Identity,
	member: { path: string; czxid: string },
	entry: RollEntry | null,
	result: Result,
): Promise<Outcome> {
	const { auditId, problem } = await recordResult(deps, { request, identity, entry }, member, result);
	return {
		path: member.path,
		id: entry?.registration.id ?? member.path.slice(member.path.lastIndexOf('/') + 1),
		czxid: member.czxid,
		outcome: result.kind,
		reason: result.reason,
		detail: problem === null ? result.detail : boundText(`${result.detail}; not recorded: ${problem}`, DETAIL_MAX),
		guards: result.guards.map(toGuardView),
		zxid: result.zxid === null ? null : toHex(result.zxid),
		auditId,
		left: [...result.left],
	};
}

/**
 * Never rejects: what was done has its record in the outbox whatever becomes of the database, and whoever asked for
 * several members has to be told of each. What could not be recorded says so in the outcome.
 */
async function recordResult(
	deps: RecordDeps,
	task: Pick<Task, 'request' | 'identity'> & { readonly entry: RollEntry | null },
	member: { path: string; czxid: string },
	result: Result,
): Promise<{ auditId: string | null; problem: string | null }> {
	let auditId: string | null = null;
	try {
		if (result.attempt) {
			const waitMs = RECORD_WAIT_MS + RECORD_WAIT_MS_EACH * task.request.members.length;
			auditId = await deps.recorded(result.attempt, waitMs);
		}
		if (result.kind !== 'purged') {
			const draft = toDraft(deps, task, randomUUID(), { ...result, member });
			const recorded = await deps.audit.append({ ...draft, zxid: result.zxid === null ? null : toHex(result.zxid) });
			auditId ??= recorded === null ? null : String(recorded.sequence);
		}
		return { auditId, problem: null };
	} catch (error) {
		return { auditId, problem: error instanceof Error ? error.message : String(error) };
	}
}
