import { build } from 'hdr-histogram-js';
import type { LatencyQuantiles } from '@/lib/core/view';

export const NO_QUANTILES: LatencyQuantiles = {
	rounds: 0,
	answered: 0,
	p50Ms: null,
	p95Ms: null,
	p99Ms: null,
	maxMs: null,
};

export type Lifetime = {
	record(rttMs: number): void;
	/** `rounds` is that of the answered ones: it knows no others. */
	quantiles(): LatencyQuantiles;
	bytes(): number;
};

/** A connect time on a fast network is some hundredths of a millisecond. */
const UNITS_PER_MS = 100;
/** Twice the longest time-out that a config may set (an observer that stumbled waits twice as long). */
const RECORDED_MS_MAX = 20_000;
/** Two digits: what is shown is within 1 % of what was measured. Three would cost eight times the memory. */
const DIGITS = 2;
/** What the library starts with; it grows by itself with the slowest answer. */
const UNITS_AT_FIRST = 256;

/**
 * The distribution of every answer time of one member, in memory that does not grow with time: an HdrHistogram of
 * 32-bit counts that covers what was seen, 2 kB up to 2.5 ms, 3.5 kB up to 40 ms, 8.2 kB at most. Pure JavaScript: the
 * library's WebAssembly is never started.
 */
export function createLifetime(): Lifetime {
	const histogram = build({
		bitBucketSize: 32,
		autoResize: true,
		lowestDiscernibleValue: 1,
		highestTrackableValue: UNITS_AT_FIRST,
		numberOfSignificantValueDigits: DIGITS,
		useWebAssembly: false,
	});
	let slowestMs = 0;

	return {
		record(rttMs) {
			const kept = Math.min(rttMs, RECORDED_MS_MAX);
			slowestMs = Math.max(slowestMs, kept);
			histogram.recordValue(Math.max(1, Math.round(kept * UNITS_PER_MS)));
		},
		quantiles() {
			// A bucket's upper end may lie above anything that was measured.
			const at = (percent: number) => Math.min(slowestMs, histogram.getValueAtPercentile(percent) / UNITS_PER_MS);
			const answered = histogram.totalCount;
			return { rounds: answered, answered, p50Ms: at(50), p95Ms: at(95), p99Ms: at(99), maxMs: slowestMs };
		},
		bytes: () => histogram.estimatedFootprintInBytes,
	};
}
