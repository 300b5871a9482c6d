import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { ZooKeeperPort } from '@/lib/core/ports';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';
import { connected, openClient, rejection } from '../../support/zookeeper';

const NOTHING = new Uint8Array();
let ensemble: Ensemble;
let direct: ZooKeeperPort;
let proxy: TcpProxy;

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1, tickTimeMs: 500, extraConfig: { enforceQuota: 'true' } });
	direct = openClient(ensemble.connect);
	await connected(direct);
	proxy = await startTcpProxy(ensemble.servers[0]?.clientPort ?? 0);
});

afterAll(async () => {
	await proxy?.close();
	await direct?.close();
	await ensemble?.stop();
});

describe('versions', () => {
	it('version 0 in a transaction deletes, sets and checks version 0 alone, never any version', async () => {
		await direct.create('/zero', NOTHING, 'persistent');
		await direct.set('/zero', Buffer.from('changed'), 0);
		for (const kind of ['delete', 'check'] as const) {
			const result = await direct.multi([{ kind, path: '/zero', version: 0 }]);
			expect(result).toEqual({ kind: 'failed', index: 0, code: 'bad-version' });
		}
		const set = await direct.multi([{ kind: 'set', path: '/zero', data: NOTHING, version: 0 }]);
		expect(set).toEqual({ kind: 'failed', index: 0, code: 'bad-version' });
		expect((await direct.read('/zero'))?.data.toString()).toBe('changed');
	});

	it('version 0 outside a transaction is version 0 too', async () => {
		await direct.create('/zero-alone', NOTHING, 'persistent');
		await direct.set('/zero-alone', NOTHING, -1);
		expect(await rejection(direct.remove('/zero-alone', 0))).toMatchObject({ code: 'bad-version' });
		expect(await rejection(direct.set('/zero-alone', NOTHING, 0))).toMatchObject({ code: 'bad-version' });
		await direct.remove('/zero-alone', 1);
		expect(await direct.stat('/zero-alone')).toBeNull();
	});
});

