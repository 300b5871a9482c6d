import { isSettled } from './conditions';
import type { SessionEvidence } from './evidence';
import type { GoneSweep, OrphanRun, SessionReading, SessionState } from './member-state';
import { RULES } from './policy';

/** Keeps the list bounded, should it ever grow: observe.ts thins it. */
const KEPT = 10;

/** Of two readings of one expiry on a busy machine, and far less than any client that lives leaves of its time-out. */
const TIME_IS_UP_MS = 1_000;

/** A server may list the connection of a process that just died for some tens of ms (40 measured). */
const LISTING_LAG_MS = 50;

/**
 * A time at which the process still lived for sure, read off two listings of its session and nothing else, so that a
 * sweep more or less between them changes nothing: packets rose since the last listing began, or it holds a
 * connection that the last listing did not know.
 */
export function livedAtLeastUntil(then: readonly SessionReading[], now: readonly SessionReading[]): number | null {
	const times = now.flatMap((reading) => {
		const before = then.find((other) => isSameConnection(other, reading));
		if (before) {
			return reading.packetsReceived > before.packetsReceived ? [before.atMs] : [];
		}
		return then.length > 0 ? [reading.atMs - LISTING_LAG_MS] : [];
	});
	return times.length > 0 ? Math.max(...times) : null;
}

function isSameConnection(a: SessionReading, b: SessionReading): boolean {
	return a.connectionKey === b.connectionKey && a.serverId === b.serverId;
}

/** What one more sweep makes of what is known of a session. */
export function nextSession(before: SessionState, evidence: SessionEvidence): SessionState {
	const { sweep } = evidence;
	const common = {
		...before,
		lastSweep: sweep,
		orphan: nextOrphanRun(before.orphan, evidence),
		expiresInMs: nextExpiry(before, evidence),
		expiresReadAtMs: sweep.finishedAtMs,
	};
	if (evidence.state === 'connected') {
		return { ...common, ...listed(before, evidence) };
	}
	if (evidence.state === 'unknown') {
		// An incomplete sweep says nothing; the run of gone sweeps must not bridge it by age (see nextGoneRun).
		return { ...common, state: before.state === 'gone' ? 'gone' : 'unknown' };
	}
	const { run, touched } = nextGoneRun(before, evidence);
	return {
		...common,
		state: 'gone',
		server: null,
		lastHeardMsAgo: null,
		goneRun: run,
		goneSinceMs: before.goneSinceMs ?? sweep.finishedAtMs,
		touched,
	};
}

/**
 * ms; null: not known. Connections are listed a moment before the leader's table is read: of a session that expires between the
 * two a connection is listed still, and the table knows it no more. By the last reading its time was up.
 */
function nextExpiry(before: SessionState, { state, expiresInMs, sweep }: SessionEvidence): number | null {
	if (expiresInMs !== null || state !== 'connected' || before.expiresInMs === null || before.expiresReadAtMs === null) {
		return expiresInMs;
	}
	const leftMs = before.expiresInMs - (sweep.finishedAtMs - before.expiresReadAtMs);
	return leftMs <= TIME_IS_UP_MS ? 0 : null;
}

function listed(before: SessionState, evidence: SessionEvidence): Partial<SessionState> {
	const { sweep, connections } = evidence;
	const reading: SessionReading[] = connections.map((connection) => ({
		serverId: connection.serverId,
		connectionKey: connection.connectionKey,
		packetsReceived: connection.packetsReceived,
		atMs: sweep.startedAtMs,
	}));
	const latest = connections.at(-1);
	const progress = progressBetween(before, reading, sweep.startedAtMs);
	return {
		state: 'connected',
		server: latest?.server ?? null,
		lastHeardMsAgo: latest?.lastHeardMsAgo ?? null,
		timeoutMs: latest?.sessionTimeoutMs ?? before.timeoutMs,
		remoteIp: latest?.remoteIp ?? before.remoteIp,
		latencyMsAvg: latest?.latencyMsAvg ?? before.latencyMsAvg,
		firstListedAtMs: before.firstListedAtMs ?? sweep.startedAtMs,
		lastListedAtMs: sweep.startedAtMs,
		reading,
		progress: progress ?? before.progress,
		quietMsMax: progress ? longestQuiet(before, progress.atMs, latest?.sessionTimeoutMs ?? null) : before.quietMsMax,
		goneRun: [],
		goneSinceMs: null,
		touched: false,
	};
}

