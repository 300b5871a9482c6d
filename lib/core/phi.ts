/**
 * φ of the phi-accrual detector (Hayashibara et al. 2004) over one member's own probe history: how unlikely it is, as
 * -log10 of the probability, that its next answer is still to come. 8: one in 10^8. Shown, and it raises suspicion;
 * it never proves anything.
 */
export type Arrivals = {
	readonly lastAtMs: number;
	readonly count: number;
	/** Exponentially weighted over about the last 100 intervals, ms and ms². */
	readonly meanMs: number;
	readonly varianceMs2: number;
};

const WEIGHT_MIN = 0.02;
/** Fewer intervals say nothing yet. */
const COUNT_MIN = 5;
/** A steady prober would otherwise cry at the first hiccup (Akka: min-std-deviation). A share of the mean, at least so much. */
const DEVIATION_MS_MIN = 100;
const DEVIATION_SHARE_MIN = 0.1;
const PHI_MAX = 99;
/** Shorter ones are the eager probes of a suspicion, much longer ones an outage: neither is the rhythm at rest. */
const INTERVAL_MS_MIN = 500;
const OUTAGE_FACTOR = 3;

/** Takes in one more answer. */
export function noteArrival(before: Arrivals | null, atMs: number): Arrivals {
	if (!before) {
		return { lastAtMs: atMs, count: 0, meanMs: 0, varianceMs2: 0 };
	}
	const intervalMs = atMs - before.lastAtMs;
	const isOutage = before.count >= COUNT_MIN && intervalMs > OUTAGE_FACTOR * before.meanMs;
	if (intervalMs < INTERVAL_MS_MIN || isOutage) {
		return { ...before, lastAtMs: Math.max(before.lastAtMs, atMs) };
	}
	const count = before.count + 1;
	const weight = Math.max(1 / count, WEIGHT_MIN);
	const difference = intervalMs - before.meanMs;
	const meanMs = before.meanMs + weight * difference;
	const varianceMs2 = (1 - weight) * (before.varianceMs2 + weight * difference * difference);
	return { lastAtMs: atMs, count, meanMs, varianceMs2 };
}

/** φ now, 0 to 99; null while there is too little history. Normal distribution by its logistic approximation, as in Akka. */
export function phiAt(arrivals: Arrivals | null, nowMs: number): number | null {
	if (!arrivals || arrivals.count < COUNT_MIN) {
		return null;
	}
	const { meanMs, varianceMs2, lastAtMs } = arrivals;
	const deviationMs = Math.max(Math.sqrt(varianceMs2), meanMs * DEVIATION_SHARE_MIN, DEVIATION_MS_MIN);
	const y = (nowMs - lastAtMs - meanMs) / deviationMs;
	const e = Math.exp(-y * (1.5976 + 0.070566 * y * y));
	const later = y > 0 ? e / (1 + e) : 1 - 1 / (1 + e);
	return later <= 0 ? PHI_MAX : Math.min(PHI_MAX, Math.max(0, -Math.log10(later)));
}
