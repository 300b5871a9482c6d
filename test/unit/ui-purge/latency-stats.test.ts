import { describe, expect, it } from 'vitest';
import { type LatencyPoint, toLatencyStats } from '@/components/latency/latency-stats';

const answered = (rttMs: number): LatencyPoint => ({ atMs: 0, rttMs, result: 'accepted' });

describe('the summary of a latency chart', () => {
	it('gives median, 95th percentile and maximum by nearest rank, whatever the order', () => {
		const points = Array.from({ length: 100 }, (_, index) => answered(((index * 37) % 100) + 1));
		expect(toLatencyStats(points)).toEqual({ rounds: 100, gaps: 0, medianMs: 50, p95Ms: 95, maxMs: 100 });
	});

	it('counts every round without an answer as a gap and keeps a refusal’s time out of the figures', () => {
		const points: LatencyPoint[] = [
			answered(2),
			{ atMs: 1, rttMs: 900, result: 'refused' },
			{ atMs: 2, rttMs: null, result: 'timed-out' },
			{ atMs: 3, rttMs: null, result: 'failed' },
		];
		expect(toLatencyStats(points)).toEqual({ rounds: 4, gaps: 3, medianMs: 2, p95Ms: 2, maxMs: 2 });
	});

	it('claims nothing where nothing was answered', () => {
		expect(toLatencyStats([{ atMs: 0, rttMs: null, result: 'timed-out' }])).toEqual({
			rounds: 1,
			gaps: 1,
			medianMs: null,
			p95Ms: null,
			maxMs: null,
		});
	});
});