describe('outcomes', () => {
	it('a failed transaction names the operation and does nothing of the rest', async () => {
		const result = await direct.multi([
			{ kind: 'create', path: '/first', data: NOTHING, mode: 'persistent' },
			{ kind: 'delete', path: '/not-there', version: -1 },
			{ kind: 'create', path: '/third', data: NOTHING, mode: 'persistent' },
		]);
		expect(result).toEqual({ kind: 'failed', index: 1, code: 'no-node' });
		expect(await direct.stat('/first')).toBeNull();
	});

	it('a committed transaction tells the created names, and its zxid where a set bears it', async () => {
		await direct.create('/counter', NOTHING, 'persistent');
		const result = await direct.multi([
			{ kind: 'create', path: '/seq-', data: Buffer.from('x'), mode: 'persistent-sequential' },
			{ kind: 'set', path: '/counter', data: NOTHING, version: 0 },
			{ kind: 'check', path: '/', version: -1 },
		]);
		const path = result.kind === 'committed' ? result.paths[0] : null;
		expect(path).toMatch(/^\/seq-\d{10}$/);
		expect(result).toMatchObject({ kind: 'committed', paths: [path, null, null] });
		const stat = await direct.stat(path ?? '');
		expect(result.kind === 'committed' && result.zxid).toBe(stat?.czxid);
		const without = await direct.multi([{ kind: 'check', path: '/', version: -1 }]);
		expect(without).toEqual({ kind: 'committed', paths: [null], zxid: null });
	});

	it('an empty transaction is an error, not a success', async () => {
		expect(await rejection(direct.multi([]))).toEqual({ code: 'bad-arguments', mayHaveHappened: false });
	});

	it('a request that the server would drop the connection for is refused here, and the connection stays', async () => {
		const before = await connected(direct);
		const ops = Array.from({ length: 3 }, (_, i) => ({
			kind: 'create' as const,
			path: `/big-${i}`,
			data: Buffer.alloc(400_000),
			mode: 'persistent' as const,
		}));
		expect(await rejection(direct.multi(ops))).toEqual({ code: 'bad-arguments', mayHaveHappened: false });
		expect(await rejection(direct.create('relative', NOTHING, 'persistent'))).toMatchObject({ code: 'bad-arguments' });
		await direct.stat('/');
		expect(direct.state()).toEqual(before);
	});

	it('a transaction whose answer is lost with the connection is unknown, and reading tells that it happened', async () => {
		const client = openClient(proxy.connect);
		await connected(client);
		proxy.dropAnswers();
		const pending = client.multi([{ kind: 'create', path: '/lost-answer', data: NOTHING, mode: 'persistent' }]);
		await expect.poll(() => direct.stat('/lost-answer'), { timeout: 10_000 }).not.toBeNull();
		proxy.reset();
		proxy.pass();
		expect(await pending).toMatchObject({ kind: 'unknown' });
		expect(await client.stat('/lost-answer')).not.toBeNull();
		await client.close();
	});

	it('a transaction that gets no answer in time is unknown, a create says that it may have happened', async () => {
		const client = openClient(proxy.connect, { deadlineMs: 400 });
		await connected(client);
		proxy.dropAnswers();
		const [multi, create] = await Promise.all([
			client.multi([{ kind: 'create', path: '/late-multi', data: NOTHING, mode: 'persistent' }]),
			rejection(client.create('/late-create', NOTHING, 'persistent')),
		]);
		proxy.pass();
		expect(multi).toMatchObject({ kind: 'unknown' });
		expect(create).toEqual({ code: 'deadline', mayHaveHappened: true });
		await client.close();
	});

	it('an error code that the library does not know (a quota) is an outcome, not the end of the process', async () => {
		await direct.create('/limited', NOTHING, 'persistent');
		await direct.create('/zookeeper/quota/limited', NOTHING, 'persistent');
		const limits = Buffer.from('count=2,bytes=-1=;byteHardLimit=-1;countHardLimit=2');
		await direct.create('/zookeeper/quota/limited/zookeeper_limits', limits, 'persistent');
		await direct.create('/zookeeper/quota/limited/zookeeper_stats', Buffer.from('count=1,bytes=0'), 'persistent');
		await direct.create('/limited/one', NOTHING, 'persistent');
		const outcome = await rejection(direct.create('/limited/two', NOTHING, 'persistent'));
		expect(outcome).toEqual({ code: 'quota-exceeded', mayHaveHappened: false });
		const multi = await direct.multi([{ kind: 'create', path: '/limited/two', data: NOTHING, mode: 'persistent' }]);
		expect(multi).toEqual({ kind: 'failed', index: 0, code: 'quota-exceeded' });
	});
});

describe('one connection', () => {
	it('sync is a round trip that needs no znode of its own', async () => {
		const roundTrip = await direct.onConnection((connection) => connection.sync());
		expect(roundTrip.roundTripMs).toBeGreaterThan(0);
	});

	it('work on a connection fails once that connection has changed, however well the next one is', async () => {
		const client = openClient(proxy.connect);
		const first = await connected(client);
		await client.onConnection(async (connection) => {
			expect(connection.sessionId).toBe(first.sessionId);
			expect(await connection.stat('/')).not.toBeNull();
			proxy.reset();
			const second = await connected(client, (state) => state.generation > first.generation);
			expect(second.sessionId).toBe(first.sessionId);
			expect(await rejection(connection.stat('/'))).toMatchObject({ code: 'connection-changed' });
			expect(await rejection(connection.sync())).toMatchObject({ code: 'connection-changed' });
			const multi = connection.multi([{ kind: 'delete', path: '/', version: -1 }]);
			expect(await rejection(multi)).toEqual({ code: 'connection-changed', mayHaveHappened: false });
		});
		await client.close();
	});

	it('without a connection there is nothing to work on', async () => {
		const client = openClient('127.0.0.1:1');
		expect(await rejection(client.onConnection((connection) => connection.sync()))).toMatchObject({
			code: 'not-connected',
		});
		await client.close();
	});
});
