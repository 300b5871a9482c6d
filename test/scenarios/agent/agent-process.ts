import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { z } from 'zod';
import { howItEnded } from '@/lib/cli/members';
import { buildAgent } from '@/lib/cli/setup/agent-build.mjs';
import { spawnTied } from '@/lib/cli/spawn-tied';
import { eventually } from '@/test/support/zookeeper';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Several start at once on a busy machine. */
const WAIT_MS = 90_000;

const eventSchema = z.looseObject({ event: z.string() });
export type ToldEvent = z.infer<typeof eventSchema>;

/** As on a member's host: the one file in a folder of its own, no packages and no sources around. */
const folder = mkdtempSync(join(tmpdir(), 'rollcall-agent-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let program: string | null = null;

function installed(): string {
	if (program === null) {
		program = join(folder, 'rollcall-agent.mjs');
		copyFileSync(buildAgent(ROOT), program);
	}
	return program;
}

/** The agent as it is installed, in a process of its own. */
export type AgentProcess = {
	readonly pid: number;
	readonly ended: Promise<string>;
	/** What it has told on standard output, oldest first. */
	events(): readonly ToldEvent[];
	/** Standard error up to now. */
	complaints(): string;
	/** The first event of this kind among those after the first `from`. */
	tells(event: string, from?: number): Promise<ToldEvent>;
	kill(signal: NodeJS.Signals): void;
};

/**
 * `true` for an option that takes no value. `within`: a command line that runs it somewhere else, e.g. in a network namespace. `wrapped`: the member's own command, which
 * the agent starts; it tells its events on standard error then.
 */
export function startAgentProcess(
	options: Record<string, string | number | true>,
	within: readonly string[] = [],
	wrapped: readonly string[] = [],
): AgentProcess {
	const args = Object.entries(options).flatMap(([name, value]) =>
		value === true ? [`--${name}`] : [`--${name}`, String(value)],
	);
	const agent = [process.execPath, installed(), ...args, ...(wrapped.length > 0 ? ['--', ...wrapped] : [])];
	const [command = '', ...line] = [...within, ...agent];
	const child = spawnTied(command, line, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
	const told: ToldEvent[] = [];
	let complaints = '';
	const tell = (text: string) => told.push(eventSchema.parse(JSON.parse(text)));
	createInterface({ input: child.stdout }).on('line', (text) => wrapped.length === 0 && tell(text));
	createInterface({ input: child.stderr }).on('line', (text) => {
		if (wrapped.length > 0 && text.startsWith('{')) {
			tell(text);
		} else {
			complaints = `${complaints}${text}\n`.slice(-4_000);
		}
	});
	return {
		pid: child.pid ?? 0,
		ended: howItEnded(child),
		events: () => [...told],
		complaints: () => complaints,
		tells: (event, from = 0) =>
			eventually(
				`the agent tells '${event}'`,
				() => told.slice(from).find((each) => each.event === event) ?? null,
				WAIT_MS,
			).catch((error: Error) => {
				throw new Error(`${error.message}; it told ${JSON.stringify(told)} ${complaints}`);
			}),
		kill: (signal) => {
			child.kill(signal);
		},
	};
}
