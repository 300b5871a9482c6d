import { isWell } from './conditions';
import { type Endpoint, endpointKey, type Incarnation } from './member';
import { countedEndpoints, type EndpointState, type MemberState, relevantEndpoints } from './member-state';
import { RULES } from './policy';

/** What this observer tells the others of a member that it does not find well. */
export type Accusation = {
	readonly incarnation: Incarnation;
	readonly refused: readonly Endpoint[];
	readonly timedOut: readonly Endpoint[];
	/** Longest tripwire to this incarnation whose end goes with the refusals, ms; null while it is no vote (voteHeldMs). */
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
	const refusalsCount = state.lastRound !== null && isWell(state.lastRound.ownHealth);
	const refused = counted
		.filter(({ last, endpoint }) => last?.result === 'refused' && (refusalsCount || told.has(endpointKey(endpoint))))
		.map(({ endpoint }) => endpoint);
	const timedOut = relevantEndpoints(state)
		.filter(({ last }) => last?.result === 'timed-out' || last?.result === 'failed')
		.filter(({ endpoint }) => !impaired || toldTimedOut.has(endpointKey(endpoint)))
		.map(({ endpoint }) => endpoint);
	if (refused.length === 0 && timedOut.length === 0) {
		return null;
	}
	const held = voteHeldMs(state, counted);
	return { incarnation: state.incarnation, refused, timedOut, tripwireHeldMs: held === null ? null : Math.round(held) };
}

/** A tripwire that was closed longer ago before the refusals began has nothing to do with them. */
const CLOSED_BEFORE_MS_MAX = 10_000;

/**
 * How long the tripwire was held whose end goes with the refusals; null: no vote. It takes two rounds, as a proof does, no
 * tripwire that is open (whoever closed but his listener keeps it), and an end that belongs to these refusals: an idle
 * connection that was closed hours ago does not.
 */
function voteHeldMs(state: MemberState, counted: readonly EndpointState[]): number | null {
	const first = state.refusals[0];
	const last = state.refusals.at(-1);
	const twice = first && last && last.startedAtMs - first.finishedAtMs >= RULES.roundGapMsMin;
	if (!twice || counted.some(({ tripwire }) => tripwire.state === 'open')) {
		return null;
	}
	const held = counted.flatMap(({ closedByPeer, failingSinceMs }) =>
		closedByPeer && failingSinceMs !== null && failingSinceMs - closedByPeer.atMs <= CLOSED_BEFORE_MS_MAX
			? [closedByPeer.heldMs]
			: [],
	);
	return held.length > 0 ? Math.max(...held) : null;
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
