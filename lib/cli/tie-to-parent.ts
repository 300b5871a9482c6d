import { spawnSync } from 'node:child_process';

let works: boolean | null = null;

/**
 * The command line that runs `command` in the same process but killed by the kernel when its parent dies, however it
 * dies: an 'exit' handler does not run after SIGKILL. By setpriv (util-linux); where it is missing, the command as it is.
 */
export function tieToParent(command: string, args: readonly string[]): { command: string; args: string[] } {
	works ??= spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true'], { stdio: 'ignore' }).status === 0;
	return works ? { command: 'setpriv', args: ['--pdeathsig', 'KILL', command, ...args] } : { command, args: [...args] };
}
