import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { fillBacklog } from '@/lib/cli/full-backlog';
import { spawnTied } from '@/lib/cli/spawn-tied';
import { stopProcess } from './stop-process';

const PROGRAM = fileURLToPath(new URL('./full-backlog-process.mjs', import.meta.url));

/** An address that never answers: a stopped process's accept queue that is full, so that the kernel drops what comes. */
export type FullBacklog = { readonly port: number; close(): Promise<void> };

/** Listens at the address (any free port by default) and hangs. */
export async function openFullBacklog(host: string, port = 0): Promise<FullBacklog> {
	const child = spawnTied(process.execPath, [PROGRAM, host, String(port)], { stdio: ['pipe', 'pipe', 'inherit'] });
	const ended = once(child, 'exit');
	const [line] = (await Promise.race([once(child.stdout, 'data'), ended.then(() => [''])])) as [Buffer | string];
	const bound = Number(line.toString());
	await stopProcess(child.pid ?? null);
	const empty = await fillBacklog(host, bound);
	return {
		port: bound,
		async close() {
			child.kill('SIGKILL');
			await ended;
			empty();
		},
	};
}
