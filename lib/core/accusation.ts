import type { OwnHealth } from './evidence';
import { type Endpoint, endpointKey, type Incarnation } from './member';
import { countedEndpoints, type EndpointState, type MemberState } from './member-state';
import { RULES } from './policy';

/** What this observer tells the others of a member that it does not find well. */
export type Accusation = {
	readonly incarnation: Incarnation;
	readonly refused: readonly Endpoint[];
	readonly timedOut: readonly Endpoint[];
	/** Longest tripwire to this incarnation that the peer closed, ms; null when there was none. */
	readonly tripwireHeldMs: number | null;
};

/**
 * What is to be told after the latest round, given what was told before; null: nothing, its probes succeed. A refusal is
 * told from a round in which this observer was well and reached somebody else (condition 6 of a proof): one that
 * hears nobody must not vote. What was told so once stands until the endpoint answers otherwise. Whatever else kept an
 * answer away (no route …) is told as a time-out, and so is what never answered this observer: its silence would say
 * that it finds the member well. A time-out proves nothing anywhere; one that stumbled lately (`impaired`) tells no new
 * one. A refusal is the kernel's word, and judged by its own round alone.
 */
export function toAccusation(state: MemberState, before: Accusation | null, impaired: boolean): Accusation | null {
	const counted = countedEndpoints(state);
	const told = new Set((before?.refused ?? []).map(endpointKey));
	const toldTimedOut = new Set((before?.timedOut ?? []).map(endpointKey));
	const refusalsCount = state.lastRound !== null && mayVote(state.lastRound.ownHealth);
	const refused = counted
		.filter(({ last, endpoint }) => last?.result === 'refused' && (refusalsCount || told.has(endpointKey(endpoint))))
		.map(({ endpoint }) => endpoint);
	const timedOut = relevant(state, counted)
		.filter(({ last }) => last?.result === 'timed-out' || last?.result === 'failed')
		.filter(({ endpoint }) => !impaired || toldTimedOut.has(endpointKey(endpoint)))
		.map(({ endpoint }) => endpoint);
	if (refused.length === 0 && timedOut.length === 0) {
		return null;
	}
	const held = counted.flatMap(({ closedByPeer }) => (closedByPeer ? [closedByPeer.heldMs] : []));
	return {
		incarnation: state.incarnation,
		refused,
		timedOut,
		tripwireHeldMs: held.length > 0 ? Math.round(Math.max(...held)) : null,
	};
}

/** What ever answered, else all there is. */
function relevant(state: MemberState, counted: readonly EndpointState[]): readonly EndpointState[] {
	return counted.length > 0 ? counted : Object.values(state.endpoints);
}

function mayVote({ loopPauseMsMax, zooKeeperSessionFine, referenceAccepted }: OwnHealth): boolean {
	return loopPauseMsMax <= RULES.loopPauseMsMax && zooKeeperSessionFine && referenceAccepted;
}

export function sameAccusation(a: Accusation | null, b: Accusation | null): boolean {
	return a === b || (a !== null && b !== null && keyOf(a) === keyOf(b));
}

function keyOf({ incarnation, refused, timedOut, tripwireHeldMs }: Accusation): string {
	const { path, czxid, ephemeralOwner } = incarnation;
	return JSON.stringify([
		path,
		String(czxid),
		String(ephemeralOwner),
		refused.map(endpointKey).sort(),
		timedOut.map(endpointKey).sort(),
		tripwireHeldMs,
	]);
}
