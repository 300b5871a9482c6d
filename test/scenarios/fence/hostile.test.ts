import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OwnedZnode } from '@/lib/core/purge-plan';
import {
	bytes,
	connected,
	createAll,
	createPurger,
	credulous,
	EMPTY,
	hooked,
	incarnationOf,
	purge,
	recordsOf,
	Scene,
	until,
} from './world';

const zooKeeperLibrary = createRequire(import.meta.url)('node-zookeeper-client');

let scene: Scene;

beforeAll(async () => {
	scene = await Scene.open({ enforceQuota: 'true' });
});
afterAll(async () => {
	await scene?.close();
});

describe('two purgers at once', () => {
	it('only the holder of the latch removes anything', async () => {
		const [one, two] = [await scene.purger('one-latch'), await scene.purger('one-latch')];
		const victim = await scene.register('one-latch', '/app/members/m');
		const [first, second] = await Promise.all([purge(one, credulous(victim)), purge(two, credulous(victim))]);
		expect(first).toMatchObject({ kind: 'committed', strength: 'full', removed: [victim.path] });
		expect(second).toMatchObject({ kind: 'refused', reason: 'latch-lost' });
	});

	it('each removal is done and recorded once, also when both believe to hold a latch', async () => {
		const [one, two] = [await scene.purger('two-latches'), await scene.purger('two-latches', '/rollcall/other-leader')];
		for (let round = 0; round < 25; round += 1) {
			const victim = await scene.register('two-latches', `/app/members/m${round}`);
			const requests = [credulous(victim), credulous(victim)] as const;
			const results = await Promise.all([purge(one, requests[0]), purge(two, requests[1])]);
			expect(results.filter((result) => result.kind === 'committed')).toHaveLength(1);
			expect(results.filter((result) => result.kind === 'stale')).toHaveLength(1);
			const records = await Promise.all(requests.map(({ attemptId }) => recordsOf(one.zk, attemptId)));
			expect(records.toSorted()).toEqual([0, 1]);
		}
	});

	it('a purger that lost its latch between look and write removes nothing', async () => {
		const purger = await scene.purger('latch-lost');
		const victim = await scene.register('latch-lost', '/app/members/m');
		const state = purger.latch.state();
		const path = state.kind === 'held' ? state.path : '';
		const slowed = hooked(purger, { beforeMulti: () => purger.zk.remove(path, -1) });
		expect(await purge(slowed, credulous(victim))).toMatchObject({ kind: 'refused', reason: 'latch-lost', path });
		expect(await purger.zk.stat(victim.path)).not.toBeNull();
	});

	it('changed settings refuse what was decided under the old ones', async () => {
		const purger = await scene.purger('settings');
		const victim = await scene.register('settings', '/app/members/m');
		const { settings, counters } = purger.deps.paths;
		const switched = hooked(purger, {
			beforeMulti: async () => {
				await scene.stale.set(`/settings${settings}`, bytes('stop'), -1);
			},
		});
		expect(await purge(switched, credulous(victim))).toMatchObject({ kind: 'refused', reason: 'settings-changed' });
		const counted = hooked(purger, {
			beforeMulti: async () => {
				await scene.stale.set(`/settings${counters}`, bytes('more'), -1);
			},
		});
		const contended = await purge(counted, credulous(victim));
		expect(contended).toMatchObject({ kind: 'contended', reason: 'counters-busy', attempts: 5 });
		expect(await purger.zk.stat(victim.path)).not.toBeNull();
	});
});

