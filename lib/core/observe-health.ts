import type { HealthEvidence } from './evidence';
import type { HealthState } from './health-state';
import { type Endpoint, endpointKey } from './member';
import { countedEndpoints, type MemberState } from './member-state';

/**
 * Whose answer an anonymous one is: the incarnation's, as long as its own tripwire there was not closed by the peer.
 * For an endpoint that is none of its addresses its other addresses decide, all of them.
 */
function isAttributed(state: MemberState, endpoint: Endpoint): boolean {
	const entry = state.endpoints[endpointKey(endpoint)];
	return entry ? entry.attributed : countedEndpoints(state).every((other) => other.attributed);
}

/**
 * The latest health check shows that this incarnation lives, a veto against every proof: it was answered as it should, or
 * in the name of its very session, whatever else it said ('503: ZooKeeper is away' is said by a living process).
 */
export function healthSpeaksFor(state: MemberState): boolean {
	const { last, foreign } = state.health;
	return (
		last !== null && (last.namedOwn || (last.result === 'answered' && !foreign && isAttributed(state, last.endpoint)))
	);
}

/**
 * Somebody answered the latest health check, with whatever status, and did not say that he is another: no sign of life once
 * a tripwire was closed, but no refusal either, at an address that is the member's as much as those it registered.
 */
export function healthIsAnswered({ health: { last, foreign } }: MemberState): boolean {
	return last?.status != null && !foreign;
}

/** Failed twice in a row although it used to answer. */
export function healthFails(state: MemberState): boolean {
	return state.health.everAnswered && state.health.failuresInARow >= 2;
}

/** Folds one health check in. `own`: it counts as a sign of life of this incarnation, begun at `startedAtMs`. */
export function observeHealth(
	state: MemberState,
	{ answer, startedAtMs, observedAtMs }: HealthEvidence,
): { health: HealthState; own: boolean; foreignEndpoint: string | null } {
	const before = state.health;
	const { identity, endpoint } = answer;
	const namedOwn = identity?.sessionId === state.incarnation.ephemeralOwner && identity.sessionId !== 0n;
	const last = {
		endpoint,
		result: answer.result,
		status: answer.status,
		latencyMs: answer.latencyMs,
		startedAtMs,
		atMs: observedAtMs,
		namedOwn,
	};
	if (identity && !namedOwn) {
		const key = endpointKey(endpoint);
		const foreign = {
			sessionId: identity.sessionId,
			startNonce: identity.startNonce,
			endpoint: key,
			atMs: observedAtMs,
		};
		// Neither a sign of life nor a failure: it says nothing of this incarnation.
		return { health: { ...before, last, foreign }, own: false, foreignEndpoint: key };
	}
	const own = namedOwn || (answer.result === 'answered' && isAttributed(state, endpoint));
	const answeredAtMs = own ? Math.max(before.answeredAtMs ?? 0, startedAtMs) : before.answeredAtMs;
	const common = { ...before, last, answeredAtMs, foreign: null };
	if (answer.result !== 'answered') {
		const failed = {
			failuresInARow: before.failuresInARow + 1,
			failingSinceMs: before.failingSinceMs ?? startedAtMs,
		};
		return { health: { ...common, ...failed }, own, foreignEndpoint: null };
	}
	const well = own ? { everAnswered: true, failuresInARow: 0, failingSinceMs: null } : {};
	return { health: { ...common, ...well }, own, foreignEndpoint: null };
}
