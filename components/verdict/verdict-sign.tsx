import type { Verdict } from '@/lib/core/reason';

/** A verdict's sign: colour and shape. The word stands beside it, so it is decoration to a screen reader. */
export function VerdictSign({ verdict }: { verdict: Verdict }) {
	return <span aria-hidden="true" className={`sign sign-${verdict}`} />;
}

/** Text colours by verdict, each at least 4.5:1 on every surface. */
export const VERDICT_INK: Record<Verdict, string> = {
	dead: 'text-dead-ink',
	superseded: 'text-superseded-ink',
	unreachable: 'text-unreachable-ink',
	suspect: 'text-suspect-ink',
	unresponsive: 'text-unresponsive-ink',
	unknown: 'text-unknown-ink',
	alive: 'text-alive-ink',
	left: 'text-gone-ink',
};
