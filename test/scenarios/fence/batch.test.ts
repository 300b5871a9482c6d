import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CounterEntry, toCountersText } from '@/lib/core/counters';
import { MULTI_BYTES_MAX, MULTI_REMOVALS_MAX } from '@/lib/core/fence';
import { toHex } from '@/lib/core/ids';
import type { Incarnation } from '@/lib/core/member';
import type { MultiResult, ZooKeeperOp } from '@/lib/core/ports';
import type { OwnedZnode } from '@/lib/core/purge-plan';
import type { BatchMember, BatchResult } from '@/lib/runtime/batch-request';
import { findEarlier } from '@/lib/runtime/earlier-purge';
import { fencedBatch } from '@/lib/runtime/fenced-batch';
import { bytes, createAll, EMPTY, hooked, type Purger, recordsOf, Scene } from './world';

let scene: Scene;

beforeAll(async () => {
	scene = await Scene.open({ enforceQuota: 'true' });
});
afterAll(async () => {
	await scene?.close();
});

const lost = { kind: 'unknown', detail: 'the answer was lost' } as const;
const isPurge = (ops: readonly ZooKeeperOp[]) => ops.length > 3;
const removed = (ops: readonly ZooKeeperOp[]) => ops.filter((op) => op.kind === 'delete' && !op.path.includes('/rc-'));

async function registerAll(name: string, count: number, parent = '/app/members'): Promise<Incarnation[]> {
	return Promise.all(Array.from({ length: count }, (_, n) => scene.register(name, `${parent}/m${n}`)));
}

function memberOf(incarnation: Incarnation, owned: readonly OwnedZnode[] = []): BatchMember {
	return { incarnation, dataVersion: 0, owned, attemptId: randomUUID() };
}

type Told = { readonly results: Map<string, BatchResult>; readonly verified: string[][] };

/** Evidence that never notices anything, as in the single purge's trials; records of `recordBytes` beside their key. */
async function purgeAll(purger: Purger, members: readonly BatchMember[], record = bytes): Promise<Told> {
	const told: Told = { results: new Map(), verified: [] };
	let count = 0;
	await fencedBatch(purger.deps, {
		members,
		standing: (some) => some,
		openTurn: (ground) => ({
			countersBytes: ground.counters.byteLength,
			decide: ({ attemptId }) => ({
				kind: 'write',
				record: record(attemptId),
				counterBytes: 10,
				take: () => {
					count += 1;
				},
			}),
			counters: () => bytes(`counted ${count}`),
		}),
		verifyAgain: async (some) => void told.verified.push(some.map(({ incarnation }) => incarnation.path)),
		onDone: ({ incarnation }, result) => {
			expect(told.results.has(incarnation.path)).toBe(false);
			told.results.set(incarnation.path, result);
		},
	});
	expect(told.results.size).toBe(members.length);
	return told;
}

function kindsOf({ results }: Told): Record<string, string> {
	return Object.fromEntries([...results].map(([path, result]) => [path.slice(path.lastIndexOf('/') + 1), result.kind]));
}

/** As a healthy member does that comes back: its predecessor's znode out, its own in. */
async function comeBack(name: string, path: string): Promise<bigint> {
	await scene.stale.remove(`/${name}${path}`, -1);
	await scene.stale.create(`/${name}${path}`, EMPTY, 'ephemeral');
	return (await scene.stale.stat(`/${name}${path}`))?.czxid ?? 0n;
}

