import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DrawOptions, drawTrials } from '@/lib/cli/chaos/draw-trials';
import { disturbanceTraitsOf, FAULT_NAMES, traitsOf } from '@/lib/cli/chaos/faults';
import { createRandom } from '@/lib/cli/chaos/random';

const options = fc.record({
	seed: fc.nat(2 ** 31 - 1),
	trials: fc.integer({ min: 1, max: 300 }),
	parallel: fc.integer({ min: 1, max: 64 }),
	network: fc.boolean(),
	quick: fc.boolean(),
});

function trialsOf(drawn: DrawOptions) {
	return drawTrials(drawn).flatMap((wave) => wave.trials);
}

describe('drawTrials', () => {
	test('the same options give the same trials', () => {
		fc.assert(
			fc.property(options, (drawn) => {
				expect(drawTrials(drawn)).toEqual(drawTrials(drawn));
			}),
		);
	});

	test('a shorter run is the beginning of a longer one', () => {
		fc.assert(
			fc.property(options, fc.integer({ min: 1, max: 300 }), (drawn, more) => {
				const longer = trialsOf({ ...drawn, trials: drawn.trials + more });
				expect(longer.slice(0, drawn.trials)).toEqual(trialsOf(drawn));
			}),
		);
	});

	test('every trial asked for is drawn once, in waves no larger than asked for', () => {
		fc.assert(
			fc.property(options, (drawn) => {
				const waves = drawTrials(drawn);
				const numbers = waves.flatMap((wave) => wave.trials).map((trial) => trial.number);
				expect(numbers).toEqual(Array.from({ length: drawn.trials }, (_, index) => index + 1));
				expect(Math.max(...waves.map((wave) => wave.trials.length))).toBeLessThanOrEqual(drawn.parallel);
			}),
		);
	});

	test('lengths and waits stay within what the fault allows', () => {
		const within = (value: number, [min, max]: readonly [number, number] = [0, 0]) => value >= min && value <= max;
		fc.assert(
			fc.property(options, (drawn) => {
				for (const { disturbance, trials } of drawTrials(drawn)) {
					expect(within(disturbance.forMs, disturbanceTraitsOf(disturbance.name).forMs)).toBe(true);
					for (const trial of trials) {
						const { forMs, delayMs } = traitsOf(trial.fault);
						expect(within(trial.forMs, forMs) && within(trial.delayMs, delayMs), trial.fault).toBe(true);
					}
				}
			}),
		);
	});

	test('without namespaces no packet is to be dropped', () => {
		fc.assert(
			fc.property(options, (drawn) => {
				for (const { disturbance, trials } of drawTrials({ ...drawn, network: false })) {
					expect(disturbanceTraitsOf(disturbance.name).network).toBeUndefined();
					expect(trials.filter(({ fault }) => traitsOf(fault).network)).toEqual([]);
				}
			}),
		);
	});

	test('a quick run has short faults only and leaves ensemble and console alone', () => {
		fc.assert(
			fc.property(options, (drawn) => {
				for (const { disturbance, trials } of drawTrials({ ...drawn, quick: true })) {
					expect(disturbance.name).toBe('none');
					expect(trials.every(({ fault }) => traitsOf(fault).pace === 'quick')).toBe(true);
				}
			}),
		);
	});

	test('a long run draws every fault', () => {
		const drawn = trialsOf({ seed: 1, trials: 2_000, parallel: 24, network: true, quick: false });
		expect(new Set(drawn.map((trial) => trial.fault))).toEqual(new Set(FAULT_NAMES));
	});

	test('another seed gives other trials', () => {
		const drawn = { trials: 50, parallel: 10, network: true, quick: false };
		expect(drawTrials({ ...drawn, seed: 1 })).not.toEqual(drawTrials({ ...drawn, seed: 2 }));
	});
});

describe('createRandom', () => {
	test('draws stay within bounds, and a share of chances comes true', () => {
		fc.assert(
			fc.property(fc.nat(), fc.integer({ min: -50, max: 50 }), fc.nat(100), (seed, min, span) => {
				const random = createRandom(seed);
				const drawn = Array.from({ length: 50 }, () => random.between(min, min + span));
				expect(drawn.every((value) => Number.isInteger(value) && value >= min && value <= min + span)).toBe(true);
			}),
		);
		const random = createRandom(7);
		const came = Array.from({ length: 10_000 }, () => random.chance(0.3)).filter(Boolean).length;
		expect(came).toBeGreaterThan(2_700);
		expect(came).toBeLessThan(3_300);
	});

	test('the weights are heeded', () => {
		const random = createRandom(11);
		const drawn = Array.from({ length: 10_000 }, () =>
			random.weighted([
				['rare', 1],
				['often', 9],
			]),
		);
		const rare = drawn.filter((value) => value === 'rare').length;
		expect(rare).toBeGreaterThan(800);
		expect(rare).toBeLessThan(1_200);
	});

	test('there must be something to draw from', () => {
		expect(() => createRandom(1).weighted([])).toThrow('nothing to draw from');
	});
});
