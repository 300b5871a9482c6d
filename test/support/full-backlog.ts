import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { fileURLToPath } from 'node:url';
import { tieToParent } from '@/lib/cli/tie-to-parent';
import { stopProcess } from './stop-process';

const PROGRAM = fileURLToPath(new URL('./full-backlog-process.mjs', import.meta.url));
/** A connect on loopback that takes longer was not taken into the queue. */
const FULL_AFTER_MS = 500;
const FILL_MAX = 16;

/** An address that never answers: a stopped process's accept queue that is full, so that the kernel drops what comes. */
export type FullBacklog = { readonly port: number; close(): Promise<void> };

/** Connects; true when it was accepted in time. */
function connects(host: string, port: number, held: net.Socket[]): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = net.connect({ host, port });
		held.push(socket);
		const timer = setTimeout(() => resolve(false), FULL_AFTER_MS);
		const settle = (accepted: boolean) => {
			clearTimeout(timer);
			resolve(accepted);
		};
		socket.once('connect', () => settle(true));
		socket.on('error', () => settle(false));
	});
}

/** Fills the accept queue of a process that stands still until it takes no more; the caller ends what it gives. */
export async function fillBacklog(host: string, port: number): Promise<readonly net.Socket[]> {
	const held: net.Socket[] = [];
	for (let tries = 0; await connects(host, port, held); tries++) {
		if (tries >= FILL_MAX) {
			for (const socket of held) {
				socket.destroy();
			}
			throw new Error(`${host}:${port} still accepts after ${FILL_MAX} connections`);
		}
	}
	return held;
}

/** Listens at the address (any free port by default) and hangs. */
export async function openFullBacklog(host: string, port = 0): Promise<FullBacklog> {
	// A process that stands still does not notice that its input ends.
	const { command, args } = tieToParent(process.execPath, [PROGRAM, host, String(port)]);
	const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
	const ended = once(child, 'exit');
	const onExit = () => child.kill('SIGKILL');
	process.once('exit', onExit);
	const [line] = (await Promise.race([once(child.stdout, 'data'), ended.then(() => [''])])) as [Buffer | string];
	const bound = Number(line.toString());
	await stopProcess(child.pid ?? null);
	const held = await fillBacklog(host, bound);
	return {
		port: bound,
		async close() {
			child.kill('SIGKILL');
			await ended;
			process.removeListener('exit', onExit);
			for (const socket of held) {
				socket.destroy();
			}
		},
	};
}
