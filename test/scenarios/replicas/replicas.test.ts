import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import type { DemoMember } from '@/lib/cli/members';
import type { PurgeRequest } from '@/lib/core/purge-view';
import { NO_SETTINGS, SETTINGS_LOST, type Settings, toSettingsText } from '@/lib/core/settings';
import { readSettings } from '@/lib/runtime/read-settings';
import { holderOf, type Replica } from '@/test/support/replica';
import { stopProcess } from '@/test/support/stop-process';
import { eventually } from '@/test/support/zookeeper';
import { LAVISH, type ReplicaWorld, replicaWorld } from './world';

/** Three consoles, one ensemble, and members that die one after another. Nothing is left of the blast radius but a hand. */
const WAIT_MS = 90_000;
const SETTINGS = '/rollcall/settings/turms';
const COUNTERS = '/rollcall/counters/turms';

let world: ReplicaWorld;
let members: DemoMember[];

beforeAll(async () => {
	// An hour: nothing that was purged here ceases to count.
	world = await replicaWorld({ ...LAVISH, blastRadiusMin: 3, blastRadiusWindowMs: 3_600_000 });
	members = await Promise.all(Array.from({ length: 13 }, (_, index) => world.join(`member-${index + 1}`)));
	for (let index = 0; index < 3; index++) {
		world.start();
	}
	await Promise.all(world.replicas.map((replica) => replica.provable(members.map(({ path }) => path))));
});
afterAll(() => world?.end());

function take(count: number): DemoMember[] {
	return members.splice(0, count);
}

async function others(): Promise<{ holder: Replica; elsewhere: Replica[] }> {
	const holder = await holderOf(world.zk, world.replicas);
	return { holder, elsewhere: world.replicas.filter((replica) => replica !== holder) };
}

/** Killed, and proven dead by each of the consoles. */
async function die(victims: readonly DemoMember[], seenBy: readonly Replica[] = world.replicas): Promise<string[]> {
	for (const victim of victims) {
		victim.kill('SIGKILL');
	}
	const paths = victims.map(({ path }) => path);
	await Promise.all(seenBy.flatMap((replica) => paths.map((path) => replica.tells(path, 'dead'))));
	return paths;
}

async function settle(settings: Partial<Settings>): Promise<void> {
	await world.zk.set(SETTINGS, Buffer.from(toSettingsText({ ...NO_SETTINGS, ...settings })), -1);
}

/** How often each was purged, by the records of those that were. */
async function timesPurged(paths: readonly string[]): Promise<number[]> {
	const purges = await world.purges();
	return paths.map((path) => purges.filter(({ member }) => member === path).length);
}

async function recorded(paths: readonly string[]): Promise<void> {
	await eventually(
		'each purge recorded',
		async () => {
			const times = await timesPurged(paths);
			return times.every((count) => count > 0) ? true : null;
		},
		WAIT_MS,
	);
	expect(await timesPurged(paths)).toEqual(paths.map(() => 1));
}

/** As long as a busy machine lets evidence lapse, as an operator would. */
function purgedBy(replica: Replica, request: PurgeRequest) {
	return eventually(
		'purged',
		async () => {
			const { outcomes } = await replica.purge(request);
			return outcomes.every(({ outcome }) => outcome === 'purged') ? outcomes : null;
		},
		WAIT_MS,
	);
}

test('a purge asked of a console that does not hold the latch is carried out by the one that does', async () => {
	const { holder, elsewhere } = await others();
	const [victim] = take(1);
	const [asked] = elsewhere;
	if (victim === undefined || asked === undefined) {
		throw new Error('nobody to kill or to ask');
	}
	const request = await world.requestFor(victim);
	const planned = await asked.plan(request);
	const latch = planned.plan.members[0]?.guards.find(({ guard }) => guard === 'latch');
	expect(latch).toMatchObject({ result: 'pass', code: 'latch-elsewhere' });

	await die([victim]);
	const [outcome] = await purgedBy(asked, request);
	expect(outcome).toMatchObject({ path: victim.path, zxid: expect.stringMatching(/^0x/), auditId: null });
	await recorded([victim.path]);
	const [entry] = (await world.purges()).filter(({ member }) => member === victim.path);
	expect(entry).toMatchObject({ actor: { name: 'the-operator' }, detail: { observer: holder.name } });
	await eventually('nothing is left of the request', async () => {
		const listing = await world.zk.children('/rollcall/requests/turms');
		return listing?.names.length === 0 ? true : null;
	});
});

test('what is no request is moved into the audit log', async () => {
	const folder = '/rollcall/requests/turms';
	const names = ['r-garbage', 'r-00000000-0000-4000-8000-000000000000'];
	for (const name of names) {
		await world.zk.create(
			`${folder}/${name}`,
			Buffer.from(`{"state":"asked","kind":"drop-all"} ${name}`),
			'persistent',
		);
	}
	await eventually('they are removed', async () =>
		(await world.zk.children(folder))?.names.length === 0 ? true : null,
	);
	const recorded = (await world.audit()).filter(({ action }) => action === 'outbox.garbage');
	expect(recorded.map(({ detail }) => (detail as { path?: string }).path).toSorted()).toEqual(
		names.map((name) => `${folder}/${name}`).toSorted(),
	);
});

