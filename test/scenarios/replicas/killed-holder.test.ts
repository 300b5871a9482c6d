import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import type { DemoMember } from '@/lib/cli/members';
import { endPostgres } from '@/test/support/databases';
import { holderOf } from '@/test/support/replica';
import { eventually } from '@/test/support/zookeeper';
import { LAVISH, type ReplicaWorld, replicaWorld } from './world';

/** How often the console that holds the latch is killed; three members die around each. */
const KILLS = Number(process.env.ROLLCALL_KILLS ?? 2);
const VICTIMS = 3;
const REPLICAS = 3;
/** Between the first member's death and the console's: proofs are complete some 1.3 s after it. */
const KILL_AFTER_MS = [900, 2_000] as const;

let world: ReplicaWorld;
let living: DemoMember[];
let pool: DemoMember[];
let joined = 0;

function joinMore(count: number): Promise<DemoMember[]> {
	return Promise.all(
		Array.from({ length: count }, () => {
			joined += 1;
			return world.join(`victim-${joined}`);
		}),
	);
}

beforeAll(async () => {
	world = await replicaWorld({ ...LAVISH, automaticRecovery: true }, 'postgres');
	living = await Promise.all(['lives-1', 'lives-2'].map((id) => world.join(id)));
	pool = await joinMore(VICTIMS * 2);
	for (let index = 0; index < REPLICAS; index++) {
		world.start();
	}
});
afterAll(async () => {
	await world?.end();
	await endPostgres();
});

test(
	'whatever console holds the latch is killed in the middle of recoveries: each dead member is purged exactly once, nobody else is',
	async () => {
		const dead: string[] = [];
		for (let kill = 0; kill < KILLS; kill++) {
			const victims = pool.splice(0, VICTIMS);
			const more = joinMore(VICTIMS);
			const paths = victims.map(({ path }) => path);
			await Promise.all(world.replicas.map((replica) => replica.provable(paths)));
			const holder = await holderOf(world.zk, world.replicas);

			for (const victim of victims) {
				victim.kill('SIGKILL');
				await systemClock.sleep(Math.random() * 150);
			}
			const [min, max] = KILL_AFTER_MS;
			await systemClock.sleep(min + Math.random() * (max - min));
			await world.killReplica(holder);
			dead.push(...paths);
			const next = await holderOf(world.zk, world.replicas);
			expect(next.name).not.toBe(holder.name);
			await world.gone(paths);
			world.start();
			pool.push(...(await more));
		}

		await eventually(
			'every record is in the database',
			async () => {
				const outbox = await world.zk.children('/rollcall/outbox');
				return outbox?.names.length === 0 ? true : null;
			},
			60_000,
		);
		const purges = await world.purges();
		expect(purges.map(({ member }) => member).toSorted()).toEqual(dead.toSorted());
		for (const entry of purges) {
			expect(entry.actor).toMatchObject({ kind: 'system', name: 'automatic-recovery' });
			expect(entry.reason).toMatch(/^Automatic recovery: the member is dead \(/);
		}
		const counters = await world.zk.read('/rollcall/counters/turms');
		const { entries } = JSON.parse(counters?.data.toString() ?? '{}') as { entries: { path: string }[] };
		const counted = entries.map(({ path }) => path);
		expect(new Set(counted).size).toBe(counted.length);
		const there = await world.registered();
		expect(there).toEqual(expect.arrayContaining([...living, ...pool].map(({ path }) => path)));
		report(
			purges.map(({ detail }) => (detail as { observer?: string }).observer ?? ''),
			dead.length,
		);
	},
	120_000 + KILLS * 90_000,
);

/** For whoever runs it by hand with more kills. */
function report(observers: readonly string[], dead: number): void {
	if (process.env.ROLLCALL_KILLS === undefined) {
		return;
	}
	const byObserver = [...new Set(observers)].map(
		(name) => `${name} ${observers.filter((each) => each === name).length}`,
	);
	process.stdout.write(
		`${KILLS} consoles killed, ${dead} members died, ${observers.length} purges: ${byObserver.join(', ')}\n`,
	);
}