describe('the rest of the session', () => {
	it('goes along in the same multi, locks without contending with their busy folder', async () => {
		const purger = await scene.purger('owned');
		await createAll(scene.stale, '/owned/locks', '/owned/locks/x', '/owned/extra');
		const victim = await scene.register('owned', '/app/members/m');
		const lock = await scene.stale.create('/owned/locks/x/lock-', EMPTY, 'ephemeral-sequential');
		const second = await scene.register('owned', '/app/members/second');
		const other = await scene.register('owned', '/extra/x');
		const owned: OwnedZnode[] = [
			{ path: lock.slice('/owned'.length), kind: 'sequence' },
			{ path: second.path, kind: 'registration' },
			{ path: other.path, kind: 'other' },
			{ path: '/elsewhere', kind: 'out-of-reach' },
		];
		let multis = 0;
		const busy = hooked(purger, {
			beforeMulti: async () => {
				multis += 1;
				await scene.stale.create('/owned/locks/x/lock-', EMPTY, 'ephemeral-sequential');
			},
		});
		const result = await purge(busy, credulous(victim, owned));
		expect(result).toMatchObject({ kind: 'committed', left: [{ path: '/elsewhere', reason: 'out-of-reach' }] });
		expect(multis).toBe(1);
		for (const { path } of [victim, ...owned.slice(0, 3)]) {
			expect(await purger.zk.stat(path)).toBeNull();
		}
	});

	it('is split off where its parent is busy: registration and record first', async () => {
		const purger = await scene.purger('split');
		await createAll(scene.stale, '/split/extra', '/split/quiet');
		const victim = await scene.register('split', '/app/members/m');
		const busyOne = await scene.register('split', '/extra/x');
		const quietOne = await scene.register('split', '/quiet/x');
		const removals: number[] = [];
		let noise = 2;
		const busy = hooked(purger, {
			beforeMulti: async (ops) => {
				removals.push(ops.filter((op) => op.kind === 'delete' && !op.path.includes('/rc-')).length);
				if (ops.some((op) => op.path === busyOne.path) && noise > 0) {
					noise -= 1;
					await scene.stale.create('/split/extra/noise-', EMPTY, 'ephemeral-sequential');
				}
			},
		});
		const owned: OwnedZnode[] = [
			{ path: busyOne.path, kind: 'other' },
			{ path: quietOne.path, kind: 'other' },
		];
		const request = credulous(victim, owned);
		const result = await purge(busy, request);
		expect(result).toMatchObject({ kind: 'committed', left: [] });
		// All three; without the busy one; that one alone, contended and then through.
		expect(removals).toEqual([3, 2, 1, 1]);
		expect(await recordsOf(purger.zk, request.attemptId)).toBe(1);
		expect(await recordsOf(purger.zk, `${request.attemptId}.1`)).toBe(1);
	});

	it('belongs to somebody else when another session owns it now, and shows life when its own session made it anew', async () => {
		const purger = await scene.purger('foreign');
		await createAll(scene.stale, '/foreign/extra');
		const victim = await scene.register('foreign', '/app/members/m');
		const healthy = await connected(scene.ensemble.connect, '/foreign');
		await healthy.zk.create('/extra/x', EMPTY, 'ephemeral');
		await healthy.zk.create('/extra/y', EMPTY, 'ephemeral');
		const own = await scene.register('foreign', '/extra/z');
		const owned: OwnedZnode[] = ['/extra/x', '/extra/y', own.path].map((path) => ({ path, kind: 'other' }));
		let once = true;
		const living = hooked(purger, {
			beforeMulti: async () => {
				if (once) {
					once = false;
					await scene.stale.remove('/foreign/extra/z', -1);
					await scene.stale.create('/foreign/extra/z', EMPTY, 'ephemeral');
				}
			},
		});
		// The split retry looks at it again, by then under another czxid of the same session.
		expect(await purge(living, credulous(victim, owned))).toMatchObject({
			kind: 'stale',
			reason: 'incarnation-changed',
			detail: 'the session created /extra/z meanwhile: it is alive',
		});
		expect(await purger.zk.stat(victim.path)).not.toBeNull();
		expect(await purger.zk.stat('/extra/z')).not.toBeNull();
		expect((await purger.zk.stat('/extra/x'))?.ephemeralOwner).toBe(healthy.sessionId);
		await healthy.zk.close();
	});

	it('goes in bounded multis when there is much of it', async () => {
		const purger = await scene.purger('many');
		await createAll(scene.stale, '/many/extra');
		const victim = await scene.register('many', '/app/members/m');
		const names = Array.from({ length: 450 }, (_, n) => `/extra/x${n}`);
		await Promise.all(names.map((path) => scene.stale.create(`/many${path}`, EMPTY, 'ephemeral')));
		const sizes: number[] = [];
		const watched = hooked(purger, { beforeMulti: async (ops) => void sizes.push(ops.length) });
		const result = await purge(
			watched,
			credulous(
				victim,
				names.map((path) => ({ path, kind: 'other' })),
			),
		);
		expect(result).toMatchObject({ kind: 'committed', left: [] });
		expect(result.kind === 'committed' && result.removed.length).toBe(451);
		expect(sizes).toHaveLength(3);
		expect((await purger.zk.children('/extra'))?.names).toEqual([]);
	});
});