test('many small requests at several consoles never exceed the blast radius', async () => {
	const victims = take(4);
	const requests = await Promise.all(victims.map((victim) => world.requestFor(victim)));
	await die(victims);
	let purged = 0;
	await eventually(
		'as many as may go',
		async () => {
			const asked = requests.map((request, index) => world.replicas[index % world.replicas.length]?.purge(request));
			await Promise.all(asked);
			purged =
				victims.length - (await world.registered()).filter((path) => victims.some((v) => v.path === path)).length;
			return purged >= 2 ? true : null;
		},
		WAIT_MS,
	);
	// Asked once more of every console: none of the rest goes.
	for (const replica of world.replicas) {
		const there = await world.registered();
		const rest = victims.filter(({ path }) => there.includes(path));
		for (const victim of rest) {
			const { outcomes } = await replica.purge(await world.requestFor(victim));
			expect(outcomes.map(({ outcome }) => outcome)).toEqual(['refused']);
		}
	}
	const there = await world.registered();
	expect(victims.filter(({ path }) => !there.includes(path))).toHaveLength(2);
});

test('switched on, recovery clears at once what waits; a holder that is stopped in the middle does nothing when it wakes', async () => {
	const waiting = (await world.registered()).filter((path) => !members.some((member) => member.path === path));
	await settle({ automaticRecovery: true, policy: { blastRadiusMin: 1_000 } });
	await world.gone(waiting);
	await recorded(waiting);

	const { holder, elsewhere } = await others();
	const victims = take(2);
	const sessionBefore = holder.session();
	for (const victim of victims) {
		victim.kill('SIGKILL');
	}
	// Somewhere between the first doubt and the commit.
	await Promise.race(victims.map(({ path }) => holder.tells(path, 'suspect')));
	await systemClock.sleep(1_000);
	await stopProcess(holder.pid);
	const paths = victims.map(({ path }) => path);
	expect((await holderOf(world.zk, elsewhere)).name).not.toBe(holder.name);
	await world.gone(paths);
	holder.kill('SIGCONT');
	await eventually('it has a new session', () => (holder.session() !== sessionBefore ? true : null), WAIT_MS);
	await recorded(paths);
	// A purge by the holder of now, after which whatever the other one had under way is over.
	const [next] = take(1);
	if (next) {
		next.kill('SIGKILL');
		await world.gone([next.path]);
		await recorded([next.path]);
	}
	await recorded(paths);
	expect((await world.registered()).toSorted()).toEqual(members.map(({ path }) => path).toSorted());
});

test('the kill switch stops every console at once, and without it recovery goes on', async () => {
	const killSwitch = { by: 'the-admin', reason: 'scenario', atMs: 0 };
	await settle({ automaticRecovery: true, policy: { blastRadiusMin: 1_000 }, killSwitch });
	await eventually(
		'each console knows',
		async () => {
			const seen = await Promise.all(world.replicas.map((replica) => replica.recovery()));
			return seen.every((view) => view.killSwitch !== null) ? true : null;
		},
		WAIT_MS,
	);
	const paths = await die(take(1));
	await eventually(
		'each console says what it holds back',
		async () => {
			const seen = await Promise.all(world.replicas.map((replica) => replica.recovery()));
			const held = seen.map(({ heldBack }) => heldBack.some(({ code }) => code === 'kill-switch-on'));
			return held.every(Boolean) ? true : null;
		},
		WAIT_MS,
	);
	await systemClock.sleep(1_500);
	expect(await world.registered()).toEqual(expect.arrayContaining(paths));
	const refused = (await world.audit()).filter(({ member, outcome }) => member === paths[0] && outcome === 'refused');
	expect(refused).toHaveLength(1);
	await settle({ automaticRecovery: true, policy: { blastRadiusMin: 1_000 } });
	await world.gone(paths);
	await recorded(paths);
});

test('settings that are deleted come back with the kill switch on, counters with what was counted', async () => {
	const counted = (await world.zk.read(COUNTERS))?.data.toString();
	await world.zk.remove(COUNTERS, -1);
	await world.zk.remove(SETTINGS, -1);
	await eventually(
		'the kill switch is on',
		async () => {
			const value = await world.zk.read(SETTINGS);
			return value && readSettings(value.data)?.killSwitch?.reason === SETTINGS_LOST ? true : null;
		},
		WAIT_MS,
	);
	await eventually(
		'the counters are back',
		async () => {
			const value = await world.zk.read(COUNTERS);
			return value?.data.toString() === counted ? true : null;
		},
		WAIT_MS,
	);
	const paths = await die(take(1));
	await eventually(
		'held back',
		async () => {
			const seen = await Promise.all(world.replicas.map((replica) => replica.recovery()));
			return seen.every(({ heldBack }) => heldBack.some(({ guard }) => guard === 'kill-switch')) ? true : null;
		},
		WAIT_MS,
	);
	expect(await world.registered()).toEqual(expect.arrayContaining(paths));
});
