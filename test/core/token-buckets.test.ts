import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenBuckets } from '@/lib/core/token-buckets';

describe('token buckets', () => {
	it('give a burst, then one at a time, and say how long to wait', () => {
		const buckets = createTokenBuckets({ capacity: 2, refillPerSecond: 0.5, keysMax: 10 });
		expect([0, 0, 0].map((at) => buckets.take('a', at))).toEqual([
			{ taken: true },
			{ taken: true },
			{ taken: false, waitMs: 2_000 },
		]);
		expect(buckets.take('b', 0).taken).toBe(true);
		expect(buckets.take('a', 1_999).taken).toBe(false);
		expect(buckets.take('a', 2_000).taken).toBe(true);
	});

	it('take back no more than they hold', () => {
		const buckets = createTokenBuckets({ capacity: 1, refillPerSecond: 1, keysMax: 10 });
		buckets.giveBack('a', 0);
		expect([buckets.take('a', 0).taken, buckets.take('a', 0).taken]).toEqual([true, false]);
	});

	it('never give more than the burst and the refill together, however the asking is spread', () => {
		const steps = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 200 });
		fc.assert(
			fc.property(steps, fc.integer({ min: 1, max: 20 }), (gapsMs, capacity) => {
				const buckets = createTokenBuckets({ capacity, refillPerSecond: 2, keysMax: 10 });
				let nowMs = 0;
				let taken = 0;
				for (const gapMs of gapsMs) {
					nowMs += gapMs;
					taken += buckets.take('a', nowMs).taken ? 1 : 0;
				}
				expect(taken).toBeLessThanOrEqual(capacity + (nowMs / 1_000) * 2 + 1e-6);
			}),
		);
	});

	it('forget the key that was used longest ago, and only that', () => {
		const buckets = createTokenBuckets({ capacity: 1, refillPerSecond: 0.001, keysMax: 2 });
		for (const key of ['a', 'b', 'a', 'c']) {
			buckets.take(key, 0);
		}
		expect(buckets.take('a', 0).taken).toBe(false);
		expect(buckets.take('c', 0).taken).toBe(false);
		expect(buckets.take('b', 0).taken).toBe(true);
	});
});