describe('a batch of which one registers again', () => {
	it.each([
		['between the look and the write', 'beforeMulti'],
		['while it is looked at', 'beforeStat'],
	] as const)('%s: that one lives, all the others go', async (_, when) => {
		const name = `returns-${when.toLowerCase()}`;
		const purger = await scene.purger(name);
		const members = (await registerAll(name, 6)).map((each) => memberOf(each));
		const back = '/app/members/m3';
		let czxid = 0n;
		const once = async () => {
			if (czxid === 0n) {
				czxid = 1n;
				czxid = await comeBack(name, back);
			}
		};
		const told = await purgeAll(
			hooked(
				purger,
				when === 'beforeMulti'
					? { beforeMulti: (ops) => (isPurge(ops) ? once() : Promise.resolve()) }
					: { beforeStat: (path) => (path === back ? once() : Promise.resolve()) },
			),
			members,
		);
		expect(kindsOf(told)).toEqual({
			m0: 'committed',
			m1: 'committed',
			m2: 'committed',
			m3: 'stale',
			m4: 'committed',
			m5: 'committed',
		});
		expect((await purger.zk.stat(back))?.czxid).toBe(czxid);
		expect((await purger.zk.children('/app/members'))?.names).toEqual(['m3']);
		for (const { incarnation, attemptId } of members) {
			expect(await recordsOf(purger.zk, attemptId)).toBe(incarnation.path === back ? 0 : 1);
		}
	});

	it('and one writes its data meanwhile: both live', async () => {
		const purger = await scene.purger('writes');
		const members = (await registerAll('writes', 4)).map((each) => memberOf(each));
		let armed = true;
		const writing = hooked(purger, {
			beforeMulti: async (ops) => {
				if (armed && isPurge(ops)) {
					armed = false;
					await scene.stale.set('/writes/app/members/m1', bytes('alive'), -1);
				}
			},
		});
		expect(kindsOf(await purgeAll(writing, members))).toMatchObject({ m0: 'committed', m1: 'stale', m3: 'committed' });
		expect((await purger.zk.children('/app/members'))?.names).toEqual(['m1']);
	});
});

describe('a batch that is bigger than a multi', () => {
	it('goes in several, none above its bounds, with every lock of its sessions', async () => {
		const purger = await scene.purger('many');
		await createAll(scene.stale, '/many/locks');
		const incarnations = await registerAll('many', 230);
		const members = await Promise.all(
			incarnations.map(async (incarnation) => {
				const lock = await scene.stale.create('/many/locks/lock-', EMPTY, 'ephemeral-sequential');
				return memberOf(incarnation, [{ path: lock.slice('/many'.length), kind: 'sequence' }]);
			}),
		);
		const sizes: { removals: number; bytes: number }[] = [];
		const watched = hooked(purger, {
			beforeMulti: async (ops) => {
				const size = ops.reduce((sum, op) => sum + op.path.length + ('data' in op ? op.data.byteLength : 0), 0);
				sizes.push({ removals: removed(ops).length, bytes: size });
			},
		});
		const told = await purgeAll(watched, members);
		expect(new Set([...told.results.values()].map(({ kind }) => kind))).toEqual(new Set(['committed']));
		expect(sizes.length).toBeGreaterThan(2);
		for (const { removals, bytes: size } of sizes) {
			expect(removals).toBeLessThanOrEqual(MULTI_REMOVALS_MAX);
			expect(size).toBeLessThan(MULTI_BYTES_MAX);
		}
		expect((await purger.zk.children('/app/members'))?.names).toEqual([]);
		expect((await purger.zk.children('/locks'))?.names).toEqual([]);
	});

	it('by the size of its records as well', async () => {
		const purger = await scene.purger('large');
		const members = (await registerAll('large', 12)).map((each) => memberOf(each));
		const sizes: number[] = [];
		const watched = hooked(purger, {
			beforeMulti: async (ops) => {
				sizes.push(removed(ops).length);
			},
		});
		const told = await purgeAll(watched, members, () => new Uint8Array(100 * 1024));
		expect(new Set([...told.results.values()].map(({ kind }) => kind))).toEqual(new Set(['committed']));
		expect(sizes.filter((size) => size > 0)).toEqual([5, 5, 2]);
	});
});

