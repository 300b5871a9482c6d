import zooKeeperClient from 'node-zookeeper-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { ZooKeeperPort, ZooKeeperState } from '@/lib/core/ports';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';
import { connected, disconnected, eventually, openClient, rejection } from '../../support/zookeeper';

const NOTHING = new Uint8Array();
let ensemble: Ensemble;
let direct: ZooKeeperPort;
let proxy: TcpProxy;

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1, tickTimeMs: 500 });
	direct = openClient(ensemble.connect);
	await connected(direct);
	proxy = await startTcpProxy(ensemble.servers[0]?.clientPort ?? 0);
});

afterAll(async () => {
	await proxy?.close();
	await direct?.close();
	await ensemble?.stop();
});

/** Runs with a client behind the proxy, connected, and leaves the proxy passing. */
async function behindProxy(
	options: Parameters<typeof openClient>[1],
	work: (client: ZooKeeperPort) => Promise<void>,
): Promise<void> {
	const client = openClient(proxy.connect, options);
	try {
		await connected(client);
		await work(client);
	} finally {
		proxy.pass();
		await client.close();
	}
}

/** Ends a session from outside, as its last handshake gives it away: version, zxid, timeout, id, password. */
async function endSession(handshake: Buffer): Promise<void> {
	const known = {
		sessionTimeout: 10_000,
		sessionId: handshake.subarray(20, 28),
		sessionPassword: handshake.subarray(32, 48),
	};
	const other = zooKeeperClient.createClient(ensemble.connect, known);
	await new Promise<void>((resolve) => {
		other.once('connected', () => other.close());
		other.once('disconnected', () => resolve());
		other.connect();
	});
}

describe('silence', () => {
	it('a half-open server is noticed within two thirds of the session timeout, and the session survives it', async () => {
		await behindProxy({ sessionTimeoutMs: 6_000 }, async (client) => {
			const { sessionId, generation } = await connected(client);
			const silentFromMs = systemClock.nowMs();
			proxy.drop();
			await disconnected(client);
			const noticedAfterMs = systemClock.nowMs() - silentFromMs;
			proxy.pass();
			// Two thirds are 4,000, which the property of judgeSilence proves; the rest is for a busy machine.
			expect(noticedAfterMs).toBeLessThan(6_000);
			const again = await connected(client, (state) => state.generation > generation);
			expect(again.sessionId).toBe(sessionId);
		});
	});

	it('a server that accepts and never answers the handshake is given up for the next attempt', async () => {
		proxy.drop();
		const before = proxy.accepted();
		const client = openClient(proxy.connect);
		await eventually('three attempts', () => (proxy.accepted() >= before + 3 ? true : null));
		expect(client.state()).toMatchObject({ kind: 'connecting' });
		proxy.pass();
		await connected(client);
		await client.close();
	});

	it('an idle connection is kept alive and heard from', async () => {
		await behindProxy({ sessionTimeoutMs: 1_000 }, async (client) => {
			const { generation, sinceMs } = await connected(client);
			await systemClock.sleep(2_500);
			expect(client.state()).toMatchObject({ kind: 'connected', generation });
			expect(client.lastHeardAtMs()).toBeGreaterThan(sinceMs + 1_000);
		});
	});
});

describe('a lost connection', () => {
	it('an answer cut in the middle of a packet does not spoil the next connection', async () => {
		await direct.create('/long', Buffer.alloc(50_000, 'x'), 'persistent');
		await behindProxy({}, async (client) => {
			const { generation, sessionId } = await connected(client);
			proxy.cutAnswersAfter(1_000);
			expect(await rejection(client.read('/long'))).toMatchObject({ code: 'connection-loss' });
			const again = await connected(client, (state) => state.generation > generation);
			expect(again.sessionId).toBe(sessionId);
			expect((await client.read('/long'))?.data.length).toBe(50_000);
		});
	});

	it('a write without a connection is refused at once and never carried out later', async () => {
		await direct.create('/survivor', NOTHING, 'persistent');
		await behindProxy({ deadlineMs: 60_000 }, async (client) => {
			const { generation } = await connected(client);
			await proxy.stopAccepting();
			proxy.reset();
			await disconnected(client);
			const refused = { code: 'not-connected', mayHaveHappened: false };
			expect(await rejection(client.remove('/survivor', -1))).toEqual(refused);
			expect(await rejection(client.create('/never', NOTHING, 'persistent'))).toEqual(refused);
			expect(await rejection(client.multi([{ kind: 'delete', path: '/survivor', version: -1 }]))).toEqual(refused);
			await proxy.acceptAgain();
			await connected(client, (state) => state.generation > generation);
			// Whatever had been queued would go out before this answer.
			expect(await client.stat('/survivor')).not.toBeNull();
			expect(await client.stat('/never')).toBeNull();
		});
	});

	it('a delete given up behind a full socket is taken back: it did not happen and never will', async () => {
		await direct.create('/kept', NOTHING, 'persistent');
		await direct.create('/bulk', NOTHING, 'persistent');
		await behindProxy({ sessionTimeoutMs: 10_000, deadlineMs: 700 }, async (client) => {
			const { generation } = await connected(client);
			proxy.pause();
			const bulk = Array.from({ length: 40 }, () => client.set('/bulk', Buffer.alloc(900_000), -1).catch(() => null));
			const outcome = await rejection(client.remove('/kept', -1));
			proxy.pass();
			await Promise.all(bulk);
			expect(outcome).toEqual({ code: 'deadline', mayHaveHappened: false });
			await eventually('the connection flows again', () => client.stat('/').catch(() => null));
			expect(client.state()).toMatchObject({ generation });
			expect(await direct.stat('/kept')).not.toBeNull();
		});
	});

	it('a read without a connection waits for one, but not beyond its deadline', async () => {
		await proxy.stopAccepting();
		const client = openClient(proxy.connect, { deadlineMs: 300 });
		expect(await rejection(client.stat('/'))).toMatchObject({ code: 'not-connected' });
		await client.close();
		const patient = openClient(proxy.connect, { deadlineMs: 20_000 });
		const early = patient.stat('/');
		await proxy.acceptAgain();
		expect(await early).not.toBeNull();
		await patient.close();
	});

	it('a server that ends every connection at once is not hammered', async () => {
		proxy.slam();
		const before = proxy.accepted();
		const client = openClient(proxy.connect);
		await systemClock.sleep(3_000);
		const attempts = proxy.accepted() - before;
		expect(attempts).toBeGreaterThan(1);
		// 100 ms, doubling: 7 at most in this time, where the library alone makes some 14.
		expect(attempts).toBeLessThan(10);
		proxy.pass();
		await connected(client);
		await client.close();
	});
});

