import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import type { Ensemble } from '@/lib/cli/ensemble';
import { toHex } from '@/lib/core/ids';
import { connected, eventually, openClient } from '@/test/support/zookeeper';
import { type OutboxWorld, outboxWorld, purgeDraft, standalone } from './outbox-world';

let ensemble: Ensemble;
let world: OutboxWorld;
let outboxes = 0;

beforeAll(async () => {
	ensemble = await standalone();
});
afterAll(() => ensemble?.stop());
beforeEach(async () => {
	outboxes += 1;
	world = await outboxWorld(ensemble, `/outbox-${outboxes}`);
});
afterEach(() => world.end());

const emptied = () => eventually('the outbox is empty', async () => ((await world.names()).length === 0 ? true : null));

describe('draining the outbox', () => {
	it('records what was committed before and while it runs, in order, each with its zxid, and empties the outbox', async () => {
		const paths: string[] = [];
		for (let index = 0; index < 70; index++) {
			paths.push(await world.commit(purgeDraft(`before-${index}`)));
		}
		const stats = await Promise.all(paths.map((path) => world.zk.stat(path)));
		const told: string[] = [];
		const drain = world.drain({ onEntry: (entry) => told.push(entry.key) });
		await world.commit(purgeDraft('while'));
		await emptied();
		const entries = await world.recorded();
		const keys = [...paths.map((_, index) => `before-${index}`), 'while'];
		expect(entries.map((entry) => entry.key)).toEqual(keys);
		expect(entries.slice(0, 70).map((entry) => entry.zxid)).toEqual(stats.map((stat) => toHex(stat?.czxid ?? 0n)));
		expect(told).toEqual(keys);
		expect(drain.problem()).toBeNull();
		expect(await world.store.audit.verify()).toMatchObject({ ok: true, entries: 71 });
	});

	it('waits for the latch, then drains', async () => {
		let holds = false;
		world.drain({ holdsLatch: () => holds });
		await world.commit(purgeDraft('mine'));
		// Longer than its poll: it had every chance to touch it.
		await new Promise((resolve) => setTimeout(resolve, 1_500));
		expect(await world.names()).toHaveLength(1);
		expect(await world.recorded()).toEqual([]);
		holds = true;
		await emptied();
		expect((await world.recorded()).map((entry) => entry.key)).toEqual(['mine']);
	});

	it('leaves what is held back, by however many, until all have let go; and not for ever', async () => {
		let laterMs = 0;
		const drain = world.drain({ clock: { ...systemClock, nowMs: () => systemClock.nowMs() + laterMs } });
		const [first, second] = [drain.hold(), drain.hold()];
		await world.commit(purgeDraft('held'));
		first();
		await new Promise((resolve) => setTimeout(resolve, 1_500));
		expect(await world.names()).toHaveLength(1);
		expect(await world.recorded()).toEqual([]);
		second();
		await emptied();

		drain.hold();
		await world.commit(purgeDraft('forgotten'));
		await new Promise((resolve) => setTimeout(resolve, 1_500));
		expect(await world.names()).toHaveLength(1);
		laterMs = 10_000;
		await emptied();
		expect((await world.recorded()).map((entry) => entry.key)).toEqual(['held', 'forgotten']);
	});

	it('starts when the folder is made after it', async () => {
		await world.zk.remove(world.outboxPath, -1);
		world.drain();
		await world.zk.create(world.outboxPath, new Uint8Array(0), 'persistent');
		await world.commit(purgeDraft('later'));
		await emptied();
		expect((await world.recorded()).map((entry) => entry.key)).toEqual(['later']);
	});

	it('two that drain at once record each entry once', async () => {
		world.drain();
		world.drain();
		for (let index = 0; index < 40; index++) {
			await world.commit(purgeDraft(`k-${index}`));
		}
		await emptied();
		expect((await world.recorded()).map((entry) => entry.key).toSorted()).toEqual(
			Array.from({ length: 40 }, (_, index) => `k-${index}`).toSorted(),
		);
	});

	it('keeps everything while the database fails, says so, and goes on when it is back', async () => {
		let broken = true;
		const { audit } = world.store;
		const drain = world.drain({
			audit: { ...audit, append: (draft) => (broken ? Promise.reject(new Error('disk full')) : audit.append(draft)) },
		});
		await world.commit(purgeDraft('one'));
		await world.commit(purgeDraft('two'));
		await eventually('it is stuck', () => drain.problem());
		expect(drain.problem()).toContain('disk full');
		expect(await world.names()).toHaveLength(2);
		broken = false;
		await emptied();
		await eventually('the problem is gone', () => (drain.problem() === null ? true : null));
		expect((await world.recorded()).map((entry) => entry.key)).toEqual(['one', 'two']);
	});

	it('goes on after ZooKeeper was away', async () => {
		world.drain();
		ensemble.servers[0]?.kill('SIGKILL');
		await eventually('it is away', () => (world.zk.state().kind === 'connecting' ? true : null));
		await ensemble.servers[0]?.start();
		await connected(world.zk);
		await eventually('committed', async () => {
			try {
				return await world.commit(purgeDraft('after'));
			} catch (error) {
				if (error instanceof Error && 'code' in error) {
					return null;
				}
				throw error;
			}
		});
		await emptied();
		expect((await world.recorded()).map((entry) => entry.key)).toEqual(['after']);
	});
});

