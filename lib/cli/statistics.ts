export type Summary = { count: number; median: number; p95: number; p99: number; worst: number };

/** Nearest-rank quantiles; NaN where there is nothing. */
export function summarise(values: readonly number[]): Summary {
	const sorted = [...values].sort((a, b) => a - b);
	const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
	return {
		count: sorted.length,
		median: rank(0.5),
		p95: rank(0.95),
		p99: rank(0.99),
		worst: sorted.at(-1) ?? Number.NaN,
	};
}
