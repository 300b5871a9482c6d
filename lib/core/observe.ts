import type { Evidence, ProbeAnswer, RoundEvidence, SessionEvidence, TripwireEvidence } from './evidence';
import { endpointKey, sameIncarnation } from './member';
import {
	countedEndpoints,
	type EndpointState,
	type GoneSweep,
	type MemberState,
	type SessionReading,
	type SessionState,
} from './member-state';
import { RULES } from './policy';
import { isSettled } from './proof';

/** Keeps lists of a suspicion bounded; a proof needs far fewer. */
const KEPT = 64;

/**
 * Folds one atom of evidence into what is known of a member. Pure. Evidence of another incarnation changes nothing.
 * No verdict is decided here (see verdict.ts).
 */
export function observe(state: MemberState, evidence: Evidence): MemberState {
	if (!sameIncarnation(state.incarnation, evidence.incarnation)) {
		return state;
	}
	switch (evidence.kind) {
		case 'tripwire':
			return observeTripwire(state, evidence);
		case 'round':
			return observeRound(state, evidence);
		case 'session':
			return observeSession(state, evidence);
	}
}

function newEndpoint(endpoint: EndpointState['endpoint'], addressName: string): EndpointState {
	return {
		endpoint,
		addressName,
		everAccepted: false,
		attributed: true,
		last: null,
		failingSinceMs: null,
		timeoutsInARow: 0,
		tripwire: { state: 'none', openedAtMs: 0, changedAtMs: 0 },
		closedByPeer: null,
	};
}

/** Declares an endpoint of the member, so that rounds and tripwires have a place. */
export function withEndpoint(
	state: MemberState,
	endpoint: EndpointState['endpoint'],
	addressName: string,
): MemberState {
	const key = endpointKey(endpoint);
	if (state.endpoints[key]) {
		return state;
	}
	return { ...state, endpoints: { ...state.endpoints, [key]: newEndpoint(endpoint, addressName) } };
}

function observeTripwire(state: MemberState, evidence: TripwireEvidence): MemberState {
	const key = endpointKey(evidence.endpoint);
	const before = state.endpoints[key] ?? newEndpoint(evidence.endpoint, '');
	// A late event of an older connection says nothing of the present one.
	if (before.tripwire.state === 'open' && evidence.openedAtMs < before.tripwire.openedAtMs) {
		return state;
	}
	const tripwire = { state: evidence.state, openedAtMs: evidence.openedAtMs, changedAtMs: evidence.observedAtMs };
	if (evidence.state !== 'closed-by-peer') {
		const answered = evidence.state === 'open' && before.attributed;
		const after = { ...before, tripwire, everAccepted: before.everAccepted || answered };
		return { ...state, endpoints: { ...state.endpoints, [key]: after } };
	}
	const heldMs = evidence.observedAtMs - evidence.openedAtMs;
	const closedByPeer =
		before.attributed && heldMs >= (before.closedByPeer?.heldMs ?? -1)
			? { heldMs, atMs: evidence.observedAtMs }
			: before.closedByPeer;
	const after = { ...before, tripwire, attributed: false, closedByPeer };
	// What was refused while a connection to the process was still open does not count towards its death.
	const refusals = before.attributed ? [] : state.refusals;
	return { ...state, refusals, endpoints: { ...state.endpoints, [key]: after } };
}

function observeAnswer(before: EndpointState, answer: ProbeAnswer, atMs: number): EndpointState {
	const last = { result: answer.result, rttMs: answer.rttMs, atMs };
	if (answer.result === 'accepted') {
		return {
			...before,
			last,
			everAccepted: before.everAccepted || before.attributed,
			failingSinceMs: null,
			timeoutsInARow: 0,
		};
	}
	return {
		...before,
		last,
		failingSinceMs: before.failingSinceMs ?? atMs,
		timeoutsInARow: answer.result === 'timed-out' ? before.timeoutsInARow + 1 : 0,
	};
}

function observeRound(state: MemberState, evidence: RoundEvidence): MemberState {
	const endpoints = { ...state.endpoints };
	for (const answer of evidence.answers) {
		const key = endpointKey(answer.endpoint);
		endpoints[key] = observeAnswer(endpoints[key] ?? newEndpoint(answer.endpoint, ''), answer, evidence.observedAtMs);
	}
	const lastRound = {
		startedAtMs: evidence.startedAtMs,
		finishedAtMs: evidence.observedAtMs,
		ownHealth: evidence.ownHealth,
	};
	const next = { ...state, endpoints, lastRound };
	const counted = new Set(countedEndpoints(next).map((entry) => endpointKey(entry.endpoint)));
	const ofCounted = evidence.answers.filter((answer) => counted.has(endpointKey(answer.endpoint)));
	if (ofCounted.some((answer) => answer.result === 'accepted')) {
		return { ...next, refusals: [] };
	}
	const refused = ofCounted.filter((answer) => answer.result === 'refused').length;
	const well =
		evidence.ownHealth.loopPauseMsMax <= RULES.loopPauseMsMax &&
		evidence.ownHealth.zooKeeperSessionFine &&
		evidence.ownHealth.referenceAccepted;
	if (counted.size === 0 || refused < counted.size || !well || evidence.startedAtMs < contradictedUntilMs(next)) {
		return next;
	}
	const round = { startedAtMs: evidence.startedAtMs, finishedAtMs: evidence.observedAtMs };
	return { ...next, refusals: [...state.refusals.slice(1 - KEPT), round] };
}

