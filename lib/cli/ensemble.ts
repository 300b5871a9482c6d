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
	/** `myid` of each server (1 to 254); 1, 2, 3 … by default. */
	ids?: readonly number[];
	/** How many of the servers, from the first, every config names as voters; all by default. The others know who they are by `configOf`. */
	voters?: number;
	/** Further zoo.cfg lines of one server alone, over all others. Called again when the ensemble is tried with other ports. */
	configOf?: (server: PlannedServer, all: readonly PlannedServer[]) => Record<string, string>;
	/** Where its own fresh folder is made; the system's folder for temporary files by default. */
	folder?: string;
};

/** One server before it is started, with the ports chosen for it. */
export type PlannedServer = { readonly id: number; readonly ports: ServerPorts };

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

async function planServers({ servers = 3, ids }: EnsembleOptions): Promise<PlannedServer[]> {
	const ports = await freePorts(servers * 5);
	return Array.from({ length: servers }, (_, i) => {
		const [client = 0, admin = 0, peer = 0, election = 0, spare = 0] = ports.slice(i * 5, i * 5 + 5);
		return { id: ids?.[i] ?? i + 1, ports: { client, admin, peer, election, spare } };
	});
}

function sharedConfig(options: EnsembleOptions, planned: readonly PlannedServer[]): Record<string, string> {
	const tickTimeMs = options.tickTimeMs ?? 2_000;
	const voters = planned
		.slice(0, options.voters ?? planned.length)
		.map(({ id, ports }) => [`server.${id}`, `127.0.0.1:${ports.peer}:${ports.election}`]);
	return {
		tickTime: String(tickTimeMs),
		// 20 s and 10 s whatever the tick is, so that a short tick gives short sessions and not a shaky quorum.
		initLimit: String(Math.ceil(20_000 / tickTimeMs)),
		syncLimit: String(Math.ceil(10_000 / tickTimeMs)),
		clientPortAddress: '127.0.0.1',
		'admin.serverAddress': '127.0.0.1',
		'4lw.commands.whitelist': '*',
		maxClientCnxns: '0',
		...(planned.length > 1 ? Object.fromEntries(voters) : {}),
		...options.extraConfig,
	};
}

async function startOnce(options: EnsembleOptions): Promise<Ensemble> {
	const folder = await mkdtemp(join(options.folder ?? tmpdir(), 'rollcall-ensemble-'));
	const planned = await planServers(options);
	const config = sharedConfig(options, planned);
	const servers = await Promise.all(
		planned.map((server) => {
			const { id, ports } = server;
			const own = { ...config, ...options.configOf?.(server, planned) };
			return createServer(join(folder, `server-${id}`), id, ports, own);
		}),
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
		connect: planned.map(({ ports }) => `127.0.0.1:${ports.client}`).join(','),
		servers,
		config: planned.map(({ ports }) => ({
			client: `127.0.0.1:${ports.client}`,
			admin: `http://127.0.0.1:${ports.admin}/commands`,
		})),
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
