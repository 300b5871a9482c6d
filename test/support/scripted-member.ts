import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { howItEnded } from '@/lib/cli/members';
import { spawnTied } from '@/lib/cli/spawn-tied';

const PROGRAM = fileURLToPath(new URL('./scripted-member-process.mjs', import.meta.url));
const ANSWER_MS_MAX = 30_000;

/** A real process with one real ZooKeeper session, for what no ordinary member does. Its parent tells it what. */
export type ScriptedMember = {
	readonly pid: number;
	/** 0x-hex, as the console shows it. */
	readonly sessionId: string;
	readonly ended: Promise<string>;
	/** Listens on a port (any free one by default) of an address (127.0.0.1), with an accept queue of that length; gives it. */
	listen(port?: number, host?: string, backlog?: number): Promise<number>;
	/** Answers every GET on a port (any free one by default) with this; the same port again: answers with that from now on. */
	serve(body: object, options?: { readonly port?: number; readonly status?: number }): Promise<number>;
	/** Closes the listener; connections accepted before stay open unless `connectionsToo`. */
	unlisten(port: number, connectionsToo?: boolean): Promise<void>;
	/** Creates an ephemeral znode of its session, with the parents that are missing. */
	register(path: string, data: string): Promise<void>;
	/** Deletes the znode that is there and creates its own, in one transaction. */
	replace(path: string, data: string): Promise<void>;
	/** Creates its znode where the parent exists; rejects with NODE_EXISTS when one is there (Kafka's brokers). */
	create(path: string, data: string): Promise<void>;
	/** Deletes the znode that is there, then creates its own (Dubbo). */
	deleteAndCreate(path: string, data: string): Promise<void>;
	/** Creates its znode now or as soon as the one that is there has gone (Curator's PersistentNode). */
	persist(path: string, data: string): Promise<void>;
	/** Talks to ZooKeeper at this interval from now on. */
	heartbeat(intervalMs: number): Promise<void>;
	/** While it has no ZooKeeper it closes its listeners, or these and the connections they accepted. */
	closeWhenLost(what: 'listener' | 'connections'): Promise<void>;
	/** How long each loss of ZooKeeper lasted up to now, ms, as the process itself saw it. */
	losses(): Promise<readonly number[]>;
	/** Its wall clock jumps by this. */
	shiftClock(ms: number): Promise<void>;
	kill(signal?: NodeJS.Signals): void;
};

type Answer = {
	readonly sessionId?: string;
	readonly port?: number;
	readonly losses?: readonly number[];
	readonly error?: string;
};

export type ScriptedMemberOptions = {
	/** A command line that runs the process somewhere else, e.g. in a network namespace. */
	readonly within?: readonly string[];
};

/** Resolves once its session is connected; rejects when it ends first or takes longer than 30 s. */
export async function startScriptedMember(
	connect: string,
	sessionTimeoutMs = 30_000,
	options: ScriptedMemberOptions = {},
): Promise<ScriptedMember> {
	const line = [...(options.within ?? []), process.execPath, PROGRAM, connect, String(sessionTimeoutMs)];
	const [program = '', ...args] = line;
	const child = spawnTied(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
	const answers: AsyncIterator<string> = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

	async function answer(): Promise<Answer> {
		const timer = setTimeout(() => child.kill('SIGKILL'), ANSWER_MS_MAX);
		const line = await answers.next();
		clearTimeout(timer);
		const parsed: Answer =
			line.done === true ? { error: 'it ended, or did not answer in time' } : JSON.parse(line.value);
		if (parsed.error !== undefined) {
			throw new Error(`scripted member ${child.pid}: ${parsed.error}`);
		}
		return parsed;
	}
	function tell(command: string, request: object): Promise<Answer> {
		child.stdin.write(`${JSON.stringify({ command, ...request })}\n`);
		return answer();
	}

	const ended = howItEnded(child);
	const { sessionId = '' } = await answer();
	return {
		pid: child.pid ?? 0,
		sessionId: `0x${BigInt(`0x${sessionId}`).toString(16)}`,
		ended,
		listen: async (port = 0, host = '127.0.0.1', backlog = 511) =>
			(await tell('listen', { port, host, backlog })).port ?? 0,
		serve: async (body, { port = 0, status = 200 } = {}) => (await tell('serve', { body, port, status })).port ?? 0,
		unlisten: async (port, connectionsToo = false) => {
			await tell('unlisten', { port, connectionsToo });
		},
		register: async (path, data) => {
			await tell('register', { path, data });
		},
		replace: async (path, data) => {
			await tell('replace', { path, data });
		},
		create: async (path, data) => {
			await tell('create', { path, data });
		},
		deleteAndCreate: async (path, data) => {
			await tell('deleteAndCreate', { path, data });
		},
		persist: async (path, data) => {
			await tell('persist', { path, data });
		},
		heartbeat: async (intervalMs) => {
			await tell('heartbeat', { intervalMs });
		},
		closeWhenLost: async (what) => {
			await tell('closeWhenLost', { what });
		},
		losses: async () => (await tell('losses', {})).losses ?? [],
		shiftClock: async (ms) => {
			await tell('shiftClock', { ms });
		},
		kill: (signal = 'SIGKILL') => {
			child.kill(signal);
		},
	};
}