describe('an answer that is lost', () => {
	const losing = (purger: Purger, real: (carryOut: () => Promise<MultiResult>) => Promise<unknown>) => {
		let armed = true;
		return hooked(purger, {
			answer: async (carryOut, ops) => {
				if (!armed || !isPurge(ops)) {
					return carryOut();
				}
				armed = false;
				await real(carryOut);
				return lost;
			},
		});
	};

	it('after the commit: the records tell, and nothing is done twice', async () => {
		const purger = await scene.purger('lost-after');
		const members = (await registerAll('lost-after', 5)).map((each) => memberOf(each));
		const told = await purgeAll(
			losing(purger, (carryOut) => carryOut()),
			members,
		);
		expect([...told.results.values()].map((result) => result.kind === 'committed' && result.attempts)).toEqual([
			1, 1, 1, 1, 1,
		]);
		expect(told.verified).toEqual([]);
		for (const { attemptId } of members) {
			expect(await recordsOf(purger.zk, attemptId)).toBe(1);
		}
	});

	it('before the commit: it is void, everything is verified again, and the next one commits', async () => {
		const purger = await scene.purger('lost-before');
		const members = (await registerAll('lost-before', 3)).map((each) => memberOf(each));
		const told = await purgeAll(
			losing(purger, async () => undefined),
			members,
		);
		expect([...told.results.values()]).toMatchObject(members.map(() => ({ kind: 'committed', attempts: 2 })));
		expect(told.verified).toEqual([members.map(({ incarnation }) => incarnation.path)]);
	});
});

describe('a request that is carried out again', () => {
	const attemptOf = (path: string, czxid: string) => `request-1 ${path} ${czxid}`;

	it('finds what it has done already, by its records, or by the counters where those are in a database elsewhere', async () => {
		const purger = await scene.purger('again');
		const incarnations = await registerAll('again', 3);
		const named = incarnations.map(({ path, czxid }) => ({ path, czxid: toHex(czxid) }));
		const members = incarnations
			.slice(0, 2)
			.map((each) => ({ ...memberOf(each), attemptId: attemptOf(each.path, toHex(each.czxid)) }));
		const told = await purgeAll(purger, members);
		expect(kindsOf(told)).toEqual({ m0: 'committed', m1: 'committed' });
		const earlier = async () => [...(await findEarlier(purger.deps, named, { attemptOf }))];
		const zxidOf = (path: string) => {
			const result = told.results.get(path);
			return result?.kind === 'committed' ? result.zxid : null;
		};
		expect(await earlier()).toMatchObject(
			members.map(({ incarnation: { path }, attemptId }) => [
				{ path },
				{ kind: 'purged', attempt: attemptId, zxid: zxidOf(path) },
			]),
		);
		// Written with differing hex digits it is the same incarnation; without fixed ids nothing can be found.
		const upper = named.map(({ path, czxid }) => ({ path, czxid: czxid.replace('0x', '0x0') }));
		expect((await findEarlier(purger.deps, upper, { attemptOf })).size).toBe(2);
		expect((await findEarlier(purger.deps, named, {})).size).toBe(0);

		for (const record of (await purger.zk.children('/rollcall/outbox'))?.names ?? []) {
			await purger.zk.remove(`/rollcall/outbox/${record}`, -1);
		}
		expect(await earlier()).toEqual([]);
		const [first] = members;
		const entry: CounterEntry = {
			attempt: first?.attemptId ?? '',
			path: '/app/members/m0',
			czxid: first?.incarnation.czxid ?? 0n,
			id: 'm0',
			group: '',
			addresses: [],
			ephemeralOwner: 0n,
			sessionTimeoutMs: null,
			by: 'human',
		};
		await purger.zk.set(purger.deps.paths.counters, bytes(toCountersText({ entries: [entry] })), -1);
		expect(await earlier()).toMatchObject([[{ path: '/app/members/m0' }, { kind: 'purged', zxid: null }]]);
	});
});

