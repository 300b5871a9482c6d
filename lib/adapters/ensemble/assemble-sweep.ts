import type { SessionConnection } from '../../core/evidence';
import { decideOrphanGround } from '../../core/orphan-ground';
import type { Sweep, SweepServerView, SweepSession } from '../../core/ports';
import { type Completeness, decideCompleteness, type EnsembleNames } from '../../core/sweep';
import { gapProblem } from './problem';
import type { Dump } from './server-source';
import { type ServerVisit, uptimeOf } from './swept-server';

/** Everything one sweep read, before it is judged. */
export type Harvest = {
	readonly visits: readonly ServerVisit[];
	readonly named: EnsembleNames | null;
	/** Ids of the voting members; null when not known. */
	readonly voters: ReadonlySet<number> | null;
	/** The only leader's dump, with the expiry table. */
	readonly leaderDump: { readonly visit: ServerVisit; readonly dump: Dump } | null;
	readonly ephemerals: Dump['ephemerals'] | null;
	readonly ownSessionId: bigint | null;
	/** Epoch of a write that came before this sweep; null without one. */
	readonly confirmedEpoch: number | null;
	readonly sweepNumber: number;
	readonly startedAtMs: number;
	readonly finishedAtMs: number;
	readonly local: boolean;
	readonly loopPauseMsMax: number;
};

type MutableSession = { connections: SessionConnection[]; expiryBucketMs: number | null; expiresInMs: number | null };

/** The sweep as the core knows it, from all that was read. */
export function assembleSweep(harvest: Harvest): Sweep {
	const sessions = new Map<bigint, MutableSession>();
	for (const visit of harvest.visits) addConnections(sessions, visit, harvest.finishedAtMs);
	addExpiries(sessions, harvest);
	const own = harvest.ownSessionId === null ? undefined : sessions.get(harvest.ownSessionId);
	const completeness = decideCompleteness({
		readings: harvest.visits.map(({ reading }) => reading),
		named: harvest.named,
		ownSessionListed: own !== undefined && own.connections.length > 0,
	});
	const { sweepNumber, startedAtMs, finishedAtMs, local, loopPauseMsMax, leaderDump } = harvest;
	const orphanGround = decideOrphanGround({
		completeness,
		readings: harvest.visits.map(({ reading }) => reading),
		voters: harvest.voters,
		confirmedEpoch: harvest.confirmedEpoch,
		// By its table alone: a follower's dump names owners too, but its table is empty.
		ownSessionInDump: harvest.ownSessionId !== null && leaderDump?.dump.buckets.has(harvest.ownSessionId) === true,
		tickMs: leaderDump?.visit.report?.tickTimeMs ?? null,
	});
	return {
		summary: { sweepNumber, startedAtMs, finishedAtMs, ...completeness, local, loopPauseMsMax, orphanGround },
		sessions: sessions satisfies ReadonlyMap<bigint, SweepSession>,
		ephemerals: harvest.ephemerals,
		servers: harvest.visits.map((visit) => toView(visit, completeness)),
		leaderDumpSessions: orphanGround && leaderDump && trackedBy(leaderDump.dump),
	};
}

/**
 * The expiry table names every session that the leader tracks (seen on 3.8.0). The owners of ephemerals are none of its
 * business here: the tree goes on naming a forgotten session as the owner of what it left behind, and that very znode is
 * what a forgotten session is asked about.
 */
function trackedBy({ buckets }: Dump): ReadonlySet<bigint> {
	return new Set(buckets.keys());
}

function sessionOf(sessions: Map<bigint, MutableSession>, id: bigint): MutableSession {
	const known = sessions.get(id);
	if (known !== undefined) return known;
	const fresh = { connections: [], expiryBucketMs: null, expiresInMs: null };
	sessions.set(id, fresh);
	return fresh;
}

function addConnections(
	sessions: Map<bigint, MutableSession>,
	{ server, report }: ServerVisit,
	finishedAtMs: number,
): void {
	if (report === null) return;
	const uptime = uptimeOf(report);
	const serverNowMs = uptime && server.elapsed.nowMs(finishedAtMs, uptime);
	for (const { sessionId, lastResponseMs, ...listed } of report.connections) {
		const heardMsAgo = serverNowMs === null || lastResponseMs === null ? null : serverNowMs - lastResponseMs;
		sessionOf(sessions, sessionId).connections.push({
			...listed,
			serverId: report.answer.serverId ?? -1,
			server: server.label,
			lastHeardMsAgo: heardMsAgo === null ? null : Math.max(0, Math.round(heardMsAgo)),
		});
	}
}

/**
 * Adds the leader's expiry table. A bucket is the first multiple of a tick after the last touch plus the session's timeout,
 * so bucket - timeout - tick had passed when the table was read: what the leader's clock is estimated from when none of its
 * own connections has answered lately.
 */
function addExpiries(sessions: Map<bigint, MutableSession>, { leaderDump, finishedAtMs }: Harvest): void {
	if (leaderDump === null) return;
	const { visit, dump } = leaderDump;
	const uptime = visit.report && uptimeOf(visit.report);
	const tickTimeMs = visit.report?.tickTimeMs ?? null;
	let touchedMs = Number.NEGATIVE_INFINITY;
	for (const [id, bucketMs] of dump.buckets) {
		const session = sessionOf(sessions, id);
		session.expiryBucketMs = bucketMs;
		const timeoutMs = session.connections[0]?.sessionTimeoutMs ?? null;
		if (timeoutMs !== null && tickTimeMs !== null) touchedMs = Math.max(touchedMs, bucketMs - timeoutMs - tickTimeMs);
	}
	if (uptime === null) return;
	if (Number.isFinite(touchedMs)) visit.server.dumpClock.learn(touchedMs, dump.heardAtMs, uptime);
	const nowMs = visit.server.dumpClock.nowMs(finishedAtMs, uptime);
	if (nowMs === null) return;
	for (const id of dump.buckets.keys()) {
		const session = sessionOf(sessions, id);
		if (session.expiryBucketMs !== null) session.expiresInMs = Math.max(0, Math.round(session.expiryBucketMs - nowMs));
	}
}

function toView(
	{ server, report, reading, problem }: ServerVisit,
	{ gaps, standalone }: Completeness,
): SweepServerView {
	const gap = gaps.find((one) => one.server === server.label);
	const noSource = reading.failure?.code === 'no-source' && report === null;
	return {
		server: server.label,
		serverId: report?.answer.serverId ?? (standalone ? 0 : null),
		role: report?.answer.role ?? null,
		source: noSource ? null : server.source.kind,
		answered: report !== null,
		connections: report?.connections.length ?? null,
		uptimeMs: report?.answer.uptimeMs ?? null,
		latencyMsAvg: report?.latencyMsAvg ?? null,
		version: report?.version ?? null,
		problem: problem ?? (gap ? gapProblem(gap) : null),
	};
}
