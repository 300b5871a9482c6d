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

const answered = (rttMs: number): LatencyPoint => ({ atMs: 0, rttMs, result: 'accepted' });

/** Nearest rank. */
function exactly(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** A hundredth of it, and the hundredth of a millisecond that is the finest told apart. */
function within(found: number | null, wanted: number): void {
	expect(found).not.toBeNull();
	expect(Math.abs((found ?? Number.NaN) - wanted)).toBeLessThanOrEqual(wanted * 0.01 + 0.011);
}

describe('the quantiles of the answer times', () => {
	it('are those of the whole life, long after the ring has forgotten it, and of the ring exactly', () => {
		const rtt = fc.double({ min: 0, max: 20_000, noNaN: true }).map(Math.fround);
		fc.assert(
			fc.property(fc.array(rtt, { minLength: 1, maxLength: 400 }), (values) => {
				const history = new LatencyHistory(40);
				for (const value of values) {
					history.push(answered(value));
				}
				const { recent, life } = history.quantiles();
				expect(life).toMatchObject({ rounds: values.length, answered: values.length, maxMs: Math.max(...values) });
				within(life.p50Ms, exactly(values, 0.5));
				within(life.p95Ms, exactly(values, 0.95));
				within(life.p99Ms, exactly(values, 0.99));
				const kept = values.slice(-40);
				expect(recent).toEqual({
					rounds: kept.length,
					answered: kept.length,
					p50Ms: exactly(kept, 0.5),
					p95Ms: exactly(kept, 0.95),
					p99Ms: exactly(kept, 0.99),
					maxMs: Math.max(...kept),
				});
			}),
		);
	});

	it('are of answers alone: rounds without one are counted, and a refusal’s time is no heartbeat', () => {
		const history = new LatencyHistory(10);
		const none = { answered: 0, p50Ms: null, p95Ms: null, p99Ms: null, maxMs: null };
		expect(history.quantiles()).toEqual({ recent: { rounds: 0, ...none }, life: { rounds: 0, ...none } });
		history.push({ atMs: 1, rttMs: 0.2, result: 'refused' });
		history.push({ atMs: 2, rttMs: null, result: 'timed-out' });
		expect(history.quantiles()).toEqual({ recent: { rounds: 2, ...none }, life: { rounds: 2, ...none } });
		history.push({ ...answered(4), atMs: 3 });
		expect(history.quantiles().life).toEqual({ rounds: 3, answered: 1, p50Ms: 4, p95Ms: 4, p99Ms: 4, maxMs: 4 });
	});
});

describe('the memory of 10,000 members’ histories', () => {
	const MEMBERS = 10_000;
	const kept = (slowestMs: number) => {
		const history = new LatencyHistory(720);
		for (let round = 0; round < 5_000; round += 1) {
			history.push(answered(round % 100 === 0 ? slowestMs : 0.1 + (round % 97) / 97));
		}
		return history.bytes() * MEMBERS;
	};

	// With the objects around them (measured: 2.2 kB a member) that is 150 MB as a rule and 200 MB at the very most.
	it('is below 140 MB while answers take up to 40 ms, an hour of rounds included, and below 185 MB whatever they take', () => {
		expect(kept(40)).toBeLessThan(140e6);
		expect(kept(1_000_000)).toBeLessThan(185e6);
	});

	it('does not grow with time', () => {
		const history = new LatencyHistory(720);
		const fill = () => {
			for (let round = 0; round < 2_000; round += 1) {
				history.push(answered((round * 7_919) % 20_000));
			}
			return history.bytes();
		};
		expect(fill()).toBe(fill());
	});
});
