import { fileURLToPath } from 'node:url';
import type { History } from './history';
import { type LineProcess, startLineProcess } from './line-process';
import { acknowledgementSchema, type MemberEvent, memberEventSchema } from './messages';
import { monotonicMs } from './monotonic';
import type { Life } from './truth';

const PROGRAM = fileURLToPath(new URL('./chaos-member.mjs', import.meta.url));

/** Members share a machine with the console here; their starting must not be what keeps it from watching. */
const NICENESS = 5;

export type Semantics = 'plain' | 'curator' | 'dubbo' | 'kafka';
export type OnLoss = 'nothing' | 'close-listeners' | 'close-all';

export type MemberRegistration = {
	readonly path: string;
	readonly data: string;
	/** Main address of the record, which need not be one on which this process listens. */
	readonly announced: { readonly ip: string; readonly port: number };
};

export type MemberOptions = {
	readonly connect: string;
	/** The address from which its session comes. */
	readonly sessionIp: string;
	readonly sessionTimeoutMs: number;
	readonly listeners: readonly { readonly ip: string; readonly port: number; readonly http?: boolean }[];
	readonly registrations: readonly MemberRegistration[];
	readonly semantics: Semantics;
	readonly onLoss: OnLoss;
	readonly backlog?: number;
};

/** A member process and what it said of itself; it writes its own lives, outages and losses into the history. */
export class ChaosMember {
	readonly process: LineProcess;
	/** Resolves once it can be told what to do; rejects when it ends first. */
	readonly up: Promise<void>;
	readonly #history: History;
	readonly #lives: Life[] = [];
	#options: MemberOptions | null = null;
	#diedAtMs: number | null = null;
	#connected = false;
	#stopped = false;
	#changed: (() => void)[] = [];

	constructor(history: History) {
		this.#history = history;
		let tellUp: () => void = () => undefined;
		const isUp = new Promise<void>((resolve) => {
			tellUp = resolve;
		});
		this.process = startLineProcess({
			command: process.execPath,
			args: [PROGRAM],
			niceness: NICENESS,
			onEvent: (message) => {
				const event = memberEventSchema.parse(message);
				return event.event === 'up' ? tellUp() : this.#onEvent(event);
			},
		});
		const ended = this.process.exited.then(() => {
			throw new Error(`member ${this.process.pid} ended before it was up`);
		});
		this.up = Promise.race([isUp, ended]);
		// Who waits for it hears of a failure; its later end is no failure.
		this.up.catch(() => undefined);
		void this.process.exited.then((atMs) => this.#died(atMs));
	}

	get pid(): number {
		return this.process.pid;
	}

	get options(): MemberOptions {
		if (this.#options === null) {
			throw new Error(`member ${this.pid} was not started yet`);
		}
		return this.#options;
	}

	get ip(): string {
		return this.options.sessionIp;
	}

	/** Its registrations' present incarnations, in the order of the registrations. */
	lives(): Life[] {
		const registrations = this.#options?.registrations ?? [];
		return registrations.flatMap(({ path }) => this.#lives.findLast((life) => life.path === path) ?? []);
	}

	alive(): boolean {
		return this.#diedAtMs === null;
	}

	/** Whether it was told who it is. */
	started(): boolean {
		return this.#options !== null;
	}

	/** Alive, going on, connected and registered with everything. */
	well(): boolean {
		const registered = this.#options !== null && this.lives().length === this.#options.registrations.length;
		return this.alive() && this.#connected && !this.#stopped && registered;
	}

	/** Listens, opens a session and begins to register. */
	async start(options: MemberOptions): Promise<void> {
		this.#options = options;
		await this.process.tell('start', { options });
	}

	/** Resolves with a new incarnation at the path, the first that is not `before`; rejects after `limitMs`. */
	async registered(path: string, limitMs: number, before: string | null = null): Promise<Life> {
		const untilMs = monotonicMs() + limitMs;
		for (;;) {
			const life = this.#lives.findLast((known) => known.path === path);
			if (life && life.czxid !== before) {
				return life;
			}
			const leftMs = untilMs - monotonicMs();
			if (leftMs <= 0 || !this.alive()) {
				throw new Error(`${path} was not registered by process ${this.pid} within ${limitMs} ms`);
			}
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, Math.min(leftMs, 500));
				this.#changed.push(() => {
					clearTimeout(timer);
					resolve();
				});
			});
		}
	}

	/** SIGKILL. The time of death is taken before the signal goes out. */
	killNow(): void {
		this.#died(monotonicMs());
		this.process.kill('SIGKILL');
	}

	stop(): void {
		this.#stopped = true;
		this.process.kill('SIGSTOP');
	}

	goOn(): void {
		this.#stopped = false;
		this.process.kill('SIGCONT');
	}

	/** Closes its session and goes; from its acknowledgement on it does not count as alive. */
	async exit(): Promise<void> {
		this.#died(acknowledgementSchema.parse(await this.process.tell('exit')).atMs);
	}

	tell(command: string, request: object = {}): Promise<unknown> {
		return this.process.tell(command, request);
	}

	#died(atMs: number): void {
		if (this.#diedAtMs === null) {
			this.#history.log({ event: 'died', pid: this.pid, atMs, czxids: this.lives().map(({ czxid }) => czxid) });
		}
		this.#diedAtMs ??= atMs;
		for (const life of this.#lives) {
			life.diedAtMs ??= this.#diedAtMs;
		}
		this.#history.connectionRestored(this.pid, atMs);
		this.#tellChanged();
	}

	#onEvent(event: Exclude<MemberEvent, { event: 'up' }>): void {
		const { atMs } = event;
		switch (event.event) {
			case 'registered': {
				const { path, czxid, owner } = event;
				const closesAllOnLoss = this.options.onLoss === 'close-all';
				const { pid } = this;
				const life = { czxid, path, owner, pid, registeredAtMs: atMs, diedAtMs: this.#diedAtMs, closesAllOnLoss };
				this.#lives.push(life);
				this.#history.lived(life, this.#announced(path));
				break;
			}
			case 'connected':
				this.#connected = true;
				this.#history.connectionRestored(this.pid, atMs);
				break;
			case 'disconnected':
				this.#connected = false;
				this.#history.connectionLost(this.pid, atMs);
				break;
			case 'lost':
				if (this.alive()) {
					this.#history.registrationLost(event);
				}
				break;
			case 'expired':
				this.#history.sessionExpired({ pid: this.pid, atMs });
				break;
		}
		this.#tellChanged();
	}

	#announced(path: string): MemberRegistration['announced'] {
		const registration = this.options.registrations.find((known) => known.path === path);
		if (registration === undefined) {
			throw new Error(`process ${this.pid} registered at ${path}, which it was not told to`);
		}
		return registration.announced;
	}

	#tellChanged(): void {
		const waiting = this.#changed;
		this.#changed = [];
		for (const wake of waiting) {
			wake();
		}
	}
}
