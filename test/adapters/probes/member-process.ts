import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@/lib/adapters/clock';
import { fillBacklog } from '@/lib/cli/full-backlog';
import { spawnTied } from '@/lib/cli/spawn-tied';
import type { Endpoint } from '@/lib/core/member';
import type { TripwireEvent } from '@/lib/core/ports';
import { stopProcess } from '@/test/support/stop-process';

const CHILD = fileURLToPath(new URL('./listener-child.mjs', import.meta.url));

export type MemberOptions = {
	/** What it does with a connection; see listener-child.mjs. */
	behaviour?: 'hold' | 'greet' | 'reset' | 'half-close' | 'fin';
	bytes?: number;
	backlog?: number;
	host?: string;
};

/** A real process that listens; `end` kills it whatever state it is in, and so does the end of this process. */
export class MemberProcess {
	readonly endpoint: Endpoint;
	readonly #process: ChildProcessByStdio<Writable, Readable, null>;
	readonly #lines: Interface;

	private constructor(process: ChildProcessByStdio<Writable, Readable, null>, lines: Interface, port: number) {
		this.#process = process;
		this.#lines = lines;
		this.endpoint = { ip: '127.0.0.1', port };
	}

	static async start(options: MemberOptions = {}): Promise<MemberProcess> {
		const { behaviour = 'hold', bytes = 0, backlog = 511, host = '127.0.0.1' } = options;
		const child = spawnTied(process.execPath, [CHILD, behaviour, `${bytes}`, `${backlog}`, host], {
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		const lines = createInterface({ input: child.stdout });
		const [line] = await once(lines, 'line');
		return new MemberProcess(child, lines, Number(line));
	}

	signal(name: NodeJS.Signals): void {
		this.#process.kill(name);
	}

	/** Stops it and fills its backlog, so that its kernel drops every further SYN. Returns what undoes the filling. */
	async stopAndFill(): Promise<() => void> {
		await stopProcess(this.#process.pid ?? null);
		return fillBacklog('127.0.0.1', this.endpoint.port);
	}

	async closeListener(): Promise<void> {
		const closed = once(this.#lines, 'line');
		this.signal('SIGUSR2');
		await closed;
	}

	async end(): Promise<void> {
		if (this.#process.exitCode === null && this.#process.signalCode === null) {
			const exited = once(this.#process, 'exit');
			this.#process.kill('SIGKILL');
			await exited;
		}
	}
}

/** Records a tripwire's life. */
export class RecordingKeeper {
	readonly #abort = new AbortController();
	readonly signal = this.#abort.signal;
	readonly events: TripwireEvent[] = [];

	onEvent(event: TripwireEvent): void {
		this.events.push(event);
	}

	abort(): void {
		this.#abort.abort();
	}

	get states(): string[] {
		return this.events.map((event) => event.state);
	}

	/** Waits (bounded) until it has told as many events; the caller asserts on `states`. */
	async told(count: number): Promise<string[]> {
		await until(() => this.events.length >= count);
		return this.states;
	}
}

export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
	const endMs = systemClock.nowMs() + timeoutMs;
	while (!(await condition()) && systemClock.nowMs() < endMs) {
		await systemClock.sleep(5);
	}
}
