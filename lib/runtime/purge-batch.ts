import { type CounterEntry, type StampedEntry, toCountersText, withPurged } from '@/lib/core/counters';
import type { GuardCheck } from '@/lib/core/guard';
import { evidenceAgeMs, guardsPass } from '@/lib/core/guards';
import { effectivePolicy } from '@/lib/core/settings';
import type { BatchCandidate, BatchDecision, BatchGround, BatchMember, BatchResult, BatchTurn } from './batch-request';
import { encodeOutboxEntry } from './drain-outbox';
import { fencedBatch } from './fenced-batch';
import { type Gathered, toFenceCheck } from './gather-purge';
import { crowdNow, guardsNow, toCounterEntries } from './guards-now';
import { isCurrent, isLapsed, markGoing, PROOF_WAIT_MS, readGuarded, refusalOf } from './judge-purge';
import { gatherEvidence } from './plan-purge';
import { isLate, toFencedDeps } from './purge-one';
import { attemptIdOf, type PurgeDeps, type PurgeOptions, questionOf } from './purge-options';
import { type Result, type Task, toDraft, toResult } from './purge-record';
import type { RollEntry } from './roll';

/** More than this of other ephemerals, and the session has transactions of its own. */
const OWNED_MAX = 8;
/** Evidence that will be young enough in the turn of the write as well. */
const YOUNG_MS = 1_000;
/** Looking at many takes that much longer. */
const PROOF_WAIT_MS_EACH = 20;

/** Its session registered nothing else, and what else it owns can go along in a transaction that many share. */
export function goesInBatch({ owned, siblings }: Gathered): boolean {
	return (
		owned !== null &&
		siblings !== null &&
		siblings.length === 0 &&
		owned.length <= OWNED_MAX + 1 &&
		owned.every((znode) => znode.kind !== 'out-of-reach') &&
		owned.filter((znode) => znode.kind === 'registration').length <= 1
	);
}

export type BatchTask = Pick<Task, 'request' | 'identity'> & {
	readonly members: readonly { readonly entry: RollEntry; readonly gathered: Gathered }[];
	/** Paths that the whole request would remove from here on; those that are gone leave it. */
	readonly planned: Set<string>;
	/** Told of each member once; `apart`: nothing was done, it needs transactions of its own. */
	onResult(entry: RollEntry, result: Result | 'apart'): void;
};

type Going = BatchMember & {
	readonly entry: RollEntry;
	readonly gathered: Gathered;
	guards: readonly GuardCheck[];
	evidenceAtMs: number | null;
	unmark(): void;
};

/** Purges many members, each under all guards in the very turn of its write, in transactions that they share. */
export async function purgeBatch(deps: PurgeDeps, task: BatchTask, options: PurgeOptions): Promise<void> {
	const going = new Map(task.members.map((member) => [pathOf(member.entry), toGoing(deps, member, options)]));
	const override = task.request.override ?? false;
	const untilMs = deps.clock.nowMs() + PROOF_WAIT_MS + task.members.length * PROOF_WAIT_MS_EACH;

	const askedOf = ({ entry, gathered }: Going) =>
		questionOf({ ...task, entry, gathered, planned: task.planned.size }, options);

	function onDone({ incarnation }: BatchMember, done: BatchResult): void {
		const member = going.get(incarnation.path);
		if (!member) {
			return;
		}
		if (done.kind !== 'committed') {
			member.unmark();
			task.onResult(member.entry, done.kind === 'apart' ? 'apart' : toResult(done, member.guards, member.attemptId));
			return;
		}
		// Counted by now, by the transaction itself.
		task.planned.delete(incarnation.path);
		deps.onCommitted(member.entry, member.attemptId, done.committedAtMs, isLate(done, member.evidenceAtMs));
		task.onResult(member.entry, toResult(done, member.guards, member.attemptId));
	}

	await fencedBatch(toFencedDeps(deps), {
		members: [...going.values()],
		standing(members) {
			if (deps.clock.nowMs() >= untilMs) {
				// Whoever is not proven by now is told so.
				return members;
			}
			const crowd = crowdNow(deps.membership);
			return members.filter(({ incarnation }) => {
				const member = going.get(incarnation.path);
				if (!member || !isCurrent(deps, member.entry)) {
					return true;
				}
				const asked = { ...askedOf(member), crowd, fence: toFenceCheck('full', 0) };
				const guards = guardsNow(deps, member.entry, asked);
				return guardsPass(guards) || !isLapsed(member.entry, guards);
			});
		},
		openTurn: (ground) => openTurn(deps, task, options, going, ground, untilMs),
		verifyAgain: (members) =>
			lookAgain(
				deps,
				members.flatMap(({ incarnation }) => going.get(incarnation.path)?.entry ?? []),
				override,
			),
		onDone,
	});
}

