import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ensemble, startEnsemble } from './ensemble';
import { type DemoMember, howItEnded, type MemberOptions, startMember } from './members';
import { replaceDrilled } from './replace-drilled';
import { spawnTied } from './spawn-tied';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** As `npm start` has it. */
const NEXT_START = ['--max-semi-space-size=64', join(ROOT, 'node_modules/next/dist/bin/next'), 'start'];
const CONSOLE_MS_MAX = 60_000;
const STOP_MS_MAX = 10_000;

export type Console = {
	readonly url: string;
	readonly username: string;
	readonly password: string;
	readonly pid: number;
	readonly folder: string;
	/** Everything it has printed. */
	output(): string;
	kill(signal: NodeJS.Signals): void;
	/** How its process ended: a signal's name or 'exit code N'. */
	readonly ended: Promise<string>;
	stop(): Promise<void>;
};

export type ConsoleOptions = {
	readonly ensemble: Ensemble;
	readonly port?: number;
	readonly password?: string;
	readonly registrations?: readonly object[];
	readonly policy?: object;
	readonly zookeeper?: object;
	/** Instead of a file of its own. */
	readonly database?: string;
	/** A folder of its own in an ensemble that another console has its own in. */
	readonly rootPath?: string;
	readonly env?: NodeJS.ProcessEnv;
	/** Config written as it is, for what the options above cannot say. */
	readonly config?: object;
};

/** A port nobody listens on just now. */
export async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	await new Promise<void>((resolve) => server.close(() => resolve()));
	return typeof address === 'object' && address ? address.port : 0;
}

function toConfig(options: ConsoleOptions, folder: string): object {
	return (
		options.config ?? {
			clusters: [
				{
					id: 'turms',
					name: 'Turms demo',
					zookeeper: {
						connect: options.ensemble.connect,
						sessionTimeoutMs: 10_000,
						servers: options.ensemble.config.map(({ client, admin }) => (admin ? { client, admin } : { client })),
						...options.zookeeper,
					},
					registrations: options.registrations ?? [{ path: '/turms/members', format: 'turms' }],
					...(options.policy ? { policy: options.policy } : {}),
				},
			],
			database: options.database ?? `sqlite:${join(folder, 'rollcall.db')}`,
			...(options.rootPath ? { rootPath: options.rootPath } : {}),
		}
	);
}

/** Starts the production console (built before) on loopback and resolves once it answers its health route. */
export async function startConsole(options: ConsoleOptions): Promise<Console> {
	const folder = await mkdtemp(join(tmpdir(), 'rollcall-console-'));
	const port = options.port ?? (await freePort());
	const password = options.password ?? randomBytes(9).toString('base64url');
	const configFile = join(folder, 'config.json');
	await writeFile(configFile, JSON.stringify(toConfig(options, folder), null, 2));
	const child = spawnTied(process.execPath, [...NEXT_START, '-H', '127.0.0.1', '-p', String(port)], {
		cwd: ROOT,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {
			...process.env,
			NODE_ENV: 'production',
			NEXT_TELEMETRY_DISABLED: '1',
			ROLLCALL_CONFIG: configFile,
			ROLLCALL_ADMIN_PASSWORD: password,
			...options.env,
		},
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.on('data', (data: Buffer) => {
			output = (output + data.toString()).slice(-200_000);
		});
	}
	const ended = howItEnded(child);
	const url = `http://127.0.0.1:${port}`;

	async function stop(): Promise<void> {
		child.kill('SIGTERM');
		const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
		await ended;
		clearTimeout(timer);
		await rm(folder, { recursive: true, force: true });
	}

	try {
		await answers(url, child, () => output);
	} catch (error) {
		await stop();
		throw error;
	}
	return {
		url,
		username: 'admin',
		password,
		pid: child.pid ?? 0,
		folder,
		output: () => output,
		ended,
		kill: (signal) => {
			child.kill(signal);
		},
		stop,
	};
}

async function answers(url: string, child: ChildProcess, output: () => string): Promise<void> {
	const deadline = performance.now() + CONSOLE_MS_MAX;
	while (performance.now() < deadline) {
		if (child.exitCode !== null || child.signalCode !== null) {
			throw new Error(`the console ended while it started:\n${output().trim().slice(-2_000)}`);
		}
		const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
		if (response?.ok) {
			return;
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error(`the console did not answer within ${CONSOLE_MS_MAX / 1_000} s:\n${output().trim().slice(-2_000)}`);
}

export type Stack = Console & { readonly ensemble: Ensemble; readonly members: DemoMember[] };

export type StackOptions = Omit<ConsoleOptions, 'ensemble'> & {
	readonly members?: number;
	readonly member?: Partial<MemberOptions>;
	readonly servers?: number;
	/** Members allow drills, and those that a drill has ended are started again. */
	readonly drills?: boolean;
	readonly onProgress?: (line: string) => void;
	readonly onReplaced?: (member: DemoMember) => void;
};

/** The console's opt-in folder, as toConfig has its cluster and Rollcall's folder. */
const DRILLS = '/rollcall/drills/turms';

/** Names and kinds of the demo's members: gateways first, then services, one AI serving. */
export function demoMember(index: number, count: number): { id: string; type: string } {
	const number = (n: number) => String(n).padStart(2, '0');
	const gateways = Math.ceil((count * 7) / 12);
	if (index < gateways) {
		return { id: `gateway-${number(index + 1)}`, type: 'GATEWAY' };
	}
	return index === count - 1 && count > 3
		? { id: 'ai-serving-01', type: 'AI_SERVING' }
		: { id: `service-${number(index - gateways + 1)}`, type: 'SERVICE' };
}

/** A real ensemble, real member processes, and the production console over them. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
	const say = options.onProgress ?? (() => undefined);
	const count = options.members ?? 12;
	const servers = options.servers ?? 3;
	say(`Starting ${servers} ZooKeeper server(s)`);
	const ensemble = await startEnsemble({ servers });
	try {
		say(`Starting ${count} demo members`);
		const memberOptions = Array.from({ length: count }, (_, index) => ({
			connect: ensemble.connect,
			...demoMember(index, count),
			...(options.drills === true ? { drills: DRILLS } : {}),
			...options.member,
		}));
		const members = await Promise.all(memberOptions.map(startMember));
		say('Starting the console');
		const started = await startConsole({ ...options, ensemble });
		let stopping = false;
		if (options.drills === true) {
			replaceDrilled(members, memberOptions, {
				isStopping: () => stopping,
				onReplaced: (member) => options.onReplaced?.(member),
				onFailed: (id, error) => say(`${id} could not be started again: ${String(error)}`),
			});
		}
		return {
			...started,
			ensemble,
			members,
			async stop() {
				stopping = true;
				await started.stop();
				for (const member of members) {
					member.kill('SIGKILL');
				}
				await ensemble.stop();
			},
		};
	} catch (error) {
		await ensemble.stop();
		throw error;
	}
}
