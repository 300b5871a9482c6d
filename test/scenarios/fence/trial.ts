import { systemClock } from '@/lib/adapters/clock';
import type { Incarnation } from '@/lib/core/member';
import type { ZooKeeperOp, ZooKeeperPort } from '@/lib/core/ports';
import type { OwnedZnode } from '@/lib/core/purge-plan';
import { type Connected, createAll, EMPTY, type Hooks, type Purger } from './world';

/** How a healthy member comes back in the place of the stale registration. */
export const KINDS = [
	'plain',
	'parent-anew',
	'ancestors-anew',
	'busy-parent',
	'guard-name-taken',
	'data-written',
	'owned-anew',
	'lock-folder-anew',
] as const;
export type Kind = (typeof KINDS)[number];

/** When it does. */
export const TIMINGS = ['before-multi', 'with-multi', 'inside-look', 'racing', 'never'] as const;
export type Timing = (typeof TIMINGS)[number];

export type Lane = {
	readonly purger: Purger;
	/** Session of the stale registrations. */
	readonly stale: Connected;
	/** Session of those who register again. */
	readonly healthy: Connected;
	readonly random: () => number;
	/** How long a return of each kind took last, ms: so that returns and purges really meet. */
	readonly tookMs: Map<Kind, number>;
};

/** One registration with its surroundings: application, parent, a sibling, a lock and another ephemeral. */
export type Trial = {
	readonly kind: Kind;
	readonly app: string;
	readonly victim: Incarnation;
	readonly owned: readonly OwnedZnode[];
	/** What must be there at the end, by whom it was registered anew: path -> czxid. */
	readonly healthy: Map<string, bigint>;
};

export async function setUp(lane: Lane, kind: Kind, number: number): Promise<Trial> {
	const { zk } = lane.stale;
	const app = `/t${number}`;
	const parent = `${app}/members`;
	await createAll(zk, app, parent, `${app}/locks`, `${app}/locks/x`, `${app}/extra`);
	await zk.create(`${parent}/sibling`, EMPTY, 'ephemeral');
	await zk.create(`${parent}/m`, EMPTY, 'ephemeral');
	const lock = await zk.create(`${app}/locks/x/lock-`, EMPTY, 'ephemeral-sequential');
	await zk.create(`${app}/extra/x`, EMPTY, 'ephemeral');
	const stat = await zk.stat(`${parent}/m`);
	if (stat === null) {
		throw new Error('the stale registration could not be made');
	}
	const withOwned = kind === 'owned-anew' || kind === 'lock-folder-anew';
	return {
		kind,
		app,
		victim: { path: `${parent}/m`, czxid: stat.czxid, ephemeralOwner: stat.ephemeralOwner },
		owned: withOwned
			? [
					{ path: lock, kind: 'sequence' },
					{ path: `${app}/extra/x`, kind: 'other' },
				]
			: [],
		healthy: new Map(),
	};
}

/** Carries out the member's return by the healthy session. `seen`: the multi that it comes before, where known. */
export async function comeBack(lane: Lane, trial: Trial, seen: readonly ZooKeeperOp[]): Promise<void> {
	const { zk } = lane.healthy;
	const { app, victim, kind } = trial;
	const parent = `${app}/members`;
	switch (kind) {
		case 'plain':
			return replace(lane, trial, [victim.path], []);
		case 'parent-anew':
			// Sibling and member again, in this order: the new parent has counted as many creates as the old one.
			return replace(lane, trial, [victim.path], [`${parent}/sibling`, parent]);
		case 'ancestors-anew':
			return replace(lane, trial, [victim.path], [`${parent}/sibling`, parent, `${app}/locks/x`, app]);
		case 'busy-parent': {
			await Promise.all([1, 2, 3].map((n) => zk.create(`${parent}/busy-${n}-`, EMPTY, 'ephemeral-sequential')));
			return lane.random() < 0.5 ? replace(lane, trial, [victim.path], []) : undefined;
		}
		case 'guard-name-taken':
			await takeGuardName(zk, parent, seen);
			return replace(lane, trial, [victim.path], []);
		case 'data-written': {
			const stat = await zk.stat(victim.path);
			if (stat?.czxid === victim.czxid) {
				await written(lane, trial, stat.version);
			}
			return;
		}
		case 'owned-anew':
			return replace(lane, trial, [`${app}/extra/x`], []);
		case 'lock-folder-anew':
			return replace(lane, trial, [`${app}/locks/x/lock-0000000000`], [`${app}/locks/x`]);
	}
}

/** A write with the version just read: either it is in time, and the member must live, or there is nothing to write to. */
async function written(lane: Lane, trial: Trial, version: number): Promise<void> {
	const { victim } = trial;
	const op: ZooKeeperOp = { kind: 'set', path: victim.path, data: new TextEncoder().encode('alive'), version };
	const result = await lane.healthy.zk.multi([op]);
	if (result.kind === 'committed') {
		trial.healthy.set(victim.path, victim.czxid);
	}
}

/** A real child under the very name that the guard expects its own child to bear. */
async function takeGuardName(zk: ZooKeeperPort, parent: string, seen: readonly ZooKeeperOp[]): Promise<void> {
	const guard = seen.find((op) => op.kind === 'delete' && op.path.startsWith(`${parent}/rc-`));
	if (guard !== undefined) {
		await zk.create(guard.path, EMPTY, 'persistent');
	}
}

