import { randomBytes, randomUUID } from 'node:crypto';
import { type StampedEntry, stampEntries, toCountersText, withPurged } from '@/lib/core/counters';
import type { GuardCheck, Requester } from '@/lib/core/guard';
import { evidenceAgeMs, guardsPass } from '@/lib/core/guards';
import { toHex } from '@/lib/core/ids';
import { RULES } from '@/lib/core/policy';
import type { Identity, LatchPort } from '@/lib/core/ports';
import type { TakeoverClaim } from '@/lib/core/prove-takeover';
import type { OutcomeReason } from '@/lib/core/purge-plan';
import type { OutcomesView, PurgeRequest } from '@/lib/core/purge-view';
import { encodeOutboxEntry } from './drain-outbox';
import type { FencePaths } from './fence-look';
import { type Decision, type DecisionTurn, fencedDelete, type Verification } from './fenced-delete';
import {
	checkFence,
	type Gathered,
	type GuardQuestion,
	gatherOwned,
	guardsNow,
	toCounterEntries,
	toFenceCheck,
} from './gather-purge';
import { gatherEvidence, pathsOf, plannedPaths, requestedEntry } from './plan-purge';
import {
	conclude,
	goneAlongOutcome,
	type Outcome,
	type RecordDeps,
	refusedOutcome,
	staleOutcome,
	type Task,
	toDraft,
	toResult,
} from './purge-record';
import { readCounters } from './read-counters';
import type { FindAttempt } from './resolve-attempt';
import type { RollEntry } from './roll';

export type PurgeDeps = RecordDeps & {
	readonly latchPort: LatchPort;
	readonly paths: FencePaths;
	readonly findAttempt: FindAttempt;
	/** The counters' stamps by the own clock, shared with whoever watches them. */
	readonly stamped: () => readonly StampedEntry[];
	readonly onCommitted: (entry: RollEntry, attempt: string, committedAtMs: number, late: boolean) => void;
};

/** Who wants it, where it is not an operator. */
export type PurgeOptions = {
	readonly by?: Requester;
	/** What the member shows that starts in this one's place; for the requester `takeover`. */
	readonly claimOf?: (entry: RollEntry) => TakeoverClaim | null;
};

/** How long a purge looks for a proof that is about to stand. */
const PROOF_WAIT_MS = 2_500;

/**
 * Purges what the request names, one member after another, each under all guards evaluated again here however the
 * request arrived. Never rejects for what ZooKeeper or a guard says: each member has its outcome.
 */
export async function purgeMembers(
	deps: PurgeDeps,
	request: PurgeRequest,
	identity: Identity,
	options: PurgeOptions = {},
): Promise<OutcomesView> {
	const wanted = request.members;
	await gatherEvidence(
		deps,
		wanted.map((member) => member.path),
		request.override ?? false,
	);
	const found = wanted.map((member) => ({ member, entry: requestedEntry(deps, member) }));
	const formal = refuseFormally(
		request,
		found.map((each) => each.entry),
	);
	const gathered = new Map<RollEntry, Gathered>();
	for (const { entry } of found) {
		if (entry && !formal) {
			gathered.set(entry, await gatherOwned(deps, entry));
		}
	}
	const planned = plannedPaths(gathered);
	const outcomes: Outcome[] = [];
	for (const { member, entry } of found) {
		const own = entry ? gathered.get(entry) : undefined;
		if (!entry) {
			outcomes.push(await conclude(deps, request, identity, member, null, staleOutcome()));
		} else if (formal || !own) {
			const reason = formal ?? 'internal';
			outcomes.push(await conclude(deps, request, identity, member, entry, { ...refusedOutcome(reason) }));
		} else if (!planned.has(member.path)) {
			outcomes.push(await conclude(deps, request, identity, member, entry, goneAlongOutcome()));
		} else {
			const one = await purgeOne(deps, { request, identity, entry, gathered: own, planned: planned.size }, options);
			outcomes.push(one);
			// Only what is gone, and so counted by now, leaves the plan: more than the radius is refused as a whole.
			if (one.outcome === 'purged' || one.outcome === 'partial') {
				for (const path of pathsOf(entry, own).filter((each) => !one.left.includes(each))) {
					planned.delete(path);
				}
			}
		}
	}
	return { outcomes };
}

/** What the form of the request itself forbids. */
function refuseFormally(request: PurgeRequest, entries: readonly (RollEntry | null)[]): OutcomeReason | null {
	if (!request.reason?.trim()) {
		return 'reason-missing';
	}
	const only = entries.length === 1 ? entries[0] : null;
	const expected = entries.length === 1 ? only?.registration.id : String(entries.length);
	// A single member that is gone has no id to type: its outcome is stale.
	return expected === undefined || request.confirm === expected ? null : 'confirm-mismatch';
}

