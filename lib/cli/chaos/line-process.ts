import { createInterface } from 'node:readline';
import { z } from 'zod';
import { spawnTied } from '../spawn-tied';
import { monotonicMs } from './monotonic';

const ANSWER_MS_MAX = 30_000;

/** A child that is told what to do by one JSON object a line, answers by `id`, and tells events of its own. */
export type LineProcess = {
	readonly pid: number;
	/** Resolves with the moment at which the kernel reported its end. */
	readonly exited: Promise<number>;
	running(): boolean;
	/** Rejects when it answers with an error, ends first, or does not answer within 30 s. */
	tell(command: string, request?: object): Promise<unknown>;
	kill(signal: NodeJS.Signals): void;
};

export type LineProcessOptions = {
	readonly command: string;
	readonly args: readonly string[];
	readonly onEvent: (message: unknown) => void;
	readonly env?: NodeJS.ProcessEnv;
	/** Added to the scheduling priority's number, as nice(1) does. */
	readonly niceness?: number;
};

const answerSchema = z.looseObject({ id: z.number(), error: z.string().optional() });

type Waiting = { resolve(answer: unknown): void; reject(error: Error): void };

export function startLineProcess(options: LineProcessOptions): LineProcess {
	const { command, args, niceness } = options;
	const [program = '', ...rest] = niceness ? ['nice', '-n', String(niceness), command, ...args] : [command, ...args];
	const child = spawnTied(program, rest, {
		stdio: ['pipe', 'pipe', 'inherit'],
		env: options.env ?? process.env,
	});
	const waiting = new Map<number, Waiting>();
	let lastId = 0;

	const exited = new Promise<number>((resolve) => {
		const end = () => {
			for (const { reject } of waiting.values()) {
				reject(new Error(`process ${child.pid} ended before it answered`));
			}
			waiting.clear();
			resolve(monotonicMs());
		};
		child.once('exit', end);
		child.once('error', end);
	});
	// A write to a process that has just died is told by its exit.
	child.stdin.on('error', () => child.stdin.destroy());
	createInterface({ input: child.stdout }).on('line', (line) => {
		const message: unknown = JSON.parse(line);
		const answer = answerSchema.safeParse(message);
		if (!answer.success) {
			options.onEvent(message);
			return;
		}
		const { id, error } = answer.data;
		const waiter = waiting.get(id);
		waiting.delete(id);
		if (error === undefined) {
			waiter?.resolve(message);
		} else {
			waiter?.reject(new Error(error));
		}
	});

	const running = () => child.exitCode === null && child.signalCode === null && child.pid !== undefined;
	return {
		pid: child.pid ?? 0,
		exited,
		running,
		tell(command, request = {}) {
			if (!running()) {
				return Promise.reject(new Error(`process ${child.pid} has ended; it cannot be told ${command}`));
			}
			lastId += 1;
			const id = lastId;
			return new Promise<unknown>((resolve, reject) => {
				const timer = setTimeout(() => {
					waiting.delete(id);
					reject(new Error(`process ${child.pid} did not answer ${command} within ${ANSWER_MS_MAX / 1_000} s`));
				}, ANSWER_MS_MAX);
				const settle = <T>(then: (value: T) => void) => {
					return (value: T) => {
						clearTimeout(timer);
						then(value);
					};
				};
				waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
				child.stdin.write(`${JSON.stringify({ id, command, ...request })}\n`);
			});
		},
		kill: (signal) => {
			child.kill(signal);
		},
	};
}