/**
 * Some clients ping every third of a long time-out and not at least every 10 s as ZooKeeper's own do: how quiet this one
 * is when it is well is learned. A gap beyond its third was a pause of its own and teaches nothing.
 */
function longestQuiet(before: SessionState, atMs: number, timeoutMs: number | null): number {
	const quietMs = before.progress ? atMs - before.progress.atMs : 0;
	return timeoutMs === null ? before.quietMsMax : Math.max(before.quietMsMax, Math.min(quietMs, timeoutMs / 3));
}

/** A rise of packets on the same connection, or one that the last sweep, a complete one, did not list. */
function progressBetween(
	before: SessionState,
	reading: readonly SessionReading[],
	atMs: number,
): SessionState['progress'] {
	const last = before.lastSweep;
	for (const now of reading) {
		const then = before.reading.find((other) => isSameConnection(other, now));
		if (then && before.state === 'connected' && now.packetsReceived > then.packetsReceived) {
			return { sinceMs: then.atMs, atMs };
		}
		if (last?.complete && (before.state === 'gone' || !then)) {
			return { sinceMs: last.startedAtMs, atMs };
		}
	}
	return null;
}

function nextGoneRun(before: SessionState, evidence: SessionEvidence): { run: readonly GoneSweep[]; touched: boolean } {
	const { sweep } = evidence;
	// Without the leader's table a touch could not be seen; with an own pause the times cannot be trusted.
	if (evidence.expiryBucketMs === null || sweep.loopPauseMsMax > RULES.loopPauseMsMax) {
		return { run: before.goneRun, touched: before.touched };
	}
	const record: GoneSweep = {
		number: 1,
		startedAtMs: sweep.startedAtMs,
		finishedAtMs: sweep.finishedAtMs,
		leaderId: sweep.leaderId,
		epoch: sweep.epoch,
		uptimeMsMin: sweep.uptimeMsMin,
		expiryBucketMs: evidence.expiryBucketMs,
	};
	// A run begins with the settled ensemble: one sweep too early must not spoil all that follow it.
	if (!isSettled(sweep)) {
		return { run: [], touched: before.touched };
	}
	const last = before.goneRun.at(-1);
	if (!last) {
		return { run: [record], touched: before.touched };
	}
	const sameReign = last.leaderId === record.leaderId && last.epoch === record.epoch;
	if (sameReign && record.expiryBucketMs > last.expiryBucketMs) {
		return { run: [record], touched: true };
	}
	if (!sameReign || record.startedAtMs - last.startedAtMs > RULES.sweepGapMsMax) {
		return { run: [record], touched: before.touched };
	}
	// The first sweep of a run fixes how long the session has been gone: it is never dropped.
	const [first, ...rest] = before.goneRun;
	const next = { ...record, number: last.number + 1 };
	return { run: first ? [first, ...rest.slice(2 - KEPT), next] : [record], touched: before.touched };
}

/**
 * A dump that lacks the session extends the run of its reign; a listing, a dump that has it, another reign or a second
 * leader ends it. A sweep without good ground for either says nothing, unless it saw two leaders.
 */
function nextOrphanRun(before: OrphanRun | null, evidence: SessionEvidence): OrphanRun | null {
	const { sweep, inLeaderDump } = evidence;
	const twoLeaders = sweep.gaps.some(({ code }) => code === 'two-leaders');
	if (evidence.state === 'connected' || inLeaderDump === true || twoLeaders) {
		return null;
	}
	// What was read around a pause of our own may be as old as that pause.
	const ground = sweep.loopPauseMsMax > RULES.loopPauseMsMax ? null : sweep.orphanGround;
	if (!ground || inLeaderDump === null || evidence.state !== 'gone' || !isSettled(sweep)) {
		return before;
	}
	const { startedAtMs, finishedAtMs } = sweep;
	if (before && before.leaderId === ground.leaderId && before.epoch === ground.epoch) {
		return { ...before, tickMs: ground.tickMs, lastStartedAtMs: startedAtMs, lastFinishedAtMs: finishedAtMs };
	}
	return {
		...ground,
		firstFinishedAtMs: finishedAtMs,
		lastStartedAtMs: startedAtMs,
		lastFinishedAtMs: finishedAtMs,
	};
}