async function purgeOne(deps: PurgeDeps, task: Task, options: PurgeOptions): Promise<Outcome> {
	const { request, identity, entry, gathered } = task;
	const member = { path: entry.registration.incarnation.path, czxid: toHex(entry.registration.incarnation.czxid) };
	const fence = await checkFence(deps, entry);
	const question = {
		gathered,
		planned: task.planned,
		override: request.override ?? false,
		role: identity.role,
		approval: request.approval ?? null,
		requester: options.by ?? 'human',
		claim: options.claimOf?.(entry) ?? null,
	};
	const first = await guardsSoon(deps, entry, { ...question, fence });
	if (!guardsPass(first)) {
		return conclude(deps, request, identity, member, entry, {
			...refusedOutcome('guard'),
			detail: failing(first),
			guards: first,
		});
	}
	const attempt = randomUUID();
	/** As the registration's own multi was decided on; what later parts find changes nothing of that. */
	let guards = first;
	let evidenceAtMs: number | null = null;

	const decideNow = (turn: DecisionTurn): Decision => {
		const document = readCounters(turn.counters);
		const nowMs = deps.clock.nowMs();
		const counters = document ? stampEntries(deps.stamped(), document, nowMs) : null;
		// What this very purge has counted in its first multi is not counted against its own rest.
		const planned = turn.part === 'rest' ? 0 : task.planned;
		const now = guardsNow(deps, entry, { ...question, planned, counters, fence: toFenceCheck(turn.strength, 0) });
		guards = turn.part === 'registration' ? now : guards;
		if (!isCurrent(deps, entry) && turn.part === 'registration') {
			return { kind: 'refuse', reason: 'incarnation-changed', detail: 'the member registered again or left' };
		}
		if (!guardsPass(now)) {
			const expired = now.some((check) => check.guard === 'evidence-age' && check.result !== 'pass');
			return { kind: 'refuse', reason: expired ? 'evidence-expired' : 'guard', detail: failing(now) };
		}
		const ageMs = evidenceAgeMs(entry.state, nowMs);
		evidenceAtMs = turn.part === 'registration' && ageMs !== null ? nowMs - ageMs : evidenceAtMs;
		const draft = toDraft(deps, task, turn.attemptId, { kind: 'purged', reason: 'committed', guards: now, turn });
		if (turn.part === 'rest' || !counters) {
			return { kind: 'write', outbox: encodeOutboxEntry(draft), counters: null };
		}
		const { policy } = deps.membership.roll.contextOf(entry);
		const next = withPurged(
			counters,
			toCounterEntries(deps, entry, gathered, attempt, question.requester),
			policy,
			nowMs,
		);
		if (!next) {
			return {
				kind: 'refuse',
				reason: 'counters-busy',
				detail: 'the purge counters are full: wait for the window to pass',
			};
		}
		return { kind: 'write', outbox: encodeOutboxEntry(draft), counters: Buffer.from(toCountersText(next)) };
	};

	const verifyAgain = async (): Promise<Verification> => {
		await gatherEvidence(deps, [member.path], question.override);
		const again = guardsNow(deps, entry, { ...question, fence });
		guards = again;
		return guardsPass(again) ? { kind: 'verified' } : { kind: 'refuse', reason: 'guard', detail: failing(again) };
	};

	const unmark = markGoing(deps, pathsOf(entry, gathered));
	const done = await fencedDelete(
		{
			zk: deps.zk,
			latch: deps.latchPort,
			clock: deps.clock,
			paths: deps.paths,
			randomHex16: () => randomBytes(8).toString('hex'),
			findAttempt: deps.findAttempt,
		},
		{
			incarnation: entry.registration.incarnation,
			dataVersion: entry.registration.dataVersion,
			owned: (gathered.owned ?? []).filter((znode) => znode.path !== member.path),
			attemptId: attempt,
			decideNow,
			verifyAgain,
		},
	);
	if (done.kind === 'committed') {
		// The evidence of the decision, not what came in while a stalled leader kept the commit waiting.
		const late = done.committedAtMs - (evidenceAtMs ?? done.decidedAtMs) > RULES.latePurgeMs;
		deps.onCommitted(entry, attempt, done.committedAtMs, late);
		unmark(done.left.map((znode) => znode.path));
	} else {
		unmark(pathsOf(entry, gathered));
	}
	return conclude(deps, request, identity, member, entry, toResult(done, guards, attempt));
}

/**
 * The guards, given a moment: a proof may have lapsed for want of one sweep (500 ms apart, at most) and stand again
 * when the session has settled anew. Whatever else fails fails at once.
 */
async function guardsSoon(deps: PurgeDeps, entry: RollEntry, question: GuardQuestion): Promise<GuardCheck[]> {
	const deadlineMs = deps.clock.nowMs() + PROOF_WAIT_MS;
	for (;;) {
		const guards = guardsNow(deps, entry, question);
		const failed = guards.filter((check) => check.result === 'fail' || check.result === 'unknown');
		const lapsed = failed.every((check) => check.guard === 'verdict' || check.guard === 'evidence-age');
		const looking = lapsed && entry.state.session.state === 'gone' && deps.clock.nowMs() < deadlineMs;
		if (failed.length === 0 || !looking) {
			return guards;
		}
		await gatherEvidence(deps, [entry.registration.incarnation.path], question.override);
	}
}

/** All that a purge removes is said to have been purged; what then stays is taken back with the answer. */
function markGoing(deps: PurgeDeps, paths: readonly string[]): (kept: readonly string[]) => void {
	const { roll } = deps.membership;
	const marked = paths.flatMap((path) => roll.entries.get(path)?.registration.incarnation ?? []);
	for (const incarnation of marked) {
		roll.markPurged(incarnation);
	}
	return (kept) => {
		for (const incarnation of marked.filter((each) => kept.includes(each.path))) {
			roll.unmarkPurged(incarnation);
		}
	};
}

function isCurrent(deps: PurgeDeps, entry: RollEntry): boolean {
	return deps.membership.roll.entryOf(entry.registration.incarnation) === entry;
}

function failing(guards: readonly GuardCheck[]): string {
	return guards
		.filter((check) => check.result === 'fail' || check.result === 'unknown')
		.map((check) => `${check.guard}: ${check.code}`)
		.join('; ');
}
