import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReasonCode, Verdict } from '@/lib/core/reason';
import { type Ensemble, startEnsemble } from '../ensemble';
import { ChaosMember } from './chaos-member';
import { History } from './history';
import { type LineProcess, type Message, startLineProcess } from './line-process';
import { monotonicMs } from './monotonic';
import type { Network } from './network';
import { type Relay, startRelay } from './relay';
import type { Life, NaiveDetector } from './truth';

const program = (name: string) => fileURLToPath(new URL(`./${name}`, import.meta.url));
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
	purge(life: Life): Promise<string>;
	close(): Promise<void>;
};

export async function openWorld(network: Network, onProgress: (line: string) => void): Promise<World> {
	onProgress('starting ZooKeeper');
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
	const connect = servers.map(({ client }) => client).join(',');

	onProgress('starting the console');
	const history: History = new History((life, announced) => {
		const { czxid, owner } = life;
		tellNaive(naive, 'watch', { czxid, owner, ...announced });
	});
	const naive = startNaive(
		network,
		servers.map(({ admin }) => admin),
		history,
	);
	const folder = await mkdtemp(join(tmpdir(), 'rollcall-chaos-'));
	const console = await startConsole(network, await writeConfig(folder, connect, servers), history);

	let addresses = 0;
	const nextIp = () => {
		addresses += 1;
		return network.memberIp(addresses - 1);
	};
	const hanging = await startHanging(nextIp());
	const boot = bootInTurn(history);
	const standbys = Array.from({ length: STANDBYS }, boot);
	let ids = 0;
	return {
		network,
		ensemble,
		history,
		console,
		adminRelays,
		connect,
		hanging,
		takeMember() {
			standbys.push(boot());
			return standbys.shift() ?? boot();
		},
		nextIp,
		nextId() {
			ids += 1;
			return `member-${ids}`;
		},
		forget: ({ czxid }) => tellNaive(naive, 'forget', { czxid }),
		purge: (life) => purge(console, history, life),
		async close() {
			console.kill('SIGCONT');
			console.kill('SIGKILL');
			naive.kill('SIGKILL');
			for (const relay of adminRelays) {
				relay.close();
			}
			await ensemble.stop();
			network.close();
			await rm(folder, { recursive: true, force: true, maxRetries: 3 });
		},
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
		turns.push(booted.catch(() => undefined));
		return booted;
	};
}

function tellNaive(naive: LineProcess, command: string, request: object): void {
	// Without it the run goes on; its tally then lacks what the naive detectors would have said.
	naive.tell(command, request).catch((error: Error) => process.stderr.write(`naive detectors: ${error.message}\n`));
}

function startNaive(network: Network, admins: readonly string[], history: History): LineProcess {
	const started = network.asObserver(process.execPath, [
		'--import',
		'tsx',
		program('naive.ts'),
		JSON.stringify({ admins }),
	]);
	return startLineProcess({
		...started,
		onEvent: ({ detector, czxid, atMs }) =>
			history.naivelyClaimed({
				detector: detector as NaiveDetector,
				czxid: String(czxid),
				atMs: Number(atMs),
			}),
	});
}

/** The file as an operator would write it; dozens die at once here, and who may purge how many is not what is measured. */
async function writeConfig(folder: string, connect: string, servers: readonly object[]): Promise<string> {
	const file = join(folder, 'rollcall.json');
	const cluster = {
		id: 'chaos',
		zookeeper: { connect, sessionTimeoutMs: 10_000, servers },
		registrations: [{ path: '/turms/members', format: 'turms' }],
		policy: { blastRadiusMin: 10_000 },
	};
	await writeFile(file, JSON.stringify({ clusters: [cluster], database: `sqlite:${join(folder, 'rollcall.db')}` }));
	return file;
}

async function startConsole(network: Network, configFile: string, history: History): Promise<LineProcess> {
	const started = network.asObserver(process.execPath, ['--import', 'tsx', program('chaos-console.ts')]);
	let up: () => void = () => undefined;
	const ready = new Promise<void>((resolve) => {
		up = resolve;
	});
	const child = startLineProcess({
		...started,
		env: { ...process.env, ROLLCALL_CONFIG: configFile },
		onEvent: (message) => (message.event === 'up' ? up() : hear(history, message)),
	});
	await Promise.race([
		ready,
		child.exited.then(() => {
			throw new Error('the console ended while it started');
		}),
	]);
	return child;
}

/** What the console says; its row tells more than the moment of a condemnation, and later. */
function hear(history: History, message: Message): void {
	const czxid = String(message.czxid);
	const path = String(message.path);
	const atMs = Number(message.atMs);
	if (message.event === 'verdict') {
		const reasons = message.reasons as ReasonCode[];
		history.claimed({ czxid, path, atMs, verdict: message.verdict as Verdict, reasons, input: message.input });
	} else if (message.event === 'row') {
		const missing = message.missing as ReasonCode[];
		history.seen(czxid, message.verdict as Verdict, message.provable === true, missing);
	} else if (message.event === 'left') {
		history.left(czxid, atMs);
	} else if (message.event === 'alarm') {
		process.stderr.write(`console: alarm ${message.action} for ${path}\n`);
	}
}

/** Asks for the purge of one incarnation and writes down what came of it; gives the outcome. */
async function purge(console: LineProcess, history: History, life: Life): Promise<string> {
	const { path, czxid } = life;
	const askedAtMs = monotonicMs();
	try {
		const answer = await console.tell('purge', { path, czxid });
		const outcome = String(answer.outcome);
		const answeredAtMs = Number(answer.answeredAtMs);
		history.purged({ path, czxid, askedAtMs, answeredAtMs, outcome, detail: String(answer.detail) });
		return outcome;
	} catch (error) {
		const detail = error instanceof Error ? error.message : String(error);
		history.purged({ path, czxid, askedAtMs, answeredAtMs: monotonicMs(), outcome: 'error', detail });
		return 'error';
	}
}

/** Listens with a backlog that is full for good: to whoever connects it looks like a host that drops packets. */
async function startHanging(ip: string): Promise<{ ip: string; port: number }> {
	const port = 7_000;
	const holder = startLineProcess({
		command: process.execPath,
		args: ['-e', `require('net').createServer().listen({host:'${ip}',port:${port},backlog:1},()=>console.log('{}'))`],
		onEvent: () => listening(),
	});
	let listening: () => void = () => undefined;
	await new Promise<void>((resolve) => {
		listening = resolve;
	});
	holder.kill('SIGSTOP');
	fillBacklog(ip, port, 6);
	return { ip, port };
}

/** Connections that a stopped process never takes; gives what ends them. */
export function fillBacklog(ip: string, port: number, connections: number): () => void {
	const sockets = Array.from({ length: connections }, () => {
		const socket = net.connect({ host: ip, port });
		socket.on('error', () => socket.destroy());
		return socket;
	});
	return () => {
		for (const socket of sockets) {
			socket.destroy();
		}
	};
}
