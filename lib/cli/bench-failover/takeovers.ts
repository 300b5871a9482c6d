import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ZooKeeperPort } from '../../core/ports';
import type { Ensemble } from '../ensemble';
import { buildAgent } from '../setup/agent-build.mjs';
import { tieToParent } from '../tie-to-parent';
import { freePort } from './bench-member';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const REGISTERED_MS_MAX = 60_000;
const LOOK_MS = 5;
/** So long a first life lasts: it is registered, and its session is settled. */
const LIFE_MS = 1_000;

export type Takeovers = {
	/** From the start of the second life's process, right after SIGKILL of the first, to its registration. */
	readonly registeredMs: readonly number[];
	readonly problems: readonly string[];
};

/**
 * Members under the agent (its one file, as a wrapper around a process that listens), each killed with SIGKILL and started
 * again at once under the same id and address, with a session that would last on for half a minute.
 */
export async function measureTakeovers(options: {
	readonly ensemble: Ensemble;
	readonly zk: ZooKeeperPort;
	readonly parent: string;
	readonly count: number;
	readonly sessionTimeoutMs: number;
}): Promise<Takeovers> {
	const registeredMs: number[] = [];
	const problems: string[] = [];
	const agent = buildAgent(ROOT);
	for (let number = 1; number <= options.count; number += 1) {
		const id = `t${number}`;
		const port = await freePort();
		const first = startAgent(agent, options, id, port);
		let second: Agent | null = null;
		try {
			const before = await registered(options, id, null);
			await pause(LIFE_MS);
			first.child.kill('SIGKILL');
			await first.ended;
			const startedAtMs = performance.now();
			second = startAgent(agent, options, id, port);
			await registered(options, id, before);
			registeredMs.push(performance.now() - startedAtMs);
		} catch (error) {
			const said = (second ?? first).said().slice(-500);
			problems.push(`${id}: ${error instanceof Error ? error.message : String(error)}; ${said}`);
		} finally {
			for (const agent of [first, second]) {
				agent?.child.kill('SIGKILL');
				await agent?.ended;
			}
		}
	}
	return { registeredMs, problems };
}

type Agent = { readonly child: ChildProcess; readonly ended: Promise<unknown>; said(): string };

function startAgent(
	file: string,
	{ ensemble, parent, sessionTimeoutMs }: Parameters<typeof measureTakeovers>[0],
	id: string,
	port: number,
): Agent {
	const admins = ensemble.config.map(({ admin }) => admin).join(',');
	const args = [
		...[file, '--connect', ensemble.connect, '--admin', admins, '--path', parent, '--id', id],
		...['--host', '127.0.0.1', '--port', String(port), '--session-timeout-ms', String(sessionTimeoutMs)],
		...['--cluster', 'turms', '--peers', '0'],
		...['--', process.execPath, '-e', `require('net').createServer((s) => s.resume()).listen(${port}, '127.0.0.1')`],
	];
	const tied = tieToParent(process.execPath, args);
	const child = spawn(tied.command, tied.args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
	let said = '';
	child.stderr.on('data', (data: Buffer) => {
		said = (said + data.toString()).slice(-4_000);
	});
	return { child, ended: once(child, 'exit'), said: () => said };
}

/** Resolves with the czxid of the registration, another one than `before`. */
async function registered(
	{ zk, parent }: Parameters<typeof measureTakeovers>[0],
	id: string,
	before: bigint | null,
): Promise<bigint> {
	const untilMs = performance.now() + REGISTERED_MS_MAX;
	while (performance.now() < untilMs) {
		const stat = await zk.stat(`${parent}/${id}`);
		if (stat !== null && stat.czxid !== before) {
			return stat.czxid;
		}
		await pause(LOOK_MS);
	}
	throw new Error(`not registered within ${REGISTERED_MS_MAX} ms`);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
