import {
	DISTURBANCES,
	type DisturbanceName,
	disturbanceTraitsOf,
	FAULT_NAMES,
	type FaultName,
	traitsOf,
} from './faults';
import { createRandom, type Random } from './random';

/** One trial: one fault of one member (and its companions), at a time within its wave. */
export type Trial = {
	/** 1, 2, 3 … over the whole run. */
	readonly number: number;
	readonly wave: number;
	readonly fault: FaultName;
	/** After the wave's start, ms. */
	readonly startMs: number;
	readonly forMs: number;
	readonly delayMs: number;
	readonly sessionTimeoutMs: number;
	/** Addresses in the member's record: one, or Turms' member, admin (with its health check) and ws. */
	readonly addresses: 1 | 3;
	/** Ask for a purge once it is called dead or superseded. */
	readonly purge: boolean;
};

/** Trials that run at the same time, and what happens to everybody meanwhile. */
export type Wave = {
	readonly number: number;
	readonly disturbance: { readonly name: DisturbanceName; readonly startMs: number; readonly forMs: number };
	readonly trials: readonly Trial[];
};

export type DrawOptions = {
	readonly seed: number;
	readonly trials: number;
	/** Trials of one wave. */
	readonly parallel: number;
	/** Whether faults of the network can be made here. */
	readonly network: boolean;
	/** Only short faults and no disturbance of the ensemble: for a run of a minute. */
	readonly quick: boolean;
};

const SLOW_WAVES_SHARE = 0.3;
/** In a slow wave quick faults run too: what is slow for one is a disturbance of nobody else. */
const SLOW_TRIALS_SHARE = 0.65;
const START_SPREAD_MS = 4_000;
const PURGED_SHARE = 0.5;
const THREE_ADDRESSES_SHARE = 0.4;
const SESSION_TIMEOUT_MS = 30_000;

/** The same options give the same waves, on every machine. A shorter run is the beginning of a longer one. */
export function drawTrials(options: DrawOptions): Wave[] {
	const waves: Wave[] = [];
	let drawn = 0;
	for (let number = 1; drawn < options.trials; number++) {
		// A generator of its own for each wave, so that one can be drawn again without those before it.
		const random = createRandom(Math.imul(options.seed, 0x9e3779b1) + number);
		const size = Math.min(options.parallel, options.trials - drawn);
		waves.push(drawWave(random, options, number, drawn + 1, size));
		drawn += size;
	}
	return waves;
}

function drawWave(random: Random, options: DrawOptions, number: number, firstTrial: number, size: number): Wave {
	const slow = !options.quick && random.chance(SLOW_WAVES_SHARE);
	const disturbance = drawDisturbance(random, options);
	const trials = Array.from({ length: size }, (_, index) => {
		const pace = slow && random.chance(SLOW_TRIALS_SHARE) ? 'slow' : 'quick';
		return drawTrial(random, options, pace, { number: firstTrial + index, wave: number });
	});
	return { number, disturbance, trials };
}

function drawDisturbance(random: Random, options: DrawOptions): Wave['disturbance'] {
	const names = Object.keys(DISTURBANCES) as DisturbanceName[];
	const possible = names.filter((name) => options.network || !disturbanceTraitsOf(name).network);
	const drawn = random.weighted(possible.map((name) => [name, disturbanceTraitsOf(name).weight] as const));
	const name = options.quick ? 'none' : drawn;
	return { name, startMs: random.between(0, START_SPREAD_MS), forMs: within(random, disturbanceTraitsOf(name).forMs) };
}

function drawTrial(
	random: Random,
	options: DrawOptions,
	pace: 'quick' | 'slow',
	place: Pick<Trial, 'number' | 'wave'>,
): Trial {
	const possible = FAULT_NAMES.filter((name) => {
		const traits = traitsOf(name);
		return traits.pace === pace && (options.network || !traits.network);
	});
	const fault = random.weighted(possible.map((name) => [name, traitsOf(name).weight] as const));
	const traits = traitsOf(fault);
	const addresses = random.chance(THREE_ADDRESSES_SHARE) ? 3 : 1;
	return {
		...place,
		fault,
		startMs: random.between(0, START_SPREAD_MS),
		forMs: within(random, traits.forMs),
		delayMs: within(random, traits.delayMs),
		sessionTimeoutMs: traits.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
		addresses: traits.addresses ?? addresses,
		purge: random.chance(PURGED_SHARE),
	};
}

/** Draws also when there is no range, so that a change of one fault's range does not shift all that follow it. */
function within(random: Random, range: readonly [number, number] | undefined): number {
	const [min, max] = range ?? [0, 0];
	return random.between(min, max);
}
