import type { Harvest } from './assemble-sweep';
import type { Dump, Result } from './server-source';
import type { ServerVisit, SweepMemory } from './swept-server';

/** How long 'nobody follows unnamed' is believed of the same leader; `monitor` is the dearest of the commands (18 ms). */
const STRANGERS_MS_MAX = 10_000;

type Task = {
	readonly memory: SweepMemory;
	readonly visits: readonly ServerVisit[];
	/** The dump of the last sweep's leader, asked for while the listings were read. */
	readonly ahead: Promise<Result<Dump>> | null;
	readonly withEphemerals: boolean;
	readonly signal: AbortSignal;
	readonly nowMs: number;
};

/**
 * What only the leader tells: the expiry table, and who follows it when a server is silent. Where its dump fails, the
 * ephemerals are taken from another server's.
 */
export async function readLeader(task: Task): Promise<Pick<Harvest, 'visits' | 'leaderDump' | 'ephemerals'>> {
	const { memory, visits, signal } = task;
	const leaders = visits.filter(({ report }) => ['leader', 'standalone'].includes(report?.answer.role ?? ''));
	const leader = leaders.length === 1 ? (leaders[0] ?? null) : null;
	const sameLeader = leader !== null && leader.server === memory.leader;
	memory.leader = leader?.server ?? null;
	if (!sameLeader) memory.strangersAtMs = null;
	const ahead = sameLeader ? task.ahead : null;
	const [dump, followed] = await Promise.all([
		leader ? (ahead ?? leader.server.source.dump(signal)) : null,
		leader ? askFollowing(leader, task) : null,
	]);
	const leaderDump = leader && dump?.ok ? { visit: leader, dump: dump.value } : null;
	const elsewhere = async () => (task.withEphemerals ? anyEphemerals(visits, leader, signal) : null);
	return {
		visits: visits.map((visit) => (visit === leader && followed ? followed : visit)),
		leaderDump,
		ephemerals: (task.withEphemerals ? leaderDump?.dump.ephemerals : null) ?? (await elsewhere()),
	};
}

/**
 * The leader's visit with what it tells of its followers. Asked when a server is silent, and else now and then, for
 * followers that no config names; between, it is what it was.
 */
async function askFollowing(leader: ServerVisit, task: Task): Promise<ServerVisit | null> {
	const { memory, visits, nowMs } = task;
	const { following } = leader.server.source;
	const { answer } = leader.reading;
	if (following === null || answer === null || answer.role !== 'leader') return null;
	const fresh = memory.strangersAtMs !== null && nowMs - memory.strangersAtMs < STRANGERS_MS_MAX;
	const silent = visits.some(({ report }) => report === null);
	const told = fresh && !silent ? null : await following(task.signal);
	if (told?.ok) memory.strangersAtMs = told.value.nonVotingFollowers === 0 ? nowMs : null;
	const facts = told?.ok ? told.value : { nonVotingFollowers: fresh ? 0 : null };
	return { ...leader, reading: { ...leader.reading, answer: { ...answer, ...facts } } };
}

async function anyEphemerals(
	visits: readonly ServerVisit[],
	leader: ServerVisit | null,
	signal: AbortSignal,
): Promise<Dump['ephemerals'] | null> {
	for (const visit of visits) {
		if (visit === leader || visit.report === null) continue;
		const dump = await visit.server.source.dump(signal);
		if (dump.ok) return dump.value.ephemerals;
	}
	return null;
}
