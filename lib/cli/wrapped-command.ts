import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { constants } from 'node:os';
import { systemClock } from '@/lib/adapters/clock';
import type { WrappedCommand } from './agent-start-options';
import { spawnTied } from './spawn-tied';

const READY_LOOK_MS = 20;
const CONNECT_MS_MAX = 1_000;
/** Passed on as they come; those that stop the agent stop the command in its own order. */
const PASSED_ON: readonly NodeJS.Signals[] = ['SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'];

/** The command could not be started, or was not ready in time. */
export class CommandError extends Error {
	override readonly name = 'CommandError';
}

export type RunningCommand = {
	/** Resolves with its exit code; 128 and the signal's number when a signal ended it. */
	readonly ended: Promise<number>;
	/** Resolves when its address accepts; rejects with a CommandError when it ends before, or takes too long. */
	ready(signal: AbortSignal): Promise<void>;
	/** This signal, and SIGKILL when it has not ended in time. Resolves with its exit code. */
	stop(signal: NodeJS.Signals): Promise<number>;
};

/**
 * Runs the member's own command with this process' standard streams. It ends with this process: by `stop`, and by the kernel
 * should this process be killed (spawn-tied.ts), so that no member lives on without its registration.
 */
export function runCommand(wrapped: WrappedCommand): RunningCommand {
	const child: ChildProcess = spawnTied(wrapped.command, wrapped.args, { stdio: ['inherit', 'inherit', 'inherit'] });
	let exitCode: number | null = null;
	let failure: string | null = null;
	const ended = new Promise<number>((resolve) => {
		child.once('error', (error) => {
			failure = error.message;
			exitCode = 127;
			resolve(exitCode);
		});
		child.once('exit', (code, signal) => {
			exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
			resolve(exitCode);
		});
	});
	for (const signal of PASSED_ON) {
		const pass = () => void child.kill(signal);
		process.on(signal, pass);
		void ended.then(() => process.off(signal, pass));
	}

	async function ready(signal: AbortSignal): Promise<void> {
		const deadlineMs = systemClock.nowMs() + wrapped.readyTimeoutMs;
		while (!signal.aborted) {
			if (exitCode !== null) {
				throw new CommandError(`the command ended with ${failure ?? `exit code ${exitCode}`} before it was ready`);
			}
			if (await accepts(wrapped.host, wrapped.port)) {
				return;
			}
			if (systemClock.nowMs() >= deadlineMs) {
				const { host, port, readyTimeoutMs } = wrapped;
				throw new CommandError(`the command does not listen on ${host}, port ${port}, within ${readyTimeoutMs} ms`);
			}
			await systemClock.sleep(READY_LOOK_MS, signal);
		}
	}

	async function stop(signal: NodeJS.Signals): Promise<number> {
		if (exitCode === null) {
			child.kill(signal);
			const gone = new AbortController();
			void ended.then(() => gone.abort());
			await systemClock.sleep(wrapped.stopTimeoutMs, gone.signal);
			if (exitCode === null) {
				child.kill('SIGKILL');
			}
		}
		return ended;
	}

	return { ended, ready, stop };
}

function accepts(host: string, port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect({ host, port, timeout: CONNECT_MS_MAX });
		const done = (accepted: boolean) => {
			socket.destroy();
			resolve(accepted);
		};
		socket.once('connect', () => done(true));
		socket.once('error', () => done(false));
		socket.once('timeout', () => done(false));
	});
}
