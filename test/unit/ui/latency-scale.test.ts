import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawnMs, toLatencyScale } from '@/components/latency/latency-scale';

describe('the axis of the latency chart', () => {
	it('holds every answer and the time-out, and room above for its name', () => {
		const rtt = fc.option(fc.double({ min: 0, max: 30_000, noNaN: true }));
		fc.assert(
			fc.property(fc.array(rtt), fc.integer({ min: 100, max: 10_000 }), (values, timeoutMs) => {
				const scale = toLatencyScale(values, timeoutMs);
				expect(scale.minMs).toBeGreaterThan(0);
				for (const value of [...values, timeoutMs]) {
					const drawn = drawnMs(value, scale);
					if (drawn === null) continue;
					expect(drawn).toBeGreaterThanOrEqual(scale.minMs);
					expect(drawn).toBeLessThan(scale.maxMs);
				}
				const decades = Math.log10(scale.maxMs / scale.minMs);
				const slowest = Math.max(timeoutMs, ...values.map((value) => value ?? 0));
				expect(Math.log10(scale.maxMs / slowest) / decades).toBeGreaterThan(0.14);
			}),
		);
	});

	it('is marked at the powers of ten', () => {
		expect(toLatencyScale([0.4, null, 12], 1_000).ticksMs).toEqual([0.1, 1, 10, 100, 1_000]);
		expect(toLatencyScale([], 1_000).ticksMs).toEqual([1, 10, 100, 1_000]);
	});
});