/**
 * In one transaction: the stale znodes out, `remade` ancestors out and in again (each with its first child counted as
 * before), the healthy ones in. What the purger has removed by then is not there to be taken out.
 */
async function replace(lane: Lane, trial: Trial, paths: string[], remade: string[]): Promise<void> {
	const { zk, sessionId } = lane.healthy;
	for (let tries = 0; tries < 50; tries += 1) {
		const gone: ZooKeeperOp[] = [];
		const back: ZooKeeperOp[] = [];
		for (const path of [...paths, ...remade, ...(await descendants(zk, remade))]) {
			const stat = await zk.stat(path);
			if (stat !== null && !gone.some((op) => op.path === path)) {
				gone.push({ kind: 'delete', path, version: -1 });
			}
			if (!paths.includes(path) && stat !== null && !back.some((op) => op.path === path)) {
				back.push({ kind: 'create', path, data: EMPTY, mode: stat.ephemeralOwner === 0n ? 'persistent' : 'ephemeral' });
			}
		}
		gone.sort((a, b) => b.path.length - a.path.length);
		back.sort((a, b) => a.path.length - b.path.length || (a.path < b.path ? 1 : -1));
		const create = paths.map((path): ZooKeeperOp => ({ kind: 'create', path, data: EMPTY, mode: 'ephemeral' }));
		const result = await zk.multi([...gone, ...back, ...create]);
		if (result.kind === 'committed') {
			for (const path of paths) {
				const stat = await zk.stat(path);
				// Whatever took it away since, its loss is found out at the end.
				trial.healthy.set(path, stat?.ephemeralOwner === sessionId ? stat.czxid : -1n);
			}
			return;
		}
	}
	throw new Error(`the healthy member of ${trial.app} could not come back`);
}

async function descendants(zk: ZooKeeperPort, parents: readonly string[]): Promise<string[]> {
	const found: string[] = [];
	for (const parent of parents) {
		for (const name of (await zk.children(parent))?.names ?? []) {
			const path = `${parent}/${name}`;
			found.push(path, ...(await descendants(zk, [path])));
		}
	}
	return found;
}

/** Places the return in time; `finish` waits for it. */
export function schedule(
	lane: Lane,
	trial: Trial,
	timing: Timing,
): { hooks: Hooks; start(): Promise<void>; finish(): Promise<void> } {
	let returned: Promise<void> | null = null;
	const begin = (seen: readonly ZooKeeperOp[] = []) => {
		returned ??= timed(lane, trial, seen);
		return returned;
	};
	const aboutAsLong = () => systemClock.sleep(lane.random() * 2 * (lane.tookMs.get(trial.kind) ?? 6));
	// A name can only be taken once it is known: this one waits for the second attempt, where reuse would show.
	let attempts = 0;
	let firstSeen: readonly ZooKeeperOp[] | null = null;
	const beforeMulti = async (ops: readonly ZooKeeperOp[], wait: boolean) => {
		attempts += 1;
		if (trial.kind === 'guard-name-taken' && attempts === 1) {
			firstSeen = ops;
			await lane.healthy.zk.create(`${trial.app}/members/noise-`, EMPTY, 'ephemeral-sequential');
			return;
		}
		const done = begin(firstSeen === null ? ops : renumbered(firstSeen, ops));
		if (wait) {
			await done;
		} else {
			await aboutAsLong();
		}
	};
	const hooks: Record<Timing, Hooks> = {
		'before-multi': { beforeMulti: (ops) => beforeMulti(ops, true) },
		'with-multi': { beforeMulti: (ops) => beforeMulti(ops, false) },
		'inside-look': { beforeStat: async (path) => (path === trial.victim.path ? await begin() : undefined) },
		racing: {},
		never: {},
	};
	return {
		hooks: hooks[timing],
		start: async () => {
			if (timing !== 'racing') {
				return;
			}
			if (lane.random() < 0.5) {
				void begin();
				await aboutAsLong();
			} else {
				returned = systemClock.sleep(lane.random() * 15).then(() => timed(lane, trial, []));
			}
		},
		finish: async () => {
			await (timing === 'never' ? null : begin());
		},
	};
}

async function timed(lane: Lane, trial: Trial, seen: readonly ZooKeeperOp[]): Promise<void> {
	const startedAtMs = systemClock.nowMs();
	await comeBack(lane, trial, seen);
	lane.tookMs.set(trial.kind, systemClock.nowMs() - startedAtMs);
}

/** The first attempt's random with the present attempt's count: what a purger that reused its random would send. */
function renumbered(first: readonly ZooKeeperOp[], now: readonly ZooKeeperOp[]): ZooKeeperOp[] {
	return now.map((op) => {
		const before = first.find((each) => each.kind === op.kind && each.path.slice(0, -27) === op.path.slice(0, -27));
		const isGuard = op.kind === 'delete' && /\/rc-[0-9a-f]{16}-\d{10}$/.test(op.path);
		return isGuard && before !== undefined ? { ...op, path: `${before.path.slice(0, -10)}${op.path.slice(-10)}` } : op;
	});
}

/** Healthy znodes that are not there any more. */
export async function killed(lane: Lane, trial: Trial): Promise<string[]> {
	const lost: string[] = [];
	for (const [path, czxid] of trial.healthy) {
		const stat = await lane.healthy.zk.stat(path);
		if (stat?.czxid !== czxid) {
			lost.push(path);
		}
	}
	return lost;
}
