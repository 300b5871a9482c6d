import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencyHistory, type LatencyPoint } from '@/lib/runtime/latency-history';

const point: fc.Arbitrary<LatencyPoint> = fc.record({
	atMs: fc.nat(),
	// What a float of 32 bits holds exactly.
	rttMs: fc.option(fc.nat({ max: 4_000 }).map((n) => n / 4)),
	result: fc.constantFrom('accepted', 'refused', 'timed-out', 'failed'),
});

describe('the latency history', () => {
	it('holds the latest rounds as they were, in their order, and no more than it may', () => {
		fc.assert(
			fc.property(fc.array(point, { maxLength: 300 }), fc.integer({ min: 33, max: 120 }), (points, max) => {
				const history = new LatencyHistory(max);
				for (const one of points) {
					history.push(one);
				}
				expect(history.points()).toEqual(points.slice(-max));
				expect(history.points(7)).toEqual(points.slice(-7));
				expect(history.last()).toEqual(points.at(-1) ?? null);
			}),
		);
	});
});
