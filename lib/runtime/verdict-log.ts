import type { AuditDraft } from '@/lib/core/audit-entry';
import { isProven, type Transition } from '@/lib/core/detector';
import type { Clock } from '@/lib/core/ports';
import type { DecisionContext } from '@/lib/core/proof';
import { createTokenBuckets } from '@/lib/core/token-buckets';
import type { LeftEntry, RollEntry } from './roll';
import { toVerdictDraft } from './verdict-record';

/** Changes that have no proof to do with, a cluster: a network that flaps must not fill the log, nor keep it from the rest. */
const BURST = 100;
const PER_SECOND = 5;

export type VerdictLogDeps = {
	readonly config: { readonly id: string };
	readonly observer: string;
	readonly clock: Clock;
	readonly record: (draft: AuditDraft) => void;
	readonly contextOf: (entry: RollEntry) => DecisionContext;
};

export type VerdictLog = {
	turned(entry: RollEntry, transition: Transition, context: DecisionContext): void;
	left(left: LeftEntry): void;
};

/**
 * Every change of verdict into the audit log, with its whole input. To and from a proof: each. All others: a hundred at once,
 * then five a second; what was left out is counted in the next entry. What was never known has not changed: a member's first
 * verdict is no entry.
 */
export function keepVerdictLog(deps: VerdictLogDeps): VerdictLog {
	const buckets = createTokenBuckets({ capacity: BURST, refillPerSecond: PER_SECOND, keysMax: 1 });
	let leftOut = 0;

	function note(entry: RollEntry, transition: Transition, context: DecisionContext): void {
		if (transition.from === 'unknown') {
			return;
		}
		const isOfProof = isProven(transition.to) || isProven(transition.from);
		if (!isOfProof && !buckets.take('changes', deps.clock.nowMs()).taken) {
			leftOut += 1;
			return;
		}
		const leftOutBefore = leftOut;
		leftOut = 0;
		deps.record(toVerdictDraft(deps, { context, entry, transition, leftOutBefore }));
	}

	return {
		turned: note,
		left(left) {
			const { incarnation, verdict: from } = left.entry.state;
			const transition: Transition = { incarnation, atMs: left.leftAtMs, from, to: 'left', reasons: [left.how] };
			note(left.entry, transition, deps.contextOf(left.entry));
		},
	};
}
