import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import zooKeeper from 'node-zookeeper-client';
import { systemClock } from '@/lib/adapters/clock';
import { createSweeper, type SweeperOptions } from '@/lib/adapters/ensemble/sweeper';
import { spawnTied } from '@/lib/cli/spawn-tied';
import type { SweepPort } from '@/lib/core/ports';

const MEMBER_SCRIPT = fileURLToPath(new URL('./member-process.mjs', import.meta.url));

export type MemberProcess = { readonly sessionId: bigint; readonly process: ChildProcess; kill(): Promise<void> };

/** A real member process with its own session; ends with the test when it is not killed before. */
export async function startMember(connect: string, path: string, sessionTimeoutMs: number): Promise<MemberProcess> {
	const child = spawnTied(process.execPath, [MEMBER_SCRIPT, connect, path, String(sessionTimeoutMs)], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const exited = once(child, 'exit');
	const [line] = await once(createInterface(child.stdout), 'line');
	const kill = async (): Promise<void> => {
		child.kill('SIGKILL');
		await exited;
	};
	return { sessionId: BigInt(`0x${String(line)}`), process: child, kill };
}

export type Session = {
	readonly id: bigint;
	read(path: string): Promise<string | null>;
	exists(path: string): Promise<boolean>;
	close(): void;
};

/** The test's own session, which stands for the console's. */
export async function openSession(connect: string): Promise<Session> {
	const client = zooKeeper.createClient(connect, { sessionTimeout: 10_000 });
	const connected = once(client, 'connected');
	client.connect();
	await connected;
	return {
		id: BigInt(`0x${client.getSessionId().toString('hex')}`),
		read: (path) =>
			new Promise((resolve) => client.getData(path, (error, data) => resolve(error ? null : (data?.toString() ?? '')))),
		exists: (path) =>
			new Promise((resolve, reject) =>
				client.exists(path, (error, stat) => (error ? reject(error) : resolve(stat !== null))),
			),
		close: () => client.close(),
	};
}

/** A sweeper with a deadline that a busy test machine keeps. */
export function sweeperOf(
	servers: SweeperOptions['servers'],
	readEnsembleConfig: SweeperOptions['readEnsembleConfig'],
	change: Partial<SweeperOptions> = {},
): SweepPort {
	return createSweeper({
		servers,
		readEnsembleConfig,
		clock: systemClock,
		loopPauseMsMax: () => 0,
		deadlineMs: 3_000,
		...change,
	});
}

/** Sweeps until `done` holds, at most for `limitMs`; gives the last sweep. */
export async function sweepUntil(
	sweeper: SweepPort,
	request: Parameters<SweepPort['sweep']>[0],
	done: (sweep: Awaited<ReturnType<SweepPort['sweep']>>) => boolean,
	limitMs = 30_000,
): Promise<Awaited<ReturnType<SweepPort['sweep']>>> {
	const end = systemClock.nowMs() + limitMs;
	for (;;) {
		const sweep = await sweeper.sweep(request);
		if (done(sweep) || systemClock.nowMs() > end) return sweep;
		await systemClock.sleep(100);
	}
}

export type Behaviour = (
	command: string,
	response: http.ServerResponse,
	pass: () => Promise<string>,
) => void | Promise<void>;

export type Front = { readonly admin: string; behave(behaviour: Behaviour): void; close(): Promise<void> };

/** A small HTTP server in front of a real AdminServer, which passes its answers on until told to behave otherwise. */
export async function startFront(realAdmin: string): Promise<Front> {
	const honest: Behaviour = async (_, response, pass) => {
		response.end(await pass());
	};
	let behaviour = honest;
	const server = http.createServer((request, response) => {
		const command = request.url?.split('/').pop() ?? '';
		const pass = async () => (await fetch(`${realAdmin}/${command}`)).text();
		// A sweep that has given up closes its connection; the front's own failure then concerns nobody.
		Promise.resolve(behaviour(command, response, pass)).catch(() => response.destroy());
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		admin: `http://127.0.0.1:${port}/commands`,
		behave(next) {
			behaviour = next;
		},
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
