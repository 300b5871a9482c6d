// @ts-check
import { spawn } from 'node:child_process';
import { SetupError } from './fail.mjs';

const HEARTBEAT_MS = 12_000;
const KEPT_BYTES = 2_000_000;

/** @type {import('node:child_process').ChildProcess | null} */
let running = null;
let stopped = false;

/** Progress goes to standard error: standard output belongs to the command that is being prepared. @param {string} line */
export function say(line) {
	process.stderr.write(`${line}\n`);
}

/** Ends the step that runs just now, with everything it has started; no further step begins. */
export function stopSteps() {
	stopped = true;
	signalStep('SIGTERM');
}

/** @param {NodeJS.Signals} signal */
function signalStep(signal) {
	if (running?.pid === undefined) {
		return;
	}
	try {
		process.kill(-running.pid, signal);
	} catch (error) {
		// Gone already, or of another user (sudo): then it ends by itself.
		say(`(${signal} did not reach the running step: ${error instanceof Error ? error.message : error})`);
	}
}

/**
 * Runs one long command quietly: a line at its start, one every 12 s, and all that it printed only when it fails.
 * Throws a SetupError with `remedy` when it fails or takes longer than `msMax`.
 * @param {{ label: string, command: string, args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv,
 *   msMax: number, remedy: string }} step
 * @returns {Promise<void>}
 */
export async function runStep({ label, command, args, cwd, env = process.env, msMax, remedy }) {
	if (stopped) {
		throw new SetupError(`Stopped before: ${label}`);
	}
	say(`${label} …`);
	const startedAtMs = performance.now();
	const seconds = () => Math.round((performance.now() - startedAtMs) / 1_000);
	// Its own process group, so that it can be ended with all that it starts (compilers, build workers).
	const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
	running = child;
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
			output = (output + text).slice(-KEPT_BYTES);
		});
	}
	const heartbeat = setInterval(() => say(`  … still at it: ${label} (${seconds()} s)`), HEARTBEAT_MS);
	const limit = setTimeout(() => signalStep('SIGKILL'), msMax);
	/** @type {string | null} */
	const failure = await new Promise((resolve) => {
		child.once('error', (error) => resolve(error.message));
		child.once('close', (code, signal) =>
			resolve(code === 0 ? null : signal ? `ended by ${signal}` : `exit code ${code}`),
		);
	});
	clearInterval(heartbeat);
	clearTimeout(limit);
	running = null;
	if (stopped) {
		throw new SetupError(`Stopped: ${label}`);
	}
	if (failure !== null) {
		say(output.trimEnd());
		const late = performance.now() - startedAtMs >= msMax ? `took longer than ${msMax / 1_000} s` : failure;
		throw new SetupError(`${label} failed (${late}). ${remedy}`);
	}
	say(`  done in ${seconds()} s`);
}
