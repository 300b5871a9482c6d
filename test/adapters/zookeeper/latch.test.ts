import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { connectZooKeeper } from '@/lib/adapters/zookeeper/client';
import { holdLatch } from '@/lib/adapters/zookeeper/latch';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { LatchPort, LatchState, ZooKeeperPort } from '@/lib/core/ports';

let ensemble: Ensemble;
const open: (() => Promise<void>)[] = [];

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 3 });
});
afterEach(async () => {
	for (const close of open.splice(0).reverse()) {
		await close();
	}
});
afterAll(async () => {
	await ensemble?.stop();
});

function connect(at = ensemble.connect, sessionTimeoutMs = 6_000): ZooKeeperPort {
	const zk = connectZooKeeper({
		connect: at,
		chroot: '',
		sessionTimeoutMs,
		auth: null,
		tls: null,
		clock: systemClock,
	});
	open.push(() => zk.close());
	return zk;
}

function hold(zk: ZooKeeperPort, parent: string): LatchPort {
	const latch = holdLatch(zk, parent, systemClock);
	open.push(() => latch.close());
	return latch;
}

async function until<T>(
	what: string,
	look: () => T | null | undefined | false | Promise<T | null | false>,
): Promise<T> {
	for (let tries = 0; tries < 1_200; tries += 1) {
		const found = await look();
		if (found) {
			return found;
		}
		await systemClock.sleep(50);
	}
	throw new Error(`${what}: not within a minute`);
}

const held = (latch: LatchPort) =>
	until('the latch is held', () => {
		const state = latch.state();
		return state.kind === 'held' ? state : null;
	});

const kinds = (...latches: LatchPort[]) => latches.map((latch) => latch.state().kind);

describe('the latch', () => {
	it('makes its parents, is held by one alone, and passes on when the holder closes', async () => {
		const parent = '/latch-order/leader/c';
		const [first, second] = [connect(), connect()];
		const one = hold(first, parent);
		const { path } = await held(one);
		expect(path).toMatch(/^\/latch-order\/leader\/c\/n-[0-9a-f]{16}-\d{10}$/);
		const two = hold(second, parent);
		const waiting = await until('the second waits', () => {
			const state: LatchState = two.state();
			return state.kind === 'waiting' ? state : null;
		});
		expect(waiting.holder).toBe(path);
		expect(kinds(one, two)).toEqual(['held', 'waiting']);
		await one.close();
		expect(one.state().kind).toBe('unknown');
		expect((await held(two)).path).not.toBe(path);
		expect((await first.children(parent))?.names).toHaveLength(1);
	});

	it('never has two holders while sessions come and go', async () => {
		const parent = '/latch-crowd';
		const clients = Array.from({ length: 6 }, () => connect());
		const latches = clients.map((zk) => hold(zk, parent));
		for (let round = 0; round < 6; round += 1) {
			const holder = await until('one holds', () => latches.find((latch) => latch.state().kind === 'held'));
			expect(kinds(...latches).filter((kind) => kind === 'held')).toHaveLength(1);
			await holder.close();
		}
		expect((await connect().children(parent))?.names).toEqual([]);
	});

	it('is made anew when somebody removes it', async () => {
		const zk = connect();
		const latch = hold(zk, '/latch-removed');
		const { path } = await held(latch);
		await zk.remove(path, -1);
		const again = await until('another znode', () => {
			const state = latch.state();
			return state.kind === 'held' && state.path !== path ? state : null;
		});
		expect((await zk.stat(again.path))?.ephemeralOwner).toBeGreaterThan(0n);
	});

	it('removes a second znode of its own, as a create with a lost answer leaves it', async () => {
		const zk = connect();
		const latch = hold(zk, '/latch-double');
		const { path } = await held(latch);
		await zk.create(path.slice(0, -10), new Uint8Array(0), 'ephemeral-sequential');
		await until('one is left', async () => (await zk.children('/latch-double'))?.names.length === 1);
		await until('still the first', () => latch.state().kind === 'held');
		expect(latch.state()).toMatchObject({ kind: 'held', path });
	});

	it('ignores what is no position', async () => {
		const zk = connect();
		await until('connected', () => zk.state().kind === 'connected');
		await zk.create('/latch-foreign', new Uint8Array(0), 'persistent');
		await zk.create('/latch-foreign/a-note', new Uint8Array(0), 'persistent');
		expect((await held(hold(zk, '/latch-foreign'))).path).toContain('/n-');
	});

	it('is unknown from the loss of the connection until it is read again, and keeps its znode over a reconnect', async () => {
		const zk = connect(ensemble.connect, 20_000);
		const latch = hold(zk, '/latch-reconnect');
		const { path, sinceMs } = await held(latch);
		const connection = zk.state();
		const server = ensemble.servers.find(
			({ clientPort }) => connection.kind === 'connected' && connection.server.endsWith(`:${clientPort}`),
		);
		expect(server).toBeDefined();
		const seen: string[] = [];
		const stop = zk.onState((state) => seen.push(`${state.kind} ${latch.state().kind}`));
		seen.length = 0;
		server?.kill('SIGKILL');
		await until('disconnected', () => zk.state().kind === 'connecting' || seen.length > 0);
		const again = await held(latch);
		stop();
		expect(seen.filter((each) => each.endsWith(' held'))).toEqual([]);
		expect(again).toMatchObject({ path, sinceMs });
		await server?.start();
	});

	it('is a new znode after its session expired', async () => {
		const zk = connect(ensemble.connect, 4_000);
		const latch = hold(zk, '/latch-expiry');
		const { path } = await held(latch);
		const before = zk.state();
		// An ensemble without a quorum answers nobody: the client's own clock ends the session.
		const [, ...two] = ensemble.servers;
		for (const server of two) {
			server.kill('SIGKILL');
		}
		await until('unknown', () => latch.state().kind === 'unknown');
		await systemClock.sleep(5_000);
		expect(latch.state().kind).toBe('unknown');
		for (const server of two) {
			await server.start();
		}
		const again = await held(latch);
		const after = zk.state();
		expect(before.kind === 'connected' && after.kind === 'connected' && before.sessionId !== after.sessionId).toBe(
			true,
		);
		expect(again.path).not.toBe(path);
		await until('the old one is gone', async () => (await zk.children('/latch-expiry'))?.names.length === 1);
	});
});