describe('without a chroot', () => {
	it('a registration right under the root has its whole fence there', async () => {
		const purger = await createPurger(scene.ensemble.connect, '');
		await until('held', () => purger.latch.state().kind === 'held');
		await scene.stale.create('/direct', EMPTY, 'ephemeral');
		const victim = await incarnationOf(purger.zk, '/direct');
		const result = await purge(purger, credulous(victim));
		expect(result).toMatchObject({ kind: 'committed', strength: 'full', removed: ['/direct'], attempts: 1 });
		const { zxid, outboxPath } = result.kind === 'committed' ? result : { zxid: null, outboxPath: null };
		expect((await purger.zk.stat(outboxPath ?? '/none'))?.czxid).toBe(zxid);
		await purger.latch.close();
		await purger.zk.close();
	});
});

describe('what the tree does not permit', () => {
	it('never touches a registration that is not ephemeral', async () => {
		const purger = await scene.purger('persistent');
		await purger.zk.create('/app/members/m', EMPTY, 'persistent');
		const victim = await incarnationOf(purger.zk, '/app/members/m');
		expect(await purge(purger, credulous(victim))).toMatchObject({ kind: 'refused', reason: 'guard' });
		expect(await purger.zk.stat('/app/members/m')).not.toBeNull();
	});

	it('leaves a forbidden ancestor out and says that the fence is weak; under a forbidden parent nothing is removed', async () => {
		const purger = await scene.purger('acl');
		const victim = await scene.register('acl', '/app/m');
		await restrict('/acl');
		const strengths: string[] = [];
		const request = credulous(victim);
		const result = await purge(purger, {
			...request,
			decideNow: (turn) => {
				strengths.push(`${turn.strength} ${turn.unguarded.join()}`);
				return request.decideNow(turn);
			},
		});
		expect(result).toMatchObject({ kind: 'committed', strength: 'weak', removed: ['/app/m'] });
		expect(strengths).toEqual(['full ', 'weak /']);
		const deeper = await scene.register('acl', '/app/members/m');
		expect(await purge(purger, credulous(deeper))).toMatchObject({ kind: 'committed', strength: 'full' });
		const kept = await scene.register('acl', '/app/members/kept');
		await restrict('/acl/app/members');
		expect(await purge(purger, credulous(kept))).toMatchObject({
			kind: 'refused',
			reason: 'no-permission',
			path: '/app/members',
		});
		expect(await purger.zk.stat('/app/members/kept')).not.toBeNull();
	});

	it.each([
		['the parent', '/app/members', '/app/members'],
		['the outbox', '/rollcall/outbox', '/rollcall/outbox/e-'],
	])('refuses and names the path when a quota on %s is used up', async (what, limited, named) => {
		const name = `quota-${what.replace(' ', '-')}`;
		const purger = await scene.purger(name);
		const victim = await scene.register(name, '/app/members/m');
		await setCountQuota(`/${name}${limited}`, limited === '/app/members' ? 2 : 1);
		expect(await purge(purger, credulous(victim))).toMatchObject({ kind: 'refused', reason: 'quota', path: named });
		expect(await purger.zk.stat(victim.path)).not.toBeNull();
	});
});

/** Reading for everybody, all else for an administrator alone. */
async function restrict(path: string): Promise<void> {
	const { createClient, ACL, Permission, Id } = zooKeeperLibrary;
	const client = createClient(scene.ensemble.connect);
	await new Promise((resolve) => {
		client.once('connected', resolve);
		client.connect();
	});
	const acls = [new ACL(Permission.READ, Id.ANYONE_ID_UNSAFE)];
	await new Promise<void>((resolve, reject) => {
		client.setACL(path, acls, -1, (error: Error | null) => (error ? reject(error) : resolve()));
	});
	client.close();
}

/** What `setquota -N` of the command line writes. */
async function setCountQuota(path: string, count: number): Promise<void> {
	const parts = path.split('/').slice(1);
	for (let depth = 1; depth <= parts.length; depth += 1) {
		await createAll(scene.stale, `/zookeeper/quota/${parts.slice(0, depth).join('/')}`);
	}
	const limits = bytes(`count=${count},bytes=-1=;byteHardLimit=-1;countHardLimit=${count}`);
	await scene.stale.create(`/zookeeper/quota${path}/zookeeper_limits`, limits, 'persistent');
	await scene.stale.create(`/zookeeper/quota${path}/zookeeper_stats`, bytes('count=0,bytes=0'), 'persistent');
}
