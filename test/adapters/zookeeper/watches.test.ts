import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { ZooKeeperOp, ZooKeeperPort } from '@/lib/core/ports';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';
import { connected, eventually, openClient } from '../../support/zookeeper';

const NOTHING = new Uint8Array();
let ensemble: Ensemble;
let direct: ZooKeeperPort;
let proxy: TcpProxy;
let client: ZooKeeperPort;

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1, tickTimeMs: 500 });
	direct = openClient(ensemble.connect, { sessionTimeoutMs: 10_000 });
	proxy = await startTcpProxy(ensemble.servers[0]?.clientPort ?? 0);
	client = openClient(proxy.connect, { sessionTimeoutMs: 10_000 });
	await Promise.all([connected(direct), connected(client)]);
});

afterAll(async () => {
	await client?.close();
	await proxy?.close();
	await direct?.close();
	await ensemble?.stop();
});

async function reconnect(): Promise<void> {
	const { generation } = await connected(client);
	proxy.reset();
	await connected(client, (state) => state.generation > generation);
}

/** Everything that a children watch told, as sorted names. */
function followChildren(path: string): { told: (string | null)[]; close: () => void } {
	const told: (string | null)[] = [];
	const watch = client.watchChildren(path, (listing) => told.push(listing?.names.sort().join() ?? null));
	return { told, close: () => watch.close() };
}

function last<T>(items: readonly T[], expected: T): Promise<true> {
	return eventually(`the last is ${String(expected)}`, () =>
		items.length > 0 && items.at(-1) === expected ? true : null,
	);
}

describe('children', () => {
	it('a parent that comes, changes, goes and comes again is told each time, null while it is not there', async () => {
		const { told, close } = followChildren('/parent');
		await last(told, null);
		await direct.create('/parent', NOTHING, 'persistent');
		await last(told, '');
		await direct.create('/parent/a', NOTHING, 'persistent');
		await last(told, 'a');
		await direct.create('/parent/b', NOTHING, 'persistent');
		await last(told, 'a,b');
		for (const path of ['/parent/a', '/parent/b', '/parent']) await direct.remove(path, -1);
		await last(told, null);
		await direct.create('/parent', NOTHING, 'persistent');
		await last(told, '');
		close();
	});

	it('changes that merge in one event are all in the listing that follows', async () => {
		await direct.create('/many', NOTHING, 'persistent');
		const { told, close } = followChildren('/many');
		await last(told, '');
		const names = Array.from({ length: 50 }, (_, i) => `m-${String(i).padStart(2, '0')}`);
		await Promise.all(names.map((name) => direct.create(`/many/${name}`, NOTHING, 'persistent')));
		await last(told, names.join());
		close();
	});

	it('thousands of siblings are listed again a few times, however many come, and who goes is told at once by its own watch', async () => {
		const siblings = 3_000;
		await direct.create('/siblings', NOTHING, 'persistent');
		await Promise.all(
			Array.from({ length: siblings }, (_, n) => direct.create(`/siblings/${n}`, NOTHING, 'persistent')),
		);
		const sizes: number[] = [];
		const watch = client.watchChildren('/siblings', (listing) => sizes.push(listing?.names.length ?? 0));
		await eventually('all are listed', () => (sizes.at(-1) === siblings ? true : null));
		const data: (string | null)[] = [];
		const child = client.watchData('/siblings/0', (value) => data.push(value && 'there'));
		await last(data, 'there');
		const listedBefore = sizes.length;
		const startedAtMs = performance.now();
		for (let n = 0; n < 100; n += 1) await direct.create(`/siblings/new-${n}`, NOTHING, 'persistent');
		await direct.remove('/siblings/0', -1);
		await last(data, null);
		await eventually('the last listing has them all', () => (sizes.at(-1) === siblings + 99 ? true : null));
		const tookMs = performance.now() - startedAtMs;
		// 30 ms lie between the end of one listing of 3,000 and the next.
		expect(sizes.length - listedBefore).toBeLessThanOrEqual(tookMs / 30 + 1);
		watch.close();
		child.close();
	});

	it('what changed while there was no connection is told after it, and an unchanged listing is told again as fresh', async () => {
		await direct.create('/gap', NOTHING, 'persistent');
		const { told, close } = followChildren('/gap');
		await last(told, '');
		const { generation } = await connected(client);
		await proxy.stopAccepting();
		proxy.reset();
		await eventually('down', () => (client.state().kind === 'connecting' ? true : null));
		await direct.create('/gap/missed', NOTHING, 'persistent');
		await proxy.acceptAgain();
		await connected(client, (state) => state.generation > generation);
		await last(told, 'missed');
		const count = told.length;
		await reconnect();
		await eventually('told again', () => (told.length > count ? true : null));
		expect(told.at(-1)).toBe('missed');
		close();
	});
});

