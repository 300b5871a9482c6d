import {
	goneForMs,
	isImpaired,
	isLatestRound,
	isProvable,
	missingFromGone,
	missingFromOwner,
	unique,
	vetoes,
} from './conditions';
import {
	countedEndpoints,
	type EndpointState,
	type GoneSweep,
	type MemberState,
	type RefusalRound,
} from './member-state';
import { healthIsAnswered } from './observe-health';
import { missingFromQuorum } from './peers';
import { type Policy, RULES } from './policy';
import type { DecisionContext, Proof } from './proof';
import type { ReasonCode } from './reason';

/**
 * Proof by refusal (verdicts.md), all of: every counted address refuses in two rounds 150 ms apart with a complete
 * sweep between and after; a tripwire held 5 s that the peer closed (or the session gone for 12 s); the session gone
 * for settleMs under one leader and epoch with every server up for 12 s; answered before and older than 10 s; no
 * veto; the observer well. `missing` names each condition that does not hold; proven only when there is none.
 * An operational proof, not a theorem: docs/verdicts.md states the known residue.
 */
export function proveByRefusal(state: MemberState, context: DecisionContext, nowMs: number): Proof {
	const missing = unique([
		...missingFromOwner(state),
		...missingFromSubject(state, nowMs),
		...vetoes(state),
		...missingFromAddresses(state, context.policy),
		...missingFromGone(state, context.policy),
		...missingFromRounds(state),
		...missingFromQuorum(state, context, nowMs),
	]);
	return { proven: missing.length === 0 ? 'refused-by-quorum' : null, missing };
}

function missingFromSubject(state: MemberState, nowMs: number): ReasonCode[] {
	const missing: ReasonCode[] = [];
	if (countedEndpoints(state).length === 0) {
		missing.push('never-answered');
	}
	if (state.addressesUnwatched) {
		missing.push('addresses-unwatched');
	}
	if (nowMs - state.seenSinceMs <= RULES.incarnationAgeMsMin) {
		missing.push('too-young');
	}
	return missing;
}

function missingFromAddresses(state: MemberState, policy: Policy): ReasonCode[] {
	const counted = countedEndpoints(state);
	const missing: ReasonCode[] = [];
	if (counted.some((entry) => !isProvable(entry, state, policy))) {
		missing.push('address-not-provable');
	}
	if (counted.some((entry) => entry.last?.result === 'accepted' || entry.tripwire.state === 'open')) {
		missing.push('address-answers');
	}
	if (healthIsAnswered(state)) {
		missing.push('address-answers');
	}
	const held = counted.some((entry) => (entry.closedByPeer?.heldMs ?? 0) >= RULES.tripwireHeldMsMin);
	if (!held && !idleClosedAndGoneLong(state, counted)) {
		missing.push('tripwire-not-held');
	}
	return missing;
}

/** Where the member's server closes idle connections, so that none can be held: the session gone for 12 s. */
function idleClosedAndGoneLong(state: MemberState, counted: readonly EndpointState[]): boolean {
	return counted.some((entry) => entry.closedByPeer !== null) && goneForMs(state) >= RULES.goneWithoutTripwireMsMin;
}

/** Two refusal rounds with a gone sweep between them and one after the second. */
function missingFromRounds(state: MemberState): ReasonCode[] {
	const { refusals } = state;
	const { goneRun } = state.session;
	// Refusals of a while ago prove nothing once probes time out or fail: what is seen last must be one.
	const proven =
		isLatestRound(refusals.at(-1), state) &&
		refusals.some((second, index) => {
			const after = goneRun.some((sweep) => sweep.startedAtMs >= second.finishedAtMs);
			return after && refusals.slice(0, index).some((first) => isPair(first, second, goneRun));
		});
	if (proven) {
		return [];
	}
	return isImpaired(state) ? ['rounds-missing', 'self-impaired'] : ['rounds-missing'];
}

function isPair(first: RefusalRound, second: RefusalRound, goneRun: readonly GoneSweep[]): boolean {
	return (
		second.startedAtMs - first.finishedAtMs >= RULES.roundGapMsMin &&
		goneRun.some((sweep) => sweep.startedAtMs >= first.finishedAtMs && sweep.finishedAtMs <= second.startedAtMs)
	);
}