describe('what stands in the way', () => {
	it('of one session by what else it owns, sends that one by itself', async () => {
		const purger = await scene.purger('apart');
		await createAll(scene.stale, '/apart/extra');
		const [first, second] = await registerAll('apart', 2);
		const extra = await scene.register('apart', '/extra/x');
		if (!first || !second) {
			throw new Error('two were registered');
		}
		let armed = true;
		const busy = hooked(purger, {
			beforeMulti: async (ops) => {
				if (armed && isPurge(ops)) {
					armed = false;
					await scene.stale.create('/apart/extra/noise-', EMPTY, 'ephemeral-sequential');
				}
			},
		});
		const told = await purgeAll(busy, [memberOf(first, [{ path: extra.path, kind: 'other' }]), memberOf(second)]);
		expect(kindsOf(told)).toEqual({ m0: 'apart', m1: 'committed' });
		expect(await purger.zk.stat(first.path)).not.toBeNull();
	});

	it('of those under one parent, leaves the others to go: contended, and tried five times', async () => {
		const purger = await scene.purger('busy');
		await createAll(scene.stale, '/busy/app/others');
		const members = [...(await registerAll('busy', 2)), await scene.register('busy', '/app/others/o')].map((each) =>
			memberOf(each),
		);
		const noisy = hooked(purger, {
			beforeMulti: async (ops) => {
				if (removed(ops).some(({ path }) => path.startsWith('/app/members/'))) {
					await scene.stale.create('/busy/app/members/noise-', EMPTY, 'ephemeral-sequential');
				}
			},
		});
		const told = await purgeAll(noisy, members);
		expect(kindsOf(told)).toEqual({ m0: 'contended', m1: 'contended', o: 'committed' });
		expect(told.results.get('/app/members/m0')).toMatchObject({ reason: 'parent-busy', attempts: 5 });
		expect(told.verified).toHaveLength(4);
	});

	it('a quota: refuses those whom it concerns, and names the path', async () => {
		const purger = await scene.purger('quota');
		await createAll(scene.stale, '/quota/app/others');
		const members = [...(await registerAll('quota', 2)), await scene.register('quota', '/app/others/o')].map((each) =>
			memberOf(each),
		);
		await setCountQuota('/quota/app/members', 3);
		const told = await purgeAll(purger, members);
		expect(kindsOf(told)).toEqual({ m0: 'refused', m1: 'refused', o: 'committed' });
		expect(told.results.get('/app/members/m1')).toMatchObject({ reason: 'quota', path: '/app/members' });
		expect((await purger.zk.children('/app/members'))?.names).toHaveLength(2);
	});

	it('a latch or settings that are not what they were: refuses all', async () => {
		const purger = await scene.purger('lost-latch');
		const members = (await registerAll('lost-latch', 3)).map((each) => memberOf(each));
		const switched = hooked(purger, {
			beforeMulti: async () => {
				await scene.stale.set('/lost-latch/rollcall/settings', bytes('stop'), -1);
			},
		});
		expect(new Set(Object.values(kindsOf(await purgeAll(switched, members))))).toEqual(new Set(['refused']));
		const state = purger.latch.state();
		const slowed = hooked(purger, {
			beforeMulti: () => purger.zk.remove(state.kind === 'held' ? state.path : '', -1),
		});
		const told = await purgeAll(slowed, members);
		expect([...told.results.values()]).toMatchObject(members.map(() => ({ kind: 'refused', reason: 'latch-lost' })));
		expect((await purger.zk.children('/app/members'))?.names).toHaveLength(3);
	});

	it('another purge of the same console at the same time: both come through, each member once', async () => {
		const purger = await scene.purger('both');
		const members = (await registerAll('both', 40)).map((each) => memberOf(each));
		const told = await Promise.all([purgeAll(purger, members.slice(0, 20)), purgeAll(purger, members.slice(20))]);
		expect(told.flatMap((each) => [...each.results.values()].map(({ kind }) => kind))).toEqual(
			members.map(() => 'committed'),
		);
		for (const { attemptId } of members) {
			expect(await recordsOf(purger.zk, attemptId)).toBe(1);
		}
	});
});

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
