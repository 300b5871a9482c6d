import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ensemble, type EnsembleServer, startEnsemble } from '@/lib/cli/ensemble';
import type { ZooKeeperPort } from '@/lib/core/ports';
import { connected, eventually, openClient } from '../../support/zookeeper';

const NOTHING = new Uint8Array();
let ensemble: Ensemble;
let client: ZooKeeperPort;

beforeAll(async () => {
	// A stopped leader must be replaced (after syncLimit ticks) before the session is given up.
	ensemble = await startEnsemble({ tickTimeMs: 500, extraConfig: { syncLimit: '4' } });
	client = openClient(ensemble.connect, { sessionTimeoutMs: 6_000 });
	await connected(client);
});

afterAll(async () => {
	await client?.close();
	await ensemble?.stop();
});

async function presentServer(): Promise<EnsembleServer> {
	const { server } = await connected(client);
	const found = ensemble.servers.find((each) => server === `127.0.0.1:${each.clientPort}`);
	if (!found) throw new Error(`no server ${server}`);
	return found;
}

for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
	it(`a server that gets ${signal} costs the connection and not the session, nor its ephemerals and watches`, async () => {
		const path = `/of-${signal}`;
		await client.create(path, NOTHING, 'ephemeral');
		const told: (number | null)[] = [];
		const watch = client.watchData(path, (value) => told.push(value?.stat.version ?? null));
		const before = await connected(client);
		const server = await presentServer();
		server.kill(signal);
		const after = await connected(client, (state) => state.generation > before.generation);
		expect(after.sessionId).toBe(before.sessionId);
		expect(after.server).not.toBe(before.server);
		// The leader may have been the one: a write goes through as soon as there is one again.
		await eventually('a write', () => client.set(path, NOTHING, -1).catch(() => null));
		await eventually('the change is told', () => (told.at(-1) === 1 ? true : null));
		expect((await client.stat(path))?.ephemeralOwner).toBe(before.sessionId);
		watch.close();
		if (signal === 'SIGSTOP') server.kill('SIGCONT');
		await server.start();
	});
}

it('an ensemble that is down as a whole is followed again when it is up', async () => {
	const { generation } = await connected(client);
	for (const server of ensemble.servers) server.kill('SIGKILL');
	await eventually('down', () => (client.state().kind === 'connecting' ? true : null));
	await Promise.all(ensemble.servers.map((server) => server.start()));
	await connected(client, (state) => state.generation > generation);
	await eventually('a round trip', () => client.onConnection((connection) => connection.sync()).catch(() => null));
});