describe('data', () => {
	it('a znode changed a thousand times is told whole values, at most one a change: no watch multiplies', async () => {
		await direct.create('/busy', Buffer.from('0'), 'persistent');
		const told: string[] = [];
		const watch = client.watchData('/busy', (value) => told.push(value?.data.toString() ?? 'gone'));
		await last(told, '0');
		await Promise.all(Array.from({ length: 1_000 }, (_, i) => direct.set('/busy', Buffer.from(String(i + 1)), -1)));
		await last(told, '1000');
		expect(told.length).toBeLessThanOrEqual(1_001);
		const numbers = told.map(Number);
		expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
		watch.close();
	});

	it('a znode deleted and created again at once is told with its new czxid', async () => {
		await direct.create('/again', Buffer.from('old'), 'persistent');
		const told: (bigint | null)[] = [];
		const watch = client.watchData('/again', (value) => told.push(value?.stat.czxid ?? null));
		await eventually('first', () => (told.length > 0 ? true : null));
		await Promise.all([direct.remove('/again', -1), direct.create('/again', Buffer.from('new'), 'persistent')]);
		await last(told, (await direct.stat('/again'))?.czxid ?? null);
		watch.close();
	});

	it('a closed watch is silent, and closing one leaves the other of the same path', async () => {
		await direct.create('/shared', Buffer.from('1'), 'persistent');
		const [closed, open]: [string[], string[]] = [[], []];
		const first = client.watchData('/shared', (value) => closed.push(value?.data.toString() ?? 'gone'));
		const second = client.watchData('/shared', (value) => open.push(value?.data.toString() ?? 'gone'));
		await Promise.all([last(closed, '1'), last(open, '1')]);
		first.close();
		const count = closed.length;
		await direct.set('/shared', Buffer.from('2'), -1);
		await last(open, '2');
		expect(closed).toHaveLength(count);
		second.close();
	});

	it('a listener that throws harms neither the process nor the other listeners nor its own next value', async () => {
		await direct.create('/thrower', Buffer.from('1'), 'persistent');
		const [thrown, calm]: [string[], string[]] = [[], []];
		const thrower = client.watchData('/thrower', (value) => {
			thrown.push(value?.data.toString() ?? 'gone');
			throw new Error('a listener of somebody else');
		});
		const other = client.watchData('/thrower', (value) => calm.push(value?.data.toString() ?? 'gone'));
		await last(calm, '1');
		await direct.set('/thrower', Buffer.from('2'), -1);
		await Promise.all([last(calm, '2'), last(thrown, '2')]);
		thrower.close();
		other.close();
	});
});

describe('size', () => {
	it('12,000 watches of long paths survive a reconnect over one new connection', async () => {
		const told = new Map<string, number>();
		const paths = Array.from({ length: 12_000 }, (_, i) => `/absent-${'x'.repeat(100)}-${i}`);
		const watches = paths.map((path) => client.watchData(path, () => told.set(path, (told.get(path) ?? 0) + 1)));
		await eventually('all are told', () => (told.size === paths.length ? true : null), 60_000);
		const before = proxy.accepted();
		told.clear();
		await reconnect();
		await eventually('all are told again', () => (told.size === paths.length ? true : null), 60_000);
		// One setWatches of 1.4 MB would have the server drop this connection, and the next, without end.
		expect(proxy.accepted()).toBe(before + 1);
		const last = paths.at(-1) ?? '';
		await direct.create(last, NOTHING, 'persistent');
		await eventually('the last one is armed', () => ((told.get(last) ?? 0) > 1 ? true : null));
		for (const watch of watches) watch.close();
	});

	it('ten thousand reads called at once are pipelined in order and all answered', async () => {
		await direct.create('/members', NOTHING, 'persistent');
		for (let from = 0; from < 10_000; from += 500) {
			const ops = Array.from({ length: 500 }, (_, i): ZooKeeperOp => {
				return { kind: 'create', path: `/members/m-${from + i}`, data: Buffer.from(`${from + i}`), mode: 'persistent' };
			});
			expect(await direct.multi(ops)).toMatchObject({ kind: 'committed' });
		}
		const listing = await client.children('/members');
		expect(listing?.names).toHaveLength(10_000);
		const values = await Promise.all(Array.from({ length: 10_000 }, (_, i) => client.read(`/members/m-${i}`)));
		expect(values.every((value, i) => value?.data.toString() === String(i))).toBe(true);
	});
});

describe('under a chroot', () => {
	it('paths, events and created names are relative to it', async () => {
		await direct.create('/apps', NOTHING, 'persistent');
		await direct.create('/apps/turms', NOTHING, 'persistent');
		const inside = openClient(ensemble.connect, { chroot: '/apps/turms' });
		const told: string[] = [];
		inside.watchChildren('/', (listing) => told.push(listing?.names.join() ?? 'none'));
		await last(told, '');
		expect(await inside.create('/n-', Buffer.from('x'), 'persistent-sequential')).toBe('/n-0000000000');
		await last(told, 'n-0000000000');
		const values: string[] = [];
		inside.watchData('/n-0000000000', (value) => values.push(value?.data.toString() ?? 'gone'));
		await last(values, 'x');
		await direct.set('/apps/turms/n-0000000000', Buffer.from('y'), 0);
		await last(values, 'y');
		const multi = await inside.multi([{ kind: 'create', path: '/m', data: NOTHING, mode: 'persistent' }]);
		expect(multi).toMatchObject({ kind: 'committed', paths: ['/m'] });
		expect(await direct.stat('/apps/turms/m')).not.toBeNull();
		await inside.close();
	});
});
