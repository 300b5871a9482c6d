import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { toHex } from '@/lib/core/ids';
import type { ZooKeeperPort } from '@/lib/core/ports';
import { startTcpProxy, type TcpProxy } from '@/test/support/tcp-proxy';
import { connected, eventually, openClient } from '@/test/support/zookeeper';
import { type AgentProcess, startAgentProcess } from './agent-process';

/** The agent's registration and its ping, from its command line to its end, against a real ZooKeeper. */
const PARENT = '/services/orders';
const SESSION_MS = 4_000;
const LONG_SESSION_MS = 15_000;

let ensemble: Ensemble;
let admin: ZooKeeperPort;
const agents: AgentProcess[] = [];
const proxies: TcpProxy[] = [];

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	admin = openClient(ensemble.connect);
	await connected(admin);
});

afterEach(async () => {
	for (const agent of agents.splice(0)) {
		agent.kill('SIGKILL');
		await agent.ended;
	}
	await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

afterAll(async () => {
	await admin?.close();
	await ensemble?.stop();
});

function start(id: string, more: Record<string, string | number> = {}): AgentProcess {
	const agent = startAgentProcess({
		connect: ensemble.connect,
		path: PARENT,
		id,
		host: '127.0.0.1',
		port: 8_080,
		// All of them say the same address, at which nobody listens.
		takeover: 'off',
		'session-timeout-ms': SESSION_MS,
		...more,
	});
	agents.push(agent);
	return agent;
}

async function ask(
	port: unknown,
	path = '/.well-known/rollcall',
	method = 'GET',
): Promise<{ status: number; body: unknown }> {
	const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
	return { status: response.status, body: await response.json() };
}

async function ownerOf(id: string): Promise<string | null> {
	const stat = await admin.stat(`${PARENT}/${id}`);
	return stat && toHex(stat.ephemeralOwner);
}

test('it registers, answers with the session that owns its znode, and removes that before it ends on SIGTERM', async () => {
	const agent = start('ends');
	const registered = await agent.tells('registered');
	const stored = await admin.read(`${PARENT}/ends`);
	expect(JSON.parse(stored?.data.toString('utf8') ?? '')).toEqual({
		id: 'ends',
		host: '127.0.0.1',
		port: 8_080,
		rollcallPort: registered.pingPort,
	});
	const answer = await ask(registered.pingPort);
	expect(answer).toEqual({
		status: 200,
		body: { sessionId: await ownerOf('ends'), startNonce: registered.startNonce, path: `${PARENT}/ends` },
	});
	expect(registered.sessionId).toBe(await ownerOf('ends'));
	expect((await ask(registered.pingPort, '/')).status).toBe(404);
	expect((await ask(registered.pingPort, undefined, 'POST')).status).toBe(405);

	agent.kill('SIGTERM');
	expect(await agent.ended).toBe('exit code 0');
	expect(await ownerOf('ends'), 'gone with the agent, not with its session').toBeNull();
});

test('after its session has expired it names nobody, then registers anew under the new session, which it names', async () => {
	const proxy = await startTcpProxy(Number(ensemble.connect.split(':')[1]));
	proxies.push(proxy);
	const agent = start('expires', {
		connect: proxy.connect,
		format: 'curator',
		'session-timeout-ms': LONG_SESSION_MS,
	});
	const first = await agent.tells('registered');
	const seen = agent.events().length;
	await proxy.stopAccepting();
	proxy.reset();
	const { body } = await ask(first.pingPort);
	expect(body, 'on its way to another server it still has its session').toMatchObject({ sessionId: first.sessionId });
	await eventually('the znode has gone', async () => ((await ownerOf('expires')) === null ? true : null), 60_000);
	await eventually('503', async () => ((await ask(first.pingPort)).status === 503 ? true : null));
	await proxy.acceptAgain();
	const second = await agent.tells('registered', seen);
	expect(second.sessionId).not.toBe(first.sessionId);
	expect(second.sessionId).toBe(await ownerOf('expires'));
	expect(await ask(first.pingPort)).toEqual({
		status: 200,
		body: { sessionId: second.sessionId, startNonce: first.startNonce, path: `${PARENT}/expires` },
	});
});

test("somebody else's znode in its place is told and left alone; the agent registers once that has gone", async () => {
	await Promise.allSettled([admin.create('/services', Buffer.alloc(0), 'persistent')]);
	await Promise.allSettled([admin.create(PARENT, Buffer.alloc(0), 'persistent')]);
	await admin.create(`${PARENT}/taken`, Buffer.from('mine'), 'ephemeral');
	const before = await admin.stat(`${PARENT}/taken`);
	const agent = start('taken');
	const told = await agent.tells('foreign');
	expect(told.ephemeralOwner).toBe(await ownerOf('taken'));
	expect(await admin.stat(`${PARENT}/taken`)).toEqual(before);
	await admin.remove(`${PARENT}/taken`, -1);
	const registered = await agent.tells('registered');
	expect(registered.sessionId).toBe(await ownerOf('taken'));
});

test('wrong arguments are named with what is allowed, and end it with code 2; a port that is taken with code 1', async () => {
	const wrong = start('x', { port: 70_000 });
	expect(await wrong.ended).toBe('exit code 2');
	expect(wrong.complaints()).toMatch(/--port is '70000'; give a whole number from 1 to 65535/);
	const taken = start('y', { 'ping-port': Number(ensemble.connect.split(':')[1]) });
	expect(await taken.ended).toBe('exit code 1');
	expect(taken.complaints()).toMatch(/EADDRINUSE.*--ping-port/);
	expect(await ownerOf('y')).toBeNull();
});
