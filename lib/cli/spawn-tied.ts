import {
	type ChildProcess,
	type ChildProcessByStdio,
	type SpawnOptions,
	type SpawnOptionsWithStdioTuple,
	type StdioNull,
	spawn,
} from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { tieToParent } from './tie-to-parent';

const children = new Set<ChildProcess>();
process.on('exit', () => {
	for (const child of children) {
		child.kill('SIGKILL');
	}
});

/**
 * Starts a child that ends with this process, whatever state it is in (one that stands still does not notice that its input
 * ends): killed by an 'exit' handler, and by the kernel where no handler runs.
 */
export function spawnTied(
	command: string,
	args: readonly string[],
	options: SpawnOptionsWithStdioTuple<'pipe', 'pipe', StdioNull>,
): ChildProcessByStdio<Writable, Readable, null>;
export function spawnTied(
	command: string,
	args: readonly string[],
	options: SpawnOptionsWithStdioTuple<'pipe', 'pipe', 'pipe'>,
): ChildProcessByStdio<Writable, Readable, Readable>;
export function spawnTied(
	command: string,
	args: readonly string[],
	options: SpawnOptionsWithStdioTuple<StdioNull, 'pipe', 'pipe'>,
): ChildProcessByStdio<null, Readable, Readable>;
export function spawnTied(
	command: string,
	args: readonly string[],
	options: SpawnOptionsWithStdioTuple<StdioNull, StdioNull, StdioNull>,
): ChildProcessByStdio<null, null, null>;
export function spawnTied(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
	const tied = tieToParent(command, args);
	const child = spawn(tied.command, tied.args, options);
	children.add(child);
	child.once('exit', () => children.delete(child));
	return child;
}
