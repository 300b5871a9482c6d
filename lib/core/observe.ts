import { isWell } from './conditions';
import type {
	Evidence,
	HealthEvidence,
	ProbeAnswer,
	RoundEvidence,
	SessionEvidence,
	TripwireEvidence,
} from './evidence';
import { endpointKey, sameIncarnation } from './member';
import {
	countedEndpoints,
	type EndpointState,
	type GoneSweep,
	type MemberState,
	type RefusalRound,
} from './member-state';
import { observeHealth } from './observe-health';
import { livedAtLeastUntil, nextSession } from './observe-session';
import { observeSuspicion } from './peers';
import { noteArrival } from './phi';

/**
 * Refusals kept beside the first one: a proof needs a pair of rounds, and the first of all is the best first of any pair. What is
 * kept goes into each record of a decision.
 */
const REFUSALS_KEPT = 6;

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
		case 'health':
			return observeHealthCheck(state, evidence);
		case 'suspicion':
			return { ...state, peers: observeSuspicion(state.peers, evidence) };
		case 'exit-report': {
			const { reporter, detail, observedAtMs: atMs } = evidence;
			return hasLivedSince(state, atMs) ? state : { ...state, exitReport: { reporter, detail, atMs } };
		}
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

/** Whether all of its addresses are watched; while one is not, no proof by refusal, and what was refused before is void. */
export function withAllWatched(state: MemberState, all: boolean): MemberState {
	return all
		? { ...state, addressesUnwatched: false }
		: { ...state, addressesUnwatched: true, refusals: [], held: null };
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
	// The end of its idle time says nothing of the process: it counts as if no connection could be held there.
	const heldMs = evidence.idle ? 0 : evidence.observedAtMs - evidence.openedAtMs;
	const closedByPeer =
		before.attributed && heldMs >= (before.closedByPeer?.heldMs ?? -1)
			? { heldMs, atMs: evidence.observedAtMs }
			: before.closedByPeer;
	const after = { ...before, tripwire, attributed: false, closedByPeer };
	// What was refused while a connection to the process was still open does not count towards its death.
	const refusals = before.attributed ? [] : state.refusals;
	return { ...state, refusals, endpoints: { ...state.endpoints, [key]: after } };
}

/** Nobody at the other end said a word: an expired attempt, or a router (or this host, for its own network) that gave up on the host. */
const UNREACHABLE_CODES: readonly (string | null)[] = ['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN'];

function isUnanswered({ result, errorCode }: ProbeAnswer): boolean {
	return result === 'timed-out' || (result === 'failed' && UNREACHABLE_CODES.includes(errorCode));
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
		timeoutsInARow: isUnanswered(answer) ? before.timeoutsInARow + 1 : 0,
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
		return { ...next, refusals: [], arrivals: noteArrival(state.arrivals, evidence.observedAtMs) };
	}
	const refused = ofCounted.filter((answer) => answer.result === 'refused').length;
	if (
		counted.size === 0 ||
		refused < counted.size ||
		!isWell(evidence.ownHealth) ||
		evidence.startedAtMs < contradictedUntilMs(next)
	) {
		return next;
	}
	const number = (state.refusals.at(-1)?.number ?? 0) + 1;
	const round = { number, startedAtMs: evidence.startedAtMs, finishedAtMs: evidence.observedAtMs };
	const [first, ...rest] = state.refusals;
	return { ...next, refusals: first ? [first, ...rest.slice(1 - REFUSALS_KEPT), round] : [round] };
}

/** A round that began before the latest sign of life was asked while the process still lived, whenever it ends. */
function contradictedUntilMs(state: MemberState): number {
	const { session } = state;
	const listedMs =
		session.state === 'connected' ? (session.lastSweep?.finishedAtMs ?? 0) : (session.lastListedAtMs ?? 0);
	const closings = countedEndpoints(state).filter(({ tripwire }) => tripwire.state === 'closed-by-peer');
	return Math.max(listedMs, state.health.answeredAtMs ?? 0, ...closings.map(({ tripwire }) => tripwire.changedAtMs));
}

/** A report that arrives late says nothing against what was seen since. */
function hasLivedSince({ session, health }: MemberState, atMs: number): boolean {
	return Math.max(session.progress?.sinceMs ?? 0, health.answeredAtMs ?? 0) >= atMs;
}

/** Whoever writes the registration's data may be its living owner: what a proof rests on has to be seen anew. */
export function noteDataWritten(state: MemberState): MemberState {
	return { ...state, refusals: [], held: null, session: { ...state.session, goneRun: [] } };
}

function observeSession(state: MemberState, evidence: SessionEvidence): MemberState {
	const session = nextSession(state.session, evidence);
	if (evidence.state !== 'connected') {
		return { ...state, session: { ...session, goneRun: thinRun(session.goneRun, state.refusals) } };
	}
	// A listed connection contradicts death: whatever was refused before it is void.
	const next: MemberState = { ...state, session, refusals: [] };
	const livedAtMs = livedAtLeastUntil(state.session.reading, session.reading);
	return livedAtMs === null ? next : livedUntil(next, livedAtMs);
}

/**
 * A run's first sweep and its latest say how long the session has been gone; between rounds of refusals the first sweep after
 * each says all that any later one could. The one that was the latest until now goes if it is none of them.
 */
function thinRun(run: readonly GoneSweep[], refusals: readonly RefusalRound[]): readonly GoneSweep[] {
	const latest = run.at(-1);
	const formerly = run.at(-2);
	const before = run.at(-3);
	if (!latest || !formerly || !before) {
		return run;
	}
	const isFirstAfter = refusals.some(
		({ finishedAtMs }) => before.startedAtMs < finishedAtMs && finishedAtMs <= formerly.startedAtMs,
	);
	return isFirstAfter ? run : [...run.slice(0, -2), latest];
}

/** A check that this incarnation answered contradicts death; one that names somebody else takes its address from it. */
function observeHealthCheck(state: MemberState, evidence: HealthEvidence): MemberState {
	const { health, own, foreignEndpoint } = observeHealth(state, evidence);
	const next = { ...state, health };
	if (own) {
		const living = { ...next, refusals: [] };
		// An anonymous answer counts by attribution: it cannot give any back.
		return health.last?.namedOwn ? livedUntil(living, evidence.startedAtMs) : living;
	}
	const taken = foreignEndpoint === null ? undefined : state.endpoints[foreignEndpoint];
	// An open tripwire is this incarnation's own, whoever answers new connections: the address is shared.
	if (!taken || taken.tripwire.state === 'open') {
		return next;
	}
	return { ...next, endpoints: { ...state.endpoints, [endpointKey(taken.endpoint)]: { ...taken, attributed: false } } };
}

/** This incarnation lived on after a tripwire's end: its addresses are its own again, and that end proves nothing. */
function livedUntil(state: MemberState, livedAtMs: number): MemberState {
	const endpoints: Record<string, EndpointState> = {};
	for (const [key, entry] of Object.entries(state.endpoints)) {
		const lost = !entry.attributed && entry.tripwire.changedAtMs <= livedAtMs;
		const closedBefore = (entry.closedByPeer?.atMs ?? Number.POSITIVE_INFINITY) <= livedAtMs;
		endpoints[key] = lost || closedBefore ? { ...entry, attributed: true, closedByPeer: null } : entry;
	}
	const exitReport = state.exitReport && state.exitReport.atMs <= livedAtMs ? null : state.exitReport;
	return { ...state, endpoints, exitReport };
}
