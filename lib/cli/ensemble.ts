import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerConfig } from '../core/config';
import {
	createServer,
	type EnsembleServer,
	PortTakenError,
	requireZooKeeper,
	type ServerPorts,
} from './ensemble-server';

export type { EnsembleServer } from './ensemble-server';

export type EnsembleOptions = {
	/** 3 by default; 1 is a standalone server. */
	servers?: number;
	/** ZooKeeper's tickTime, 2,000 ms by default; sessions last 2 to 20 of them. */
	tickTimeMs?: number;
	/** Further zoo.cfg lines; they win over the ones written here. An unknown key becomes the property `zookeeper.<key>`. */
	extraConfig?: Record<string, string>;
	/** Where its own fresh folder is made; the system's folder for temporary files by default. */
	folder?: string;
};

export type Ensemble = {
	/** Connect string of all client ports: '127.0.0.1:p,127.0.0.1:q'. */
	readonly connect: string;
	readonly servers: readonly EnsembleServer[];
	/** What the config file names of each server. */
	readonly config: readonly ServerConfig[];
	/** Ends every server (SIGKILL: nothing of it is kept) and removes the folder. */
	stop(): Promise<void>;
};

/** `count` ports that were free a moment ago: all are bound at once, so no two are the same, then let go. */
async function freePorts(count: number): Promise<number[]> {
	const listeners = await Promise.all(
		Array.from({ length: count }, () => {
			const listener = net.createServer();
			return new Promise<net.Server>((resolve, reject) => {
				listener.once('error', reject);
				listener.listen(0, '127.0.0.1', () => resolve(listener));
			});
		}),
	);
	const ports = listeners.map((listener) => {
		const address = listener.address();
		return typeof address === 'object' && address !== null ? address.port : 0;
	});
	await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
	return ports;
}

async function choosePorts(servers: number): Promise<ServerPorts[]> {
	const ports = await freePorts(servers * 4);
	return Array.from({ length: servers }, (_, i) => {
		const [client = 0, admin = 0, peer = 0, election = 0] = ports.slice(i * 4, i * 4 + 4);
		return { client, admin, peer, election };
	});
}

function sharedConfig(options: EnsembleOptions, ports: readonly ServerPorts[]): Record<string, string> {
	const tickTimeMs = options.tickTimeMs ?? 2_000;
	const voters = ports.map((p, i) => [`server.${i + 1}`, `127.0.0.1:${p.peer}:${p.election}`]);
	return {
		tickTime: String(tickTimeMs),
		// 20 s and 10 s whatever the tick is, so that a short tick gives short sessions and not a shaky quorum.
		initLimit: String(Math.ceil(20_000 / tickTimeMs)),
		syncLimit: String(Math.ceil(10_000 / tickTimeMs)),
		clientPortAddress: '127.0.0.1',
		'admin.serverAddress': '127.0.0.1',
		'4lw.commands.whitelist': '*',
		maxClientCnxns: '0',
		...(ports.length > 1 ? Object.fromEntries(voters) : {}),
		...options.extraConfig,
	};
}

async function startOnce(options: EnsembleOptions): Promise<Ensemble> {
	const folder = await mkdtemp(join(options.folder ?? tmpdir(), 'rollcall-ensemble-'));
	const ports = await choosePorts(options.servers ?? 3);
	const config = sharedConfig(options, ports);
	const servers = await Promise.all(
		ports.map((p, i) => createServer(join(folder, `server-${i + 1}`), i + 1, p, config)),
	);
	const killAll = (): void => {
		for (const server of servers) server.kill('SIGKILL');
	};
	const onExit = (): void => {
		killAll();
		rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
	};
	process.once('exit', onExit);
	const stop = async (): Promise<void> => {
		process.removeListener('exit', onExit);
		killAll();
		await Promise.all(servers.map((server) => server.exited()));
		await rm(folder, { recursive: true, force: true, maxRetries: 3 });
	};
	try {
		await Promise.all(servers.map((server) => server.start()));
	} catch (error) {
		await stop();
		throw error;
	}
	return {
		connect: ports.map((p) => `127.0.0.1:${p.client}`).join(','),
		servers,
		config: ports.map((p) => ({ client: `127.0.0.1:${p.client}`, admin: `http://127.0.0.1:${p.admin}/commands` })),
		stop,
	};
}

/**
 * Starts a real ZooKeeper ensemble on free loopback ports and resolves when every server serves clients, which means that
 * it has a leader, and its AdminServer answers. Rejects with what is missing (the Debian package `zookeeper`) or with the
 * end of a server's log. The servers end with this process, however it ends.
 */
export async function startEnsemble(options: EnsembleOptions = {}): Promise<Ensemble> {
	requireZooKeeper();
	try {
		return await startOnce(options);
	} catch (error) {
		// Between choosing a port and using it another process may have taken it: once more, with other ports.
		if (error instanceof PortTakenError) return await startOnce(options);
		throw error;
	}
}
