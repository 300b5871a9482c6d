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

/** The latest health check was answered as it should, by this incarnation: a veto against every proof. */
export function healthSpeaksFor(state: MemberState): boolean {
	const { last } = state.health;
	return (
		last?.result === 'answered' && (last.namedOwn || (!state.health.foreign && isAttributed(state, last.endpoint)))
	);
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
	if (answer.result !== 'answered') {
		const failed = {
			failuresInARow: before.failuresInARow + 1,
			failingSinceMs: before.failingSinceMs ?? startedAtMs,
		};
		return { health: { ...before, ...failed, last, foreign: null }, own: false, foreignEndpoint: null };
	}
	const own = namedOwn || isAttributed(state, endpoint);
	const answered = own
		? {
				everAnswered: true,
				failuresInARow: 0,
				failingSinceMs: null,
				answeredAtMs: Math.max(before.answeredAtMs ?? 0, startedAtMs),
			}
		: {};
	return { health: { ...before, ...answered, last, foreign: null }, own, foreignEndpoint: null };
}