describe('garbage in the outbox', () => {
	const canonical = Buffer.from('{"action":"member.purge"}');

	it.each<[string, string | Uint8Array, unknown]>([
		['empty data', '', { raw: '' }],
		['no JSON', 'purged <b>everything</b> \0', { raw: 'purged <b>everything</b> \0' }],
		['no UTF-8', Uint8Array.of(0xff, 0xfe, 0x00), { encoding: 'base64', raw: '//4A' }],
		['another shape', canonical, { raw: canonical.toString() }],
		['half a megabyte', 'x'.repeat(500_000), { bytes: 500_000, rawTruncated: true, raw: 'x'.repeat(65_536) }],
		['endless nesting', '['.repeat(200_000), { bytes: 200_000 }],
		[
			'nesting within the shape',
			`${JSON.stringify({ ...purgeDraft('deep'), detail: 0 }).replace('"detail":0', `"detail":${'['.repeat(100_000)}${']'.repeat(100_000)}`)}`,
			{},
		],
		['a key given twice', `{"key":"first",${JSON.stringify(purgeDraft('twice')).slice(1)}`, {}],
	])('is recorded as it was found, then removed, and delays nobody: %s', async (_, data, detail) => {
		await world.commit(purgeDraft('ahead'));
		const path = await world.put(data);
		await world.commit(purgeDraft('behind'));
		world.drain();
		await emptied();
		const entries = await world.recorded();
		expect(entries.map((entry) => entry.action)).toEqual(['member.purge', 'outbox.garbage', 'member.purge']);
		expect(entries[1]?.detail).toMatchObject({ path, ...(detail as object) });
		expect((await world.store.audit.verify()).ok).toBe(true);
	});

	it('under a strange name comes last, whatever it holds', async () => {
		await world.put('hello', 'a-stranger');
		await world.commit(purgeDraft('one'));
		world.drain();
		await emptied();
		expect((await world.recorded()).map((entry) => entry.action)).toEqual(['member.purge', 'outbox.garbage']);
	});

	it('with a key that is taken is recorded beside the entry that has it', async () => {
		await world.commit(purgeDraft('same'));
		await world.commit(purgeDraft('same', { reason: 'another story' }));
		world.drain();
		await emptied();
		const entries = await world.recorded();
		expect(entries.map((entry) => entry.action)).toEqual(['member.purge', 'outbox.garbage']);
		expect(JSON.stringify(entries[1]?.detail)).toContain('another story');
	});

	it('that cannot be removed is recorded once, reported, and delays nobody', async () => {
		const path = await world.put('has a child');
		await world.zk.create(`${path}/child`, new Uint8Array(0), 'persistent');
		await world.commit(purgeDraft('behind'));
		const drain = world.drain();
		await eventually('only it is left', async () => ((await world.names()).length === 1 ? true : null));
		expect(drain.problem()).toContain('not-empty');
		await world.zk.remove(`${path}/child`, -1);
		await emptied();
		await eventually('the problem is gone', () => (drain.problem() === null ? true : null));
		expect((await world.recorded()).map((entry) => entry.action)).toEqual(['outbox.garbage', 'member.purge']);
	});

	it('that may not be read is left where it is, reported, and delays nobody', async () => {
		const stranger = openClient(ensemble.connect, { auth: { scheme: 'digest', credentials: 'eve:secret' } });
		try {
			await connected(stranger);
			await stranger.create(`${world.outboxPath}/e-`, Buffer.from('secret'), 'persistent-sequential');
			await world.commit(purgeDraft('behind'));
			const drain = world.drain();
			await eventually('the other is recorded', async () => ((await world.recorded()).length === 1 ? true : null));
			await eventually('it is reported', () => drain.problem());
			expect(drain.problem()).toContain('no-auth');
			expect(await world.names()).toHaveLength(1);
		} finally {
			await stranger.close();
		}
	});
});

describe('finding an attempt', () => {
	it('tells an attempt in the outbox, one in the database, and one that was never written', async () => {
		const path = await world.commit(purgeDraft('waiting'));
		const holder = { drains: false };
		const drain = world.drain({ holdsLatch: () => holder.drains });
		const find = async (key: string) =>
			(await world.zk.onConnection((connection) => drain.findAttempts([key], connection))).get(key) ?? null;
		const zxid = (await world.zk.stat(path))?.czxid;
		await world.put('garbage');
		expect(await find('waiting')).toEqual({ outboxPath: path, zxid });
		expect(await find('never')).toBeNull();
		holder.drains = true;
		await emptied();
		expect(await find('waiting')).toEqual({ outboxPath: null, zxid });
		expect(await find('never')).toBeNull();
	});
});
