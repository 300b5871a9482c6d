import type { MemberDetail } from '@/lib/core/view';

export type LatencyPoint = MemberDetail['latency'][number];

export type LatencyStats = {
	readonly rounds: number;
	/** Rounds that got no answer: refused, timed out or failed. */
	readonly gaps: number;
	/** All null when no round was answered. p95 by nearest rank. */
	readonly medianMs: number | null;
	readonly p95Ms: number | null;
	readonly maxMs: number | null;
};

/** Answer time of a point; null when the round got none. A refusal has a time too, but it is no heartbeat. */
export function answeredMs(point: LatencyPoint): number | null {
	return point.result === 'accepted' ? point.rttMs : null;
}

export function toLatencyStats(points: readonly LatencyPoint[]): LatencyStats {
	const sorted = points
		.map(answeredMs)
		.filter((value) => value !== null)
		.sort((a, b) => a - b);
	const rank = (share: number): number | null => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
	return {
		rounds: points.length,
		gaps: points.length - sorted.length,
		medianMs: rank(0.5),
		p95Ms: rank(0.95),
		maxMs: sorted.at(-1) ?? null,
	};
}