/**
 * Rounds of the proven follow each other by themselves: whoever was asked a moment ago needs another sweep, and not to be
 * asked again together with hundreds, which is what kept the sweeps from following each other.
 */
async function lookAgain(deps: PurgeDeps, entries: readonly RollEntry[], override: boolean): Promise<void> {
	const nowMs = deps.clock.nowMs();
	const old = entries.filter(({ state }) => (evidenceAgeMs(state, nowMs) ?? Number.POSITIVE_INFINITY) > YOUNG_MS);
	if (override || old.length > 0) {
		const paths = (override ? entries : old).map(pathOf);
		await gatherEvidence(deps, paths, override);
	} else {
		await deps.membership.sweeps.next();
	}
}

function toGoing(deps: PurgeDeps, member: BatchTask['members'][number], options: PurgeOptions): Going {
	const { entry, gathered } = member;
	const { incarnation, dataVersion } = entry.registration;
	const unmark = markGoing(deps, [incarnation.path]);
	return {
		entry,
		gathered,
		incarnation,
		dataVersion,
		owned: (gathered.owned ?? []).filter((znode) => znode.path !== incarnation.path),
		attemptId: attemptIdOf(options, incarnation.path, incarnation.czxid),
		guards: [],
		evidenceAtMs: null,
		unmark: () => unmark([incarnation.path]),
	};
}

/**
 * Everything that is the same for all members is read and counted once here. Each is then decided on as if those taken
 * before it had been purged already: they count for its guards, and leave what is planned.
 */
function openTurn(
	deps: PurgeDeps,
	task: BatchTask,
	options: PurgeOptions,
	going: ReadonlyMap<string, Going>,
	ground: BatchGround,
	untilMs: number,
): BatchTurn {
	const nowMs = deps.clock.nowMs();
	const { counters, settings } = readGuarded(deps, ground);
	const crowd = crowdNow(deps.membership);
	const policy = effectivePolicy(deps.config.policy, settings);
	const taken: CounterEntry[] = [];
	const counting: StampedEntry[] = [...(counters ?? [])];

	function decide(member: Going, candidate: BatchCandidate): BatchDecision {
		const { entry, gathered, attemptId } = member;
		const planned = task.planned.size - taken.length;
		const asked = questionOf({ ...task, entry, gathered, planned }, options);
		const fence = toFenceCheck(candidate.strength, 0);
		const guards = guardsNow(deps, entry, { ...asked, fence, counters: counters && counting, settings, crowd });
		member.guards = guards;
		if (!isCurrent(deps, entry)) {
			return { kind: 'refuse', reason: 'incarnation-changed', detail: 'the member registered again or left' };
		}
		if (!guardsPass(guards)) {
			return isLapsed(entry, guards) && nowMs < untilMs ? { kind: 'wait' } : refusalOf(guards);
		}
		const ageMs = evidenceAgeMs(entry.state, nowMs);
		member.evidenceAtMs = ageMs === null ? null : nowMs - ageMs;
		const turn = { ...ground, ...candidate, attemptId, part: 'registration' } as const;
		const told = { kind: 'purged', reason: 'committed', guards, turn } as const;
		const added = toCounterEntries(deps, entry, gathered, attemptId, asked.requester);
		return {
			kind: 'write',
			record: encodeOutboxEntry(toDraft(deps, { ...task, entry }, attemptId, told)),
			counterBytes: Buffer.byteLength(toCountersText({ entries: added })),
			take() {
				taken.push(...added);
				counting.push(...added.map((each) => ({ ...each, firstSeenAtMs: nowMs })));
			},
		};
	}

	return {
		countersBytes: ground.counters.byteLength,
		decide(member, candidate) {
			const own = going.get(member.incarnation.path);
			return own
				? decide(own, candidate)
				: { kind: 'refuse', reason: 'internal', detail: 'it is no part of this request' };
		},
		counters() {
			const next = withPurged(counters ?? [], taken, policy, nowMs);
			return next ? Buffer.from(toCountersText(next)) : null;
		},
	};
}

function pathOf(entry: RollEntry): string {
	return entry.registration.incarnation.path;
}
