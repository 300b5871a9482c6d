import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		// ESRCH: there is no such process.
		return false;
	}
}

async function presentServer(): Promise<EnsembleServer> {
	const { server } = await connected(client);
	const found = ensemble.servers.find((each) => server === `127.0.0.1:${each.clientPort}`);
	if (!found) throw new Error(`no server ${server}`);
	return found;
}

it('its servers end with the process that started them, even when that is killed', async () => {
	const module = fileURLToPath(new URL('../../../lib/cli/ensemble.ts', import.meta.url));
	const script = `const { startEnsemble } = await import(${JSON.stringify(module)});
		const { servers } = await startEnsemble({ servers: 1, folder: process.argv[1] });
		console.log(servers[0].pid());`;
	const folder = await mkdtemp(join(tmpdir(), 'rollcall-parent-'));
	const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, folder]);
	const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))));
	expect(isRunning(pid)).toBe(true);
	parent.kill('SIGKILL');
	await eventually('the server is gone', () => (isRunning(pid) ? null : true));
	await rm(folder, { recursive: true, force: true });
});

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
