/** Finer than a connect time is ever measured; a logarithm needs something above nothing. */
const FINEST_MS = 0.01;
/** Share of the axis above the slowest: the time-out's name stands there. */
const HEADROOM_SHARE = 0.18;

export type LatencyScale = {
	/** Of the axis, ms. */
	readonly minMs: number;
	readonly maxMs: number;
	/** Powers of ten within. */
	readonly ticksMs: readonly number[];
};

/**
 * A logarithmic axis that holds every answer and the time-out: how near the one comes to the other is what the chart is for, and
 * half a millisecond more on a fast network must not look like a mountain.
 */
export function toLatencyScale(answeredMs: readonly (number | null)[], timeoutMs: number): LatencyScale {
	const answered = answeredMs.filter((ms) => ms !== null);
	const fastest = Math.max(
		FINEST_MS,
		answered.reduce((a, b) => Math.min(a, b), 1),
	);
	const slowest = answered.reduce((a, b) => Math.max(a, b), timeoutMs);
	const from = Math.floor(Math.log10(fastest) + 1e-9);
	const maxMs = slowest * 10 ** ((Math.log10(slowest) - from) * HEADROOM_SHARE);
	const to = Math.floor(Math.log10(maxMs));
	const ticksMs = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i)).map((ms) =>
		Number(ms.toPrecision(1)),
	);
	return { minMs: ticksMs[0] ?? FINEST_MS, maxMs, ticksMs };
}

/** Where a value is drawn: never below the axis. */
export function drawnMs(ms: number | null, scale: LatencyScale): number | null {
	return ms === null ? null : Math.max(ms, scale.minMs);
}
