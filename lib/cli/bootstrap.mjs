// @ts-check
// Prepares whatever a command needs, from a clone without node_modules on: npm packages, Debian packages, the build.
// Then runs lib/cli/<command>.ts. Node built-ins only, for nothing is installed yet.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAgent } from './setup/agent-build.mjs';
import { buildConsole } from './setup/console-build.mjs';
import { installMissing } from './setup/debian-packages.mjs';
import { SetupError } from './setup/fail.mjs';
import { COMMAND_NAMES, needsOf, nodeProblem } from './setup/needs.mjs';
import { installPackages, packagesFit } from './setup/npm-packages.mjs';
import { say, stopSteps } from './setup/run-step.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
/** A terminal's Ctrl-C arrives twice: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 300;
const PARENT_POLL_MS = 500;

const [command, ...args] = process.argv.slice(2);
const startedAtMs = Date.now();
/** @type {import('node:child_process').ChildProcess | null} */
let child = null;
/** @type {NodeJS.Signals | null} */
let stoppedBy = null;

/** @param {NodeJS.Signals} signal */
function passOn(signal) {
	stoppedBy ??= signal;
	if (child) {
		child.kill(signal);
	} else {
		stopSteps();
	}
}

function watchSignals() {
	let lastAtMs = Number.NEGATIVE_INFINITY;
	for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
		process.on(signal, () => {
			const nowMs = performance.now();
			if (nowMs - lastAtMs > SAME_SIGNAL_MS) {
				passOn(signal);
			}
			lastAtMs = nowMs;
		});
	}
	watchNpm();
	// A terminal that went away is no reason to leave things running: the signal says so, the write error does not.
	for (const stream of [process.stdout, process.stderr]) {
		stream.on('error', () => stream.destroy());
	}
}

/**
 * npm killed by force passes nothing on, and its end shows only in who our ancestors are. npm is our parent, or that of
 * the shell between. Without npm, or without /proc, nothing is watched.
 */
function watchNpm() {
	if (process.env.npm_lifecycle_event === undefined || !existsSync('/proc/self/stat')) {
		return;
	}
	const parent = process.ppid;
	const shell = readExecutable(parent) !== process.execPath;
	const ancestors = () => (process.ppid === parent && shell ? readParent(parent) : process.ppid);
	const before = ancestors();
	const timer = setInterval(() => {
		if (ancestors() !== before) {
			clearInterval(timer);
			passOn('SIGTERM');
		}
	}, PARENT_POLL_MS);
	timer.unref();
}

/** @param {number} pid @returns {string | null} null when it is gone or another user's */
function readExecutable(pid) {
	try {
		return readlinkSync(`/proc/${pid}/exe`);
	} catch {
		return null;
	}
}

/** @param {number} pid @returns {number} 0 when it is gone */
function readParent(pid) {
	try {
		return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
	} catch {
		return 0;
	}
}

/** @param {import('./setup/needs.mjs').Needs} needs @returns {Promise<string | null>} the agent's file, where it is needed */
async function prepare(needs) {
	const problem = nodeProblem(process.versions.node);
	if (problem !== null) {
		throw new SetupError(problem);
	}
	/** @type {import('./setup/debian-packages.mjs').Thing[]} */
	const things = [];
	if (needs.zooKeeper) {
		things.push('zooKeeper');
	}
	if (needs.postgreSql) {
		things.push('postgreSql');
	}
	if (needs.chromium) {
		things.push('chromium');
	}
	const fit = packagesFit(ROOT);
	if (!fit) {
		things.push('compiler');
	}
	await installMissing(things, ROOT);
	if (!fit) {
		await installPackages(ROOT);
	}
	if (needs.build) {
		await buildConsole(ROOT);
	}
	return needs.agent ? buildAgent(ROOT) : null;
}

/** @param {readonly string[]} script with what Node needs to run it @returns {Promise<number>} the exit code */
async function runCommand(script) {
	const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
	// Its own process group, so that Ctrl-C reaches it once, through us; the channel tells it when we die.
	child = spawn(process.execPath, [...script, ...args], {
		cwd: ROOT,
		// An exported log may be piped in; nothing else reads what is typed.
		stdio: [command === 'audit' ? 'inherit' : 'ignore', 'inherit', 'inherit', 'ipc'],
		detached: true,
		env: {
			...process.env,
			TMPDIR: folder,
			ROLLCALL_RUN_FOLDER: folder,
			ROLLCALL_STARTED_AT_MS: String(startedAtMs),
			NEXT_TELEMETRY_DISABLED: '1',
		},
	});
	const ended = child;
	const code = await new Promise((resolve, reject) => {
		ended.once('error', reject);
		ended.once('exit', (status, signal) => resolve(status ?? 128 + (signal ? constants.signals[signal] : 0)));
	});
	rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
	return code;
}

async function main() {
	const needs = needsOf(command, args);
	if (!needs || !existsSync(join(ROOT, 'lib/cli', needs.file))) {
		say(`usage: node lib/cli/bootstrap.mjs ${COMMAND_NAMES.join('|')} [arguments]; found '${command ?? ''}'`);
		process.exitCode = 2;
		return;
	}
	watchSignals();
	try {
		const agent = await prepare(needs);
		if (command === 'agent' && args.length === 1 && args[0] === '--build') {
			process.stdout.write(`${agent}\n`);
			return;
		}
		const own = command === 'agent' ? agent : null;
		process.exitCode = await runCommand(own ? [own] : ['--import', 'tsx', join(ROOT, 'lib/cli', needs.file)]);
	} catch (error) {
		if (stoppedBy !== null) {
			process.exitCode = 128 + constants.signals[stoppedBy];
			return;
		}
		say(error instanceof SetupError ? error.message : String(error instanceof Error ? error.stack : error));
		process.exitCode = 1;
		if (command === 'test') {
			process.stdout.write('0 passed, 1 failed\n');
		}
	}
}

await main();
