import type { Evidence } from './evidence';
import type { Incarnation } from './member';
import type { MemberState } from './member-state';
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
	const observed = evidence ? observe(state, evidence) : state;
	const { verdict, reasons } = decideVerdict(observed, context, nowMs);
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

/** Verdicts that let a purge through without an override. */
export function isProven(verdict: Verdict): boolean {
	return verdict === 'dead' || verdict === 'superseded';
}
