import { VERDICTS, type Verdict } from '@/lib/core/reason';
import type { VerdictCounts } from '@/lib/core/view';

/** VERDICTS stands in the order of severity, worst first; this is a verdict's place in it. */
export function severityOf(verdict: Verdict): number {
	return VERDICTS.indexOf(verdict);
}

/** Needs a person, or may soon: everything registered that is not alive. `left` is registered no more. */
export function needsAttention(verdict: Verdict): boolean {
	return verdict !== 'alive' && verdict !== 'left';
}

export function notAliveOf(counts: VerdictCounts): number {
	return VERDICTS.filter(needsAttention).reduce((sum, verdict) => sum + counts[verdict], 0);
}

export function registeredOf(counts: VerdictCounts): number {
	return notAliveOf(counts) + counts.alive;
}
