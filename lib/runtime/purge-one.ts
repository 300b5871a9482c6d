import { randomBytes } from 'node:crypto';
import { toCountersText, withPurged } from '@/lib/core/counters';
import { evidenceAgeMs, guardsPass } from '@/lib/core/guards';
import { RULES } from '@/lib/core/policy';
import { effectivePolicy } from '@/lib/core/settings';
import { encodeOutboxEntry } from './drain-outbox';
import { type Decision, type DecisionTurn, fencedDelete, type Verification } from './fenced-delete';
import { checkFence, toFenceCheck } from './gather-purge';
import { guardsNow, toCounterEntries } from './guards-now';
import { failing, guardsSoon, isCurrent, markGoing, readGuarded, refusalOf, refusalReason } from './judge-purge';
import { gatherEvidence, pathsOf } from './plan-purge';
import { attemptIdOf, type PurgeDeps, type PurgeOptions, questionOf } from './purge-options';
import { type Result, refusedOutcome, type Task, toDraft, toResult } from './purge-record';

export function toFencedDeps(deps: PurgeDeps) {
	return {
		zk: deps.zk,
		latch: deps.latchPort,
		clock: deps.clock,
		paths: deps.paths,
		randomHex16: () => randomBytes(8).toString('hex'),
		findAttempts: deps.findAttempts,
	};
}

/** Purges one member with all that its session owns, in a transaction of its own and further ones for what does not fit. */
export async function purgeOne(deps: PurgeDeps, task: Task, options: PurgeOptions): Promise<Result> {
	const { entry, gathered } = task;
	const { incarnation, dataVersion } = entry.registration;
	const question = questionOf(task, options);
	const fence = await checkFence(deps, entry);
	const first = await guardsSoon(deps, entry, { ...question, fence });
	if (!guardsPass(first)) {
		return { ...refusedOutcome(refusalReason(first)), detail: failing(first), guards: first };
	}
	const attempt = attemptIdOf(options, incarnation.path, incarnation.czxid);
	/** As the registration's own multi was decided on; what later parts find changes nothing of that. */
	let guards = first;
	let evidenceAtMs: number | null = null;

	const decideNow = (turn: DecisionTurn): Decision => {
		const { counters, settings } = readGuarded(deps, turn);
		const nowMs = deps.clock.nowMs();
		// What this very purge has counted in its first multi is not counted against its own rest.
		const planned = turn.part === 'rest' ? 0 : task.planned;
		const asked = { ...question, planned, counters, settings, fence: toFenceCheck(turn.strength, 0) };
		const now = guardsNow(deps, entry, asked);
		guards = turn.part === 'registration' ? now : guards;
		if (!isCurrent(deps, entry) && turn.part === 'registration') {
			return { kind: 'refuse', reason: 'incarnation-changed', detail: 'the member registered again or left' };
		}
		if (!guardsPass(now)) {
			return refusalOf(now);
		}
		const ageMs = evidenceAgeMs(entry.state, nowMs);
		evidenceAtMs = turn.part === 'registration' && ageMs !== null ? nowMs - ageMs : evidenceAtMs;
		const draft = toDraft(deps, task, turn.attemptId, { kind: 'purged', reason: 'committed', guards: now, turn });
		if (turn.part === 'rest' || !counters) {
			return { kind: 'write', outbox: encodeOutboxEntry(draft), counters: null };
		}
		const added = toCounterEntries(deps, entry, gathered, attempt, question.requester);
		const next = withPurged(counters, added, effectivePolicy(deps.config.policy, settings), nowMs);
		return next
			? { kind: 'write', outbox: encodeOutboxEntry(draft), counters: Buffer.from(toCountersText(next)) }
			: { kind: 'refuse', reason: 'counters-busy', detail: 'the purge counters are full: wait for the window to pass' };
	};

	const verifyAgain = async (): Promise<Verification> => {
		await gatherEvidence(deps, [incarnation.path], question.override);
		const again = guardsNow(deps, entry, { ...question, fence });
		guards = again;
		return guardsPass(again)
			? { kind: 'verified' }
			: { kind: 'refuse', reason: refusalReason(again), detail: failing(again) };
	};

	const unmark = markGoing(deps, pathsOf(entry, gathered));
	const owned = (gathered.owned ?? []).filter((znode) => znode.path !== incarnation.path);
	const request = { incarnation, dataVersion, owned, attemptId: attempt, decideNow, verifyAgain };
	const done = await fencedDelete(toFencedDeps(deps), request);
	if (done.kind === 'committed') {
		deps.onCommitted(entry, attempt, done.committedAtMs, isLate(done, evidenceAtMs));
		unmark(done.left.map((znode) => znode.path));
	} else {
		unmark(pathsOf(entry, gathered));
	}
	return toResult(done, guards, attempt);
}

/** By the evidence of the decision, not by what came in while a stalled leader kept the commit waiting. */
export function isLate(done: { decidedAtMs: number; committedAtMs: number }, evidenceAtMs: number | null): boolean {
	return done.committedAtMs - (evidenceAtMs ?? done.decidedAtMs) > RULES.latePurgeMs;
}
