import type { Evidence } from './evidence';
import { holdProof, keepProof } from './hold';
import { type Incarnation, sameIncarnation } from './member';
import type { HeldProof, MemberState } from './member-state';
import { observe } from './observe';
import type { DecisionContext } from './proof';
import type { ReasonCode, Verdict } from './reason';
import { decideVerdict } from './verdict';

export type Transition = {
	readonly incarnation: Incarnation;
	readonly atMs: number;
	readonly from: Verdict;
	readonly to: Verdict;
	readonly reasons: readonly ReasonCode[];
};

/**
 * The detector: folds evidence (null: only time has passed) into a member's state and decides its verdict anew.
 * Pure: no clock, no I/O. `transitions` holds at most one entry, when the verdict changed.
 */
export function step(
	state: MemberState,
	evidence: Evidence | null,
	context: DecisionContext,
	nowMs: number,
): { state: MemberState; transitions: Transition[] } {
	const own = evidence && sameIncarnation(state.incarnation, evidence.incarnation) ? evidence : null;
	const seen = own ? observe(state, own) : state;
	const kept = { ...seen, held: keepProof(state.held, seen, own) };
	const { verdict, reasons } = decideVerdict(kept, context, nowMs);
	const observed = { ...kept, held: heldAfter(kept, verdict, reasons) };
	if (verdict === observed.verdict) {
		const same = reasons.length === observed.reasons.length && reasons.every((code, i) => code === observed.reasons[i]);
		return { state: same ? observed : { ...observed, reasons }, transitions: [] };
	}
	const transition: Transition = {
		incarnation: state.incarnation,
		atMs: nowMs,
		from: observed.verdict,
		to: verdict,
		reasons,
	};
	return { state: { ...observed, verdict, reasons, sinceMs: nowMs }, transitions: [transition] };
}

/** A proof that is complete (or still held) goes on being held; any other verdict lets go of it. */
function heldAfter(state: MemberState, verdict: Verdict, reasons: readonly ReasonCode[]): HeldProof | null {
	if (verdict !== 'dead' && verdict !== 'superseded') {
		return null;
	}
	return state.held?.verdict === verdict ? state.held : holdProof(state, verdict, reasons);
}

/** Verdicts that let a purge through without an override. */
export function isProven(verdict: Verdict): boolean {
	return verdict === 'dead' || verdict === 'superseded';
}
