import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { ZooKeeperOp } from '@/lib/core/ports';
import { KINDS, type Kind, killed, type Lane, schedule, setUp, TIMINGS, type Timing, type Trial } from './trial';
import { connected, createAll, createPurger, credulous, type Hooks, hooked, type Purger, purge } from './world';

/** Interleavings of the main trial; the controls take a fifth of it each. */
const TRIALS = Number(process.env.ROLLCALL_TRIALS ?? '1000');
const SEED = Number(process.env.ROLLCALL_SEED ?? Date.now() % 1_000_000);
/** Each lane has its own root, or the guards under '/' of all of them would contend with each other. */
const LANES = 10;

/** Takes away one registration by whatever means, and says what came of it. */
type Remover = (purger: Purger, trial: Trial, hooks: Hooks) => Promise<string>;
type Tally = { trials: number; killed: string[]; outcomes: Map<string, number> };

let ensemble: Ensemble;
let lanes: Lane[];
let number = 0;

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 3 });
	lanes = await Promise.all(Array.from({ length: LANES }, (_, n) => openLane(n)));
});
afterAll(async () => {
	for (const { purger, stale, healthy } of lanes ?? []) {
		await purger.latch.close();
		await Promise.all([purger.zk.close(), stale.zk.close(), healthy.zk.close()]);
	}
	await ensemble?.stop();
});

async function openLane(n: number): Promise<Lane> {
	const root = await connected(ensemble.connect);
	await createAll(root.zk, `/lane${n}`);
	await root.zk.close();
	const purger = await createPurger(ensemble.connect, `/lane${n}`);
	const [stale, healthy] = await Promise.all([1, 2].map(() => connected(ensemble.connect, `/lane${n}`)));
	if (stale === undefined || healthy === undefined) {
		throw new Error('two sessions were asked for');
	}
	return { purger, stale, healthy, random: seeded(SEED + n), tookMs: new Map() };
}

/** mulberry32: small, seedable, good enough to choose interleavings. */
function seeded(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

function pick<T>(lane: Lane, among: readonly T[]): T {
	const chosen = among[Math.floor(lane.random() * among.length)];
	if (chosen === undefined) {
		throw new Error('nothing to choose from');
	}
	return chosen;
}

async function runTrial(lane: Lane, kind: Kind, timing: Timing, remove: Remover, tally: Tally): Promise<void> {
	number += 1;
	const trial = await setUp(lane, kind, number);
	const plan = schedule(lane, trial, timing);
	await plan.start();
	const outcome = await remove(lane.purger, trial, plan.hooks);
	await plan.finish();
	tally.trials += 1;
	const key = `${kind} ${timing}: ${outcome}`;
	tally.outcomes.set(key, (tally.outcomes.get(key) ?? 0) + 1);
	for (const path of await killed(lane, trial)) {
		tally.killed.push(`${kind} ${timing}: ${path}, ${outcome}`);
	}
}

async function runTrials(
	count: number,
	remove: Remover,
	kinds = KINDS as readonly Kind[],
	timings = TIMINGS as readonly Timing[],
) {
	const tally: Tally = { trials: 0, killed: [], outcomes: new Map() };
	let left = count;
	const run = async (lane: Lane) => {
		while (left > 0) {
			left -= 1;
			await runTrial(lane, pick(lane, kinds), pick(lane, timings), remove, tally);
		}
	};
	await Promise.all(lanes.map(run));
	return tally;
}

const fenced: Remover = async (purger, trial, hooks) => {
	const result = await purge(hooked(purger, hooks), credulous(trial.victim, trial.owned));
	return result.kind;
};

/** What consoles do without a fence: the version is that of every new znode. */
function versionOnly(reread: boolean): Remover {
	return async (purger, trial, hooks) => {
		const { path, czxid } = trial.victim;
		const { zk } = hooked(purger, hooks).deps;
		return await zk.onConnection(async (connection) => {
			if (reread && (await connection.stat(path))?.czxid !== czxid) {
				return 'stale';
			}
			return (await connection.multi([{ kind: 'delete', path, version: 0 }])).kind;
		});
	};
}

function report(title: string, tally: Tally): void {
	const outcomes = [...tally.outcomes].sort().map(([key, count]) => `  ${key} ${count}`);
	process.stdout.write(
		`${title}: ${tally.trials} trials (seed ${SEED}), ${tally.killed.length} healthy registrations removed\n${outcomes.join('\n')}\n`,
	);
}

function share(tally: Tally, outcome: string, timing: Timing): number {
	const of = [...tally.outcomes].filter(([key]) => key.includes(` ${timing}: `));
	const all = of.reduce((sum, [, count]) => sum + count, 0);
	return of.filter(([key]) => key.endsWith(`: ${outcome}`)).reduce((sum, [, count]) => sum + count, 0) / all;
}

describe('a member that re-registers between look and delete', () => {
	it('survives the fenced delete in every interleaving', async () => {
		const tally = await runTrials(TRIALS, fenced);
		report('fence', tally);
		expect(tally.killed).toEqual([]);
		expect(tally.trials).toBe(TRIALS);
		// A fence that never lets anything through would pass the above.
		expect(share(tally, 'committed', 'never')).toBeGreaterThan(0.9);
		expect(share(tally, 'stale', 'before-multi')).toBeGreaterThan(0.3);
	}, 600_000);

	const fifth = Math.max(100, Math.floor(TRIALS / 5));

	it('is removed by a delete that knows the version alone (so the trial can fail)', async () => {
		const tally = await runTrials(fifth, versionOnly(false));
		report('version only, blind', tally);
		expect(tally.killed.length).toBeGreaterThan(0);
	}, 600_000);

	it('is removed also when its czxid was read again just before', async () => {
		const tally = await runTrials(fifth, versionOnly(true));
		report('version only, czxid re-read', tally);
		expect(tally.killed.length).toBeGreaterThan(0);
	}, 600_000);

	it('is removed by a fence under the parent alone when the parent was made anew', async () => {
		const parentOnly: Remover = (purger, trial, hooks) =>
			fenced(purger, trial, { ...hooks, rewrite: (ops) => ops.filter((op) => !isGuardAbove(op, trial)) });
		const tally = await runTrials(50, parentOnly, ['parent-anew'], ['before-multi']);
		report('parent guard only', tally);
		expect(tally.killed.length).toBeGreaterThan(0);
	}, 600_000);

	it('is removed by a fence whose guard bears a name that was used before', async () => {
		const reused: Remover = (purger, trial, hooks) => {
			const deps = { ...purger.deps, randomHex16: () => '0123456789abcdef' };
			return fenced({ ...purger, deps }, trial, hooks);
		};
		const tally = await runTrials(50, reused, ['guard-name-taken'], ['before-multi']);
		report('guard name reused', tally);
		expect(tally.killed.length).toBeGreaterThan(0);
	}, 600_000);
});

function isGuardAbove(op: ZooKeeperOp, trial: Trial): boolean {
	return op.path.includes('/rc-') && !op.path.startsWith(`${trial.app}/members/`);
}
