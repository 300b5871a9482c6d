import type { FailoverView } from '@/lib/core/recovery-view';

export type FailoverBin = { readonly fromMs: number; readonly toMs: number; readonly count: number };

export type FailoverStats = {
	readonly n: number;
	/** By nearest rank. */
	readonly medianMs: number;
	readonly p95Ms: number;
	readonly worstMs: number;
	/** What most of the sessions had; null when none is known. */
	readonly sessionTimeoutMs: number | null;
	/** From 0 to `endMs`, equally wide. */
	readonly bins: readonly FailoverBin[];
	readonly endMs: number;
};

const BINS = 30;
/** An axis ends at one of these times a power of ten. */
const ENDS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10] as const;

/** Distribution of the failover times against the session time-out; null when there is none. */
export function toFailoverStats(failovers: readonly FailoverView[]): FailoverStats | null {
	const sorted = failovers.map(({ afterMs }) => Math.max(0, afterMs)).sort((a, b) => a - b);
	const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
	const worstMs = sorted.at(-1);
	if (worstMs === undefined) {
		return null;
	}
	const sessionTimeoutMs = mostCommon(failovers.map((each) => each.sessionTimeoutMs).filter((ms) => ms !== null));
	const endMs = roundUp(Math.max(worstMs, (sessionTimeoutMs ?? 0) * 1.05, 1));
	const wide = endMs / BINS;
	const counts = new Array<number>(BINS).fill(0);
	for (const ms of sorted) {
		const bin = Math.min(BINS - 1, Math.floor(ms / wide));
		counts[bin] = (counts[bin] ?? 0) + 1;
	}
	return {
		n: sorted.length,
		medianMs: rank(0.5),
		p95Ms: rank(0.95),
		worstMs,
		sessionTimeoutMs,
		bins: counts.map((count, index) => ({ fromMs: index * wide, toMs: (index + 1) * wide, count })),
		endMs,
	};
}

function mostCommon(values: readonly number[]): number | null {
	const counts = new Map<number, number>();
	let best: number | null = null;
	for (const value of values) {
		const count = (counts.get(value) ?? 0) + 1;
		counts.set(value, count);
		if (best === null || count > (counts.get(best) ?? 0)) {
			best = value;
		}
	}
	return best;
}

function roundUp(ms: number): number {
	const power = 10 ** Math.floor(Math.log10(ms));
	const end = ENDS.find((each) => each * power >= ms) ?? 10;
	return Math.round(end * power);
}