describe('sessions', () => {
	it('ids are unsigned 64-bit bigints: the owner of an ephemeral is exactly the session', async () => {
		const { sessionId } = await connected(direct);
		await direct.create('/mine', NOTHING, 'ephemeral');
		const stat = await direct.stat('/mine');
		expect(sessionId).toBeGreaterThan(2n ** 53n);
		expect(stat?.ephemeralOwner).toBe(sessionId);
		expect(stat?.czxid).toBe(stat?.pzxid);
	});

	it('a session that expired behind a partition is given up while it lasts, and a new one reads and watches', async () => {
		await behindProxy({ sessionTimeoutMs: 1_000 }, async (client) => {
			await direct.create('/watched', Buffer.from('before'), 'persistent');
			const values: (string | null)[] = [];
			client.watchData('/watched', (value) => values.push(value?.data.toString() ?? null));
			await eventually('the first value', () => (values.includes('before') ? true : null));
			await client.create('/of-the-session', NOTHING, 'ephemeral');
			const { sessionId } = await connected(client);
			proxy.drop();
			await eventually('the expiry is told', () => {
				const state = client.state();
				return state.kind === 'connecting' && state.lastError?.includes('expired') ? true : null;
			});
			await eventually('ZooKeeper agrees', async () => ((await direct.stat('/of-the-session')) === null ? true : null));
			await direct.set('/watched', Buffer.from('missed'), -1);
			proxy.pass();
			const again = await connected(client);
			expect(again.sessionId).not.toBe(sessionId);
			await eventually('the missed change', () => (values.includes('missed') ? true : null));
			await direct.set('/watched', Buffer.from('after'), -1);
			await eventually('the watch is armed again', () => (values.includes('after') ? true : null));
		});
	});

	it('a session that ZooKeeper calls expired is replaced at once, and calls go on', async () => {
		await behindProxy({ sessionTimeoutMs: 10_000 }, async (client) => {
			const { generation, sessionId } = await connected(client);
			proxy.reset();
			await connected(client, (state) => state.generation > generation);
			await endSession(proxy.sent(proxy.accepted() - 1));
			const reasons: (string | null)[] = [];
			client.onState((state) => state.kind === 'connecting' && reasons.push(state.lastError));
			proxy.reset();
			await connected(client, (state) => state.sessionId !== sessionId);
			expect(await client.stat('/')).not.toBeNull();
			expect(reasons.join()).toContain('the session has expired');
			// That is what the client's own timer would say, a session timeout later.
			expect(reasons.join()).not.toContain('while there was no connection');
		});
	});

	it('closing ends the session: its ephemerals go at once, and later calls say closed', async () => {
		const client = openClient(ensemble.connect);
		await connected(client);
		await client.create('/until-close', NOTHING, 'ephemeral');
		await client.close();
		expect(await direct.stat('/until-close')).toBeNull();
		expect(client.state()).toMatchObject({ kind: 'closed' });
		expect(await rejection(client.stat('/'))).toMatchObject({ code: 'closed' });
		expect(await rejection(client.remove('/', -1))).toEqual({ code: 'closed', mayHaveHappened: false });
		await client.close();
	});

	it('closing before there ever was a connection is no error', async () => {
		const client = openClient('127.0.0.1:1');
		const states: ZooKeeperState['kind'][] = [];
		client.onState((state) => states.push(state.kind));
		const waiting = rejection(client.stat('/'));
		await client.close();
		expect(await waiting).toMatchObject({ code: 'closed' });
		expect(states.at(0)).toBe('connecting');
		expect(states.at(-1)).toBe('closed');
	});

	it('an ensemble that is down is a state with its reason, and the client follows when it comes up', async () => {
		await proxy.stopAccepting();
		const client = openClient(proxy.connect);
		await eventually('the reason', () => {
			const state = client.state();
			return state.kind === 'connecting' && state.lastError?.includes('ECONNREFUSED') ? true : null;
		});
		await proxy.acceptAgain();
		await connected(client);
		await client.close();
	});

	it('a listener that throws stops neither the client nor the other listeners', async () => {
		await behindProxy({}, async (client) => {
			const { generation } = await connected(client);
			let told = 0;
			client.onState(() => {
				throw new Error('a listener of somebody else');
			});
			client.onState((state) => {
				if (state.kind === 'connected' && state.generation > generation) told++;
			});
			proxy.reset();
			await eventually('told of the next connection', () => (told > 0 ? true : null));
			expect(await client.stat('/')).not.toBeNull();
		});
	});
});
