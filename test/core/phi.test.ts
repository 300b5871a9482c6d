import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Arrivals, noteArrival, phiAt } from '@/lib/core/phi';
import { contextOf, round, tell } from './timeline';

/** Answers every `intervalMs`, the last one at the end. */
function steady(intervalMs: number, count: number): Arrivals {
	let arrivals = noteArrival(null, 0);
	for (let i = 1; i <= count; i += 1) {
		arrivals = noteArrival(arrivals, i * intervalMs);
	}
	return arrivals;
}

describe('phi', () => {
	it('is unknown while there is too little history', () => {
		expect(phiAt(null, 10)).toBeNull();
		expect(phiAt(steady(5_000, 4), 60_000)).toBeNull();
		expect(phiAt(steady(5_000, 5), 26_000)).not.toBeNull();
	});

	it('is small when the next answer is due, and passes 8 when it is long overdue', () => {
		const arrivals = steady(5_000, 50);
		expect(phiAt(arrivals, 50 * 5_000 + 5_000)).toBeCloseTo(0.3, 1);
		expect(phiAt(arrivals, 50 * 5_000 + 5_500)).toBeLessThan(1);
		expect(phiAt(arrivals, 50 * 5_000 + 9_000)).toBeGreaterThan(8);
	});

	it('is patient with a member whose answers always came irregularly', () => {
		let irregular = noteArrival(null, 0);
		let atMs = 0;
		for (let i = 0; i < 100; i += 1) {
			atMs += i % 2 ? 2_000 : 8_000;
			irregular = noteArrival(irregular, atMs);
		}
		expect(phiAt(irregular, atMs + 9_000)).toBeLessThan(3);
		expect(phiAt(steady(5_000, 100), 100 * 5_000 + 9_000)).toBeGreaterThan(8);
	});

	it('does not take a suspicion’s eager probes or an outage for the rhythm', () => {
		let arrivals = steady(5_000, 50);
		for (let i = 1; i <= 30; i += 1) {
			arrivals = noteArrival(arrivals, 250_000 + i * 170);
		}
		arrivals = noteArrival(arrivals, 400_000);
		expect(arrivals.meanMs).toBeCloseTo(5_000, 0);
		expect(arrivals.lastAtMs).toBe(400_000);
	});

	it('never falls as silence goes on, and stays a finite number', () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: 500, max: 60_000 }), { minLength: 6, maxLength: 200 }),
				fc.integer({ min: 0, max: 1_000_000 }),
				fc.integer({ min: 0, max: 1_000_000 }),
				(intervals, a, b) => {
					let atMs = 0;
					let arrivals = noteArrival(null, 0);
					for (const interval of intervals) {
						atMs += interval;
						arrivals = noteArrival(arrivals, atMs);
					}
					const [sooner, later] = [Math.min(a, b), Math.max(a, b)].map((after) => phiAt(arrivals, atMs + after) ?? 0);
					expect(Number.isFinite(later) && (sooner ?? 0) >= 0).toBe(true);
					expect(later ?? 0).toBeGreaterThanOrEqual((sooner ?? 0) - 1e-9);
				},
			),
		);
	});
});

describe('silence beyond the threshold', () => {
	const story = Array.from({ length: 10 }, (_, i) => round(i * 5_000, { result: 'accepted' }));

	it('raises suspicion of a member of whom nothing better is known, and proves nothing', () => {
		const late = round(60_000, { endpoint: { ip: '10.0.0.31', port: 1 }, result: 'failed' });
		expect(tell([...story, late]).reasons).toContain('phi-exceeded');
		expect(tell([...story, late], contextOf({ phiThreshold: 1_000 })).reasons).not.toContain('phi-exceeded');
		expect(tell([...story, late], { ...contextOf(), impaired: true }).reasons).not.toContain('phi-exceeded');
	});
});
