import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { ClusterView } from '@/lib/core/view';
import { signIn } from './console-client';
import type { DemoMember } from './members';
import { leave } from './run-folder';
import { type Stack, startStack } from './stack';
import { onStopRequest } from './stop-request';

const PORT_DEFAULT = 3_000;
const MEMBERS = 12;
/** Index of the member that the hint names. */
const VICTIM = 3;
const POLL_MS = 500;
/** After this long without `ready` the demo says what it waits for, and goes on waiting. */
const SLOW_MS = 60_000;

/** A wrong argument, or a wrong or taken port: one line for the person at the terminal. */
class UsageError extends Error {}

function say(line: string): void {
	console.log(line);
}

function parsePort(text: string | undefined): number {
	if (text === undefined || text === '') {
		return PORT_DEFAULT;
	}
	const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
	if (port < 1 || port > 65_535) {
		throw new UsageError(`PORT is a number from 1 to 65535; found '${text}'`);
	}
	return port;
}

/** The errno name that listening there gives; null when it works. */
function listenError(port: number, host: string): Promise<string | null> {
	const server = createServer();
	return new Promise((resolve) => {
		server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
		server.listen(port, host, () => server.close(() => resolve(null)));
	});
}

/** Browsers try ::1 for 'localhost' too: somebody else there would be taken for the console. */
async function requirePort(port: number): Promise<void> {
	const [v4, v6] = [await listenError(port, '127.0.0.1'), await listenError(port, '::1')];
	if (v4 === 'EADDRINUSE' || v6 === 'EADDRINUSE') {
		throw new UsageError(`port ${port} is taken: run "PORT=${port + 1} npm run demo"`);
	}
	if (v4 !== null) {
		throw new UsageError(`cannot listen on port ${port} (${v4}): run "PORT=${PORT_DEFAULT} npm run demo"`);
	}
}

function printTable(members: readonly DemoMember[]): void {
	const width = Math.max(...members.map((member) => member.id.length));
	say(`  ${'member'.padEnd(width)}  ${'pid'.padEnd(7)}  path`);
	for (const { id, pid, path } of members) {
		say(`  ${id.padEnd(width)}  ${String(pid).padEnd(7)}  ${path}`);
	}
}

function describe(stack: Stack, url: string): void {
	say('');
	say(`  Open     ${url}`);
	say(`  Sign in  ${stack.username}  ${stack.password}`);
	say('');
	printTable(stack.members);
	say('');
	const victim = stack.members.at(VICTIM);
	say(
		`  Wait for "ready", then kill one in another terminal:  kill -9 ${victim?.pid ?? 'PID'}   (${victim?.id ?? 'any of them'})`,
	);
	say('  It is proven dead about two seconds later; purge it in the browser. Ctrl-C ends all of this.');
	say('');
}

/** Resolves when every member can be proven dead should it die now; rejects when `stopping` aborts. */
async function untilReady(stack: Stack, stopping: AbortSignal): Promise<void> {
	const client = await signIn(stack.url, stack.username, stack.password);
	const startedAtMs = performance.now();
	let told = false;
	for (;;) {
		const answer = await client.get<{ clusters: ClusterView[] }>('/api/clusters');
		const cluster = answer.clusters[0];
		if (cluster?.ready === true) {
			return;
		}
		if (!told && performance.now() - startedAtMs > SLOW_MS) {
			told = true;
			const details = [...(cluster?.ensemble.gaps ?? []), ...(cluster?.impairments ?? [])].map((each) => each.detail);
			say(`Not ready after ${SLOW_MS / 1_000} s: ${details.join('; ') || 'not every member can be proven yet'}`);
		}
		await pause(POLL_MS, undefined, { signal: stopping });
	}
}

function reportEnd(member: DemoMember, stopping: AbortSignal): void {
	void member.ended.then((how) => {
		if (!stopping.aborted) {
			const what = member.drilled() ? 'by a drill; it starts again once its place is free' : `by ${how}`;
			say(`${member.id} (pid ${member.pid}) ended ${what}`);
		}
	});
}

function reportEnds(stack: Stack, stopping: AbortSignal): void {
	for (const member of stack.members) {
		reportEnd(member, stopping);
	}
	void stack.ended.then((how) => {
		if (!stopping.aborted) {
			say(`The console ended by ${how}. What it printed last:\n${stack.output().trim().slice(-2_000)}`);
			leave(1);
		}
	});
}

async function runDemo(): Promise<void> {
	const stopping = new AbortController();
	let stack: Stack | null = null;
	onStopRequest(() => {
		stopping.abort();
		if (stack === null) {
			// Half of it is up: the 'exit' handlers of what has been started kill it.
			leave(0);
		}
		say('Stopping …');
		void stack.stop().then(
			() => leave(0),
			(error: unknown) => {
				console.error(error);
				leave(1);
			},
		);
	});
	if (process.argv.length > 2) {
		throw new UsageError('the demo takes no arguments; PORT is its port, ROLLCALL_ADMIN_PASSWORD its password');
	}
	const port = parsePort(process.env.PORT);
	await requirePort(port);
	const password = process.env.ROLLCALL_ADMIN_PASSWORD;
	stack = await startStack({
		port,
		members: MEMBERS,
		drills: true,
		onReplaced: (member) => {
			say(`${member.id} is back (pid ${member.pid})`);
			reportEnd(member, stopping.signal);
		},
		onProgress: (line) => say(`${line} …`),
		...(password ? { password } : {}),
	});
	reportEnds(stack, stopping.signal);
	describe(stack, `http://localhost:${port}`);
	await untilReady(stack, stopping.signal);
	say('ready');
}

runDemo().catch((error: unknown) => {
	if (error instanceof Error && error.name === 'AbortError') {
		return;
	}
	console.error(error instanceof UsageError ? error.message : error);
	leave(1);
});
