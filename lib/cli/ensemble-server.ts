import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { tieToParent } from './tie-to-parent';

/** Where Debian's packages put their jars. */
const JAR_FOLDER = '/usr/share/java';
/** servlet-api and jetty9-util-ajax must be named: without them the AdminServer silently becomes a dummy. */
const JARS = [
	'zookeeper.jar',
	'servlet-api.jar',
	'jetty9-util-ajax.jar',
	'slf4j-simple.jar',
	'snappy-java.jar',
	'metrics-core.jar',
];
/** For a secureClientPort with NettyServerCnxnFactory. Java passes over a class path entry that is not there. */
const NETTY_JARS = [
	'buffer',
	'codec',
	'common',
	'handler',
	'resolver',
	'transport',
	'transport-native-unix-common',
].map((part) => `netty-${part}.jar`);
/** Small and quick to start; a test ensemble lives for minutes on few cores. */
const JAVA_FLAGS = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];
const START_MS = 60_000;
const POLL_MS = 60;
const REMEDY = 'Install it with: apt-get install -y zookeeper';

/** `spare`: for whatever else its config may want, such as secureClientPort. */
export type ServerPorts = { client: number; admin: number; peer: number; election: number; spare: number };

export type EnsembleServer = {
	/** The `myid` of an ensemble's server; 1 for the first where nothing else is asked for. */
	readonly id: number;
	readonly clientPort: number;
	readonly adminPort: number;
	/** Holds conf/, data/ and server.log. */
	readonly folder: string;
	/** Process id; null while it does not run. */
	pid(): number | null;
	/** Sends a signal (SIGKILL, SIGSTOP, SIGCONT, …); nothing happens when it does not run. */
	kill(signal: NodeJS.Signals): void;
	/**
	 * Starts it on its ports (again, once a killed one has gone) and resolves when it serves clients, which a server of an
	 * ensemble does only with a quorum. Rejects after 60 s, or when the process ends, with the end of its log.
	 */
	start(): Promise<void>;
	/** Resolves when no process runs any more. */
	exited(): Promise<void>;
};

/** The server process ended because somebody else took one of its ports meanwhile. */
export class PortTakenError extends Error {}

/** Throws an Error that names the Debian package when Java or a jar is missing. */
export function requireZooKeeper(): void {
	const missing = JARS.filter((jar) => !existsSync(join(JAR_FOLDER, jar)));
	if (missing.length > 0)
		throw new Error(`ZooKeeper is not installed: ${missing.join(', ')} not in ${JAR_FOLDER}. ${REMEDY}`);
	const folders = (process.env.PATH ?? '').split(delimiter);
	if (!folders.some((folder) => existsSync(join(folder, 'java'))))
		throw new Error(
			`Java is not installed (no "java" on the PATH); the Debian package zookeeper brings one. ${REMEDY}`,
		);
}

function tail(file: string): string {
	return existsSync(file) ? readFileSync(file, 'utf8').slice(-2_000) : '';
}

/** Answer to the four-letter word `srvr`, '' when there is none within a second. */
function askSrvr(port: number): Promise<string> {
	return new Promise((resolve) => {
		let text = '';
		const socket = net.connect({ host: '127.0.0.1', port }, () => socket.write('srvr'));
		socket.setTimeout(1_000, () => socket.destroy());
		socket.on('data', (chunk) => {
			text += chunk.toString('latin1');
		});
		// A refusal is the ordinary answer of a server that is not up yet; 'close' follows and gives ''.
		socket.on('error', () => socket.destroy());
		socket.on('close', () => resolve(text));
	});
}

async function adminAnswers(port: number): Promise<boolean> {
	const signal = AbortSignal.timeout(1_000);
	const answer = await fetch(`http://127.0.0.1:${port}/commands/ruok`, { signal }).catch(() => null);
	await answer?.body?.cancel();
	return answer?.ok === true;
}

/** leader, follower, observer, standalone; null while it serves nobody. */
async function serving(ports: ServerPorts): Promise<string | null> {
	const mode = /^Mode: (\w+)/m.exec(await askSrvr(ports.client))?.[1] ?? null;
	return mode !== null && (await adminAnswers(ports.admin)) ? mode : null;
}

async function writeFiles(folder: string, id: number, config: Record<string, string>): Promise<void> {
	await mkdir(join(folder, 'conf'), { recursive: true });
	await mkdir(join(folder, 'data'), { recursive: true });
	const lines = Object.entries(config).map(([key, value]) => `${key}=${value}`);
	await writeFile(join(folder, 'conf', 'zoo.cfg'), `${lines.join('\n')}\n`);
	await writeFile(join(folder, 'data', 'myid'), `${id}\n`);
}

function spawnServer(folder: string): ChildProcess {
	const log = openSync(join(folder, 'server.log'), 'w');
	const classPath = ['conf', ...[...JARS, ...NETTY_JARS].map((jar) => join(JAR_FOLDER, jar))].join(':');
	const main = ['-cp', classPath, 'org.apache.zookeeper.server.quorum.QuorumPeerMain', 'conf/zoo.cfg'];
	// Its own process group: Ctrl-C in a terminal reaches the parent alone, which decides the order in which things end.
	const options = { cwd: folder, detached: true, stdio: ['ignore', log, log] as ['ignore', number, number] };
	const { command, args } = tieToParent('java', [...JAVA_FLAGS, ...main]);
	const child = spawn(command, args, options);
	closeSync(log);
	return child;
}

/**
 * One real ZooKeeper server in its own folder, not started yet.
 * `config`: zoo.cfg without what differs by server (dataDir, ports), `server.N` lines included.
 */
export async function createServer(
	folder: string,
	id: number,
	ports: ServerPorts,
	config: Record<string, string>,
): Promise<EnsembleServer> {
	await writeFiles(folder, id, {
		...config,
		dataDir: join(folder, 'data'),
		clientPort: String(ports.client),
		'admin.serverPort': String(ports.admin),
	});
	let child: ChildProcess | null = null;
	let gone: Promise<void> = Promise.resolve();
	let ending = false;
	let served = false;

	const launch = (): void => {
		const started = spawnServer(folder);
		child = started;
		ending = false;
		gone = new Promise((resolve) => {
			const end = (): void => {
				if (child === started) child = null;
				resolve();
			};
			started.once('exit', end);
			started.once('error', end);
		});
	};
	const waitUntilServing = async (): Promise<void> => {
		const until = performance.now() + START_MS;
		while ((await serving(ports)) === null) {
			const log = tail(join(folder, 'server.log'));
			const taken = /BindException|Address already in use/.test(log);
			if (child === null && taken && !served) throw new PortTakenError(log);
			// A restart must keep its ports; an outgoing connection that borrowed one gives it back soon.
			if (child === null && taken && performance.now() < until) launch();
			else if (child === null) throw new Error(`ZooKeeper server ${id} ended while it started:\n${log}`);
			if (performance.now() > until)
				throw new Error(`ZooKeeper server ${id} serves nobody after ${START_MS / 1_000} s:\n${log}`);
			await pause(POLL_MS);
		}
		served = true;
	};
	return {
		id,
		clientPort: ports.client,
		adminPort: ports.admin,
		folder,
		pid: () => child?.pid ?? null,
		kill: (signal) => {
			ending ||= signal === 'SIGKILL' || signal === 'SIGTERM';
			child?.kill(signal);
		},
		start: async () => {
			// A killed process holds its ports until it is reaped.
			if (ending) await Promise.race([gone, pause(5_000)]);
			if (child === null) launch();
			await waitUntilServing();
		},
		exited: () => gone,
	};
}
