import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ensemble, startEnsemble } from '../ensemble';
import { ChaosMember } from './chaos-member';
import { purgeThrough, startConsole } from './console-process';
import { startHanging } from './hanging';
import { History } from './history';
import type { LineProcess } from './line-process';
import { type NaiveObservers, startNaive } from './naive-process';
import type { Network } from './network';
import { openRegistryAudit, type RegistryAudit } from './registry-audit';
import { type Relay, startRelay } from './relay';
import type { Life } from './truth';

/** Booted processes kept ready, so that a restart takes as long as its trial says and not as long as Node's start. */
const STANDBYS = 4;
const BOOTS_AT_ONCE = 3;

/** One run's stage: ensemble, console, naive detectors and whatever makes members. */
export type World = {
	readonly network: Network;
	readonly ensemble: Ensemble;
	readonly history: History;
	readonly console: LineProcess;
	/** In front of each server's AdminServer, in the order of the ensemble's servers. */
	readonly adminRelays: readonly Relay[];
	/** Connect string for members. */
	readonly connect: string;
	/** An address that neither accepts nor refuses. */
	readonly hanging: { readonly ip: string; readonly port: number };
	/** A booted process that is nobody yet. */
	takeMember(): Promise<ChaosMember>;
	nextIp(): string;
	/** Unique in the run. */
	nextId(): string;
	/** Nobody asks any more for those that are gone. */
	forget(life: Life): void;
	/** Past console and members. */
	readonly audit: RegistryAudit;
	/** Gives the outcome, 'error' without an answer. */
	purge(life: Life): Promise<string>;
	close(): Promise<void>;
};

export type WorldOptions = {
	readonly onProgress: (line: string) => void;
	/** Takes whatever happens, as it happens; times are CLOCK_MONOTONIC. */
	readonly log: (event: object) => void;
	/** Automatic recovery is on. */
	readonly recovery: boolean;
};

export async function openWorld(network: Network, { onProgress, log, recovery }: WorldOptions): Promise<World> {
	onProgress('starting ZooKeeper');
	const { ensemble, adminRelays, servers, connect } = await startServers(network);
	onProgress('starting the console');
	const folder = await mkdtemp(join(tmpdir(), 'rollcall-chaos-'));
	const history: History = new History((life, announced) => naive.watch(life, announced), log);
	const admins = servers.map(({ admin }) => admin);
	const naive: NaiveObservers = startNaive(network, admins, history);
	const console = await startConsole(network, { folder, connect, servers, recovery }, history);
	const audit = openRegistryAudit(connect);
	const nextIp = counter((count) => network.memberIp(count));
	return {
		network,
		ensemble,
		history,
		console,
		adminRelays,
		connect,
		hanging: await startHanging(nextIp()),
		takeMember: keepBooted(history),
		nextIp,
		nextId: counter((count) => `member-${count + 1}`),
		forget: naive.forget,
		audit,
		purge: (life) => purgeThrough(console, audit, history, life),
		async close() {
			await audit.close();
			console.kill('SIGKILL');
			naive.close();
			for (const relay of adminRelays) {
				relay.close();
			}
			await ensemble.stop();
			network.close();
			await rm(folder, { recursive: true, force: true, maxRetries: 3 });
		},
	};
}

/** The ensemble, and a relay in front of each AdminServer that the observers are told of in its place. */
async function startServers(network: Network) {
	const everywhere = { clientPortAddress: '0.0.0.0', 'admin.serverAddress': '0.0.0.0' };
	const ensemble = await startEnsemble(network.canDrop ? { extraConfig: everywhere } : {});
	const { zooKeeperIp } = network;
	const adminRelays = await Promise.all(
		ensemble.servers.map(({ adminPort }) =>
			startRelay({ ip: zooKeeperIp, port: 0, target: () => ({ host: '127.0.0.1', port: adminPort }) }),
		),
	);
	const servers = ensemble.servers.map(({ clientPort }, index) => ({
		client: `${zooKeeperIp}:${clientPort}`,
		admin: `http://${zooKeeperIp}:${adminRelays[index]?.port}/commands`,
	}));
	return { ensemble, adminRelays, servers, connect: servers.map(({ client }) => client).join(',') };
}

/** Gives what belongs to 0, 1, 2 … */
function counter(give: (count: number) => string): () => string {
	let count = 0;
	return () => {
		count += 1;
		return give(count - 1);
	};
}

/** Hands out processes booted before, and boots others in their place. */
function keepBooted(history: History): () => Promise<ChaosMember> {
	const boot = bootInTurn(history);
	const standbys = Array.from({ length: STANDBYS }, boot);
	return () => {
		standbys.push(boot());
		return standbys.shift() ?? boot();
	};
}

/** Boots members, a few at a time: dozens at once would be a load that no cluster puts on its console's machine. */
function bootInTurn(history: History): () => Promise<ChaosMember> {
	const turns: Promise<unknown>[] = Array.from({ length: BOOTS_AT_ONCE }, () => Promise.resolve());
	return () => {
		const booted = (turns.shift() ?? Promise.resolve()).then(async () => {
			const member = new ChaosMember(history);
			await member.up;
			return member;
		});
		// Whoever waits for it hears of a failure; the next one's turn comes all the same.
		turns.push(booted.catch(() => undefined));
		return booted;
	};
}
