import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { spawnTied } from '../spawn-tied';

const PROGRAM = fileURLToPath(new URL('./registrar-process.ts', import.meta.url));
const READY_MS_MAX = 180_000;
const ANSWER_MS_MAX = 30_000;

const lineSchema = z.object({
	ready: z.boolean().optional(),
	marked: z.number().int().optional(),
	unmarked: z.number().int().optional(),
	atMs: z.number().optional(),
});
type Line = z.infer<typeof lineSchema>;

/** The process that holds the members' sessions and changes their registrations. */
export type Registrar = {
	churn(on: boolean): void;
	/** Registers marker `count`; wall clock (ms, with fractions) at which ZooKeeper was asked. */
	mark(count: number): Promise<number>;
	unmark(count: number): Promise<number>;
	stop(): Promise<void>;
};

export async function startRegistrar(options: {
	connect: string;
	members: number;
	sessions: number;
	changes: number;
	/** Index of the member that is never changed and that markers stand behind. */
	anchor: number;
}): Promise<Registrar> {
	const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
	const child = spawnTied(process.execPath, ['--import', 'tsx', PROGRAM, ...args], {
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	const waiting = new Set<{ take(line: Line): boolean; fail(error: Error): void }>();
	let complaints = '';
	child.stderr.on('data', (data: Buffer) => {
		complaints = (complaints + data.toString()).slice(-2_000);
	});
	const exited = new Promise<void>((resolve) => {
		child.once('exit', (code, signal) => {
			for (const each of waiting) {
				each.fail(new Error(`the registrar ended (${signal ?? code}). ${complaints}`));
			}
			resolve();
		});
	});
	createInterface({ input: child.stdout }).on('line', (text) => {
		const line = lineSchema.parse(JSON.parse(text));
		for (const each of waiting) {
			each.take(line);
		}
	});

	function answer(what: string, isIt: (line: Line) => boolean, msMax: number): Promise<number> {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => entry.fail(new Error(`not within ${msMax / 1_000} s: ${what}`)), msMax);
			const entry = {
				take(line: Line) {
					if (!isIt(line)) return false;
					clearTimeout(timer);
					waiting.delete(entry);
					resolve(line.atMs ?? 0);
					return true;
				},
				fail(error: Error) {
					clearTimeout(timer);
					waiting.delete(entry);
					reject(error);
				},
			};
			waiting.add(entry);
		});
	}

	await answer('every member registered', (line) => line.ready === true, READY_MS_MAX);
	return {
		churn: (on) => {
			child.stdin.write(on ? 'churn\n' : 'rest\n');
		},
		mark(count) {
			const answered = answer(`marker ${count}`, (line) => line.marked === count, ANSWER_MS_MAX);
			child.stdin.write(`mark ${count}\n`);
			return answered;
		},
		unmark(count) {
			const answered = answer(`the end of marker ${count}`, (line) => line.unmarked === count, ANSWER_MS_MAX);
			child.stdin.write(`unmark ${count}\n`);
			return answered;
		},
		async stop() {
			child.stdin.end();
			child.kill('SIGTERM');
			await exited;
		},
	};
}