/** A round that began before the latest sign of life was asked while the process still lived, whenever it ends. */
function contradictedUntilMs(state: MemberState): number {
	const { session } = state;
	const listedMs =
		session.state === 'connected' ? (session.lastSweep?.finishedAtMs ?? 0) : (session.lastListedAtMs ?? 0);
	const closings = countedEndpoints(state).filter(({ tripwire }) => tripwire.state === 'closed-by-peer');
	return Math.max(listedMs, ...closings.map(({ tripwire }) => tripwire.changedAtMs));
}

/** Whoever writes the registration's data may be its living owner: what a proof rests on has to be seen anew. */
export function noteDataWritten(state: MemberState): MemberState {
	return { ...state, refusals: [], held: null, session: { ...state.session, goneRun: [] } };
}

function observeSession(state: MemberState, evidence: SessionEvidence): MemberState {
	const session = nextSession(state.session, evidence);
	if (evidence.state !== 'connected') {
		return { ...state, session };
	}
	// A listed connection contradicts death: whatever was refused before it is void.
	const next: MemberState = { ...state, session, refusals: [] };
	const livedAtMs = livedAtLeastUntil(state.session.reading, session.reading);
	return livedAtMs === null ? next : restoreAttribution(next, livedAtMs);
}

/** A server may list the connection of a process that just died for some tens of ms (40 measured). */
const LISTING_LAG_MS = 50;

/**
 * A time at which the process still lived for sure, read off two listings of its session and nothing else, so that a
 * sweep more or less between them changes nothing: packets rose since the last listing began, or it holds a
 * connection that the last listing did not know.
 */
function livedAtLeastUntil(then: readonly SessionReading[], now: readonly SessionReading[]): number | null {
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

/** This incarnation lived on after a tripwire's end: its addresses are its own again, and that end proves nothing. */
function restoreAttribution(state: MemberState, livedAtMs: number): MemberState {
	const endpoints: Record<string, EndpointState> = {};
	for (const [key, entry] of Object.entries(state.endpoints)) {
		const lost = !entry.attributed && entry.tripwire.changedAtMs <= livedAtMs;
		const closedBefore = (entry.closedByPeer?.atMs ?? Number.POSITIVE_INFINITY) <= livedAtMs;
		endpoints[key] = lost || closedBefore ? { ...entry, attributed: true, closedByPeer: null } : entry;
	}
	return { ...state, endpoints };
}

function nextSession(before: SessionState, evidence: SessionEvidence): SessionState {
	const { sweep } = evidence;
	const common = {
		...before,
		lastSweep: sweep,
		expiresInMs: evidence.expiresInMs,
		expiresReadAtMs: sweep.finishedAtMs,
	};
	if (evidence.state === 'connected') {
		return { ...common, ...listed(before, evidence) };
	}
	if (evidence.state === 'unknown') {
		// An incomplete sweep says nothing; the run of gone sweeps must not bridge it by age (see nextGoneRun).
		return { ...common, state: before.state === 'gone' ? 'gone' : 'unknown', expiresInMs: evidence.expiresInMs };
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

function listed(before: SessionState, evidence: SessionEvidence): Partial<SessionState> {
	const { sweep, connections } = evidence;
	const reading: SessionReading[] = connections.map((connection) => ({
		serverId: connection.serverId,
		connectionKey: connection.connectionKey,
		packetsReceived: connection.packetsReceived,
		atMs: sweep.startedAtMs,
	}));
	const latest = connections.at(-1);
	return {
		state: 'connected',
		server: latest?.server ?? null,
		lastHeardMsAgo: latest?.lastHeardMsAgo ?? null,
		timeoutMs: latest?.sessionTimeoutMs ?? before.timeoutMs,
		remoteIp: latest?.remoteIp ?? before.remoteIp,
		firstListedAtMs: before.firstListedAtMs ?? sweep.startedAtMs,
		lastListedAtMs: sweep.startedAtMs,
		reading,
		progress: progressBetween(before, reading, sweep.startedAtMs) ?? before.progress,
		goneRun: [],
		goneSinceMs: null,
		touched: false,
	};
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
	return { run: first ? [first, ...rest.slice(2 - KEPT), record] : [record], touched: before.touched };
}
