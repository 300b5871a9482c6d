import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from './zookeeper';

/** The scheduler's letter of each thread; proc(5) puts it behind the command's closing parenthesis. */
function threadStates(pid: number): string[] {
	return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
		try {
			const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
			return [stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3)];
		} catch {
			// A thread that ended between the listing and the look does nothing any more.
			return [];
		}
	});
}

/**
 * SIGSTOP, and resolves only when every thread of the process stands still: kill(2) returns before the threads that
 * run on other cores have noticed, and a server may well answer one more request in between.
 */
export async function stopProcess(pid: number | null): Promise<void> {
	if (pid === null) {
		throw new Error('there is no process that could be stopped');
	}
	process.kill(pid, 'SIGSTOP');
	await eventually(`every thread of ${pid} stopped`, () => {
		const moving = threadStates(pid).filter((state) => state !== 'T' && state !== 't');
		return moving.length === 0 ? true : null;
	});
}
