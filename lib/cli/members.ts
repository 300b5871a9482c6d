import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { spawnTied } from './spawn-tied';

export type DemoMember = {
	readonly id: string;
	readonly pid: number;
	readonly path: string;
	/** Where its main listener is. */
	readonly port: number;
	/** False once the process is gone. */
	running(): boolean;
	/** It has said that it ends by order of a drill. */
	drilled(): boolean;
	/** How its process ended: a signal's name or 'exit code N'. */
	readonly ended: Promise<string>;
	kill(signal?: NodeJS.Signals): void;
};

export type MemberOptions = {
	readonly connect: string;
	readonly id: string;
	readonly type?: string;
	readonly host?: string;
	readonly port?: number;
	readonly parent?: string;
	readonly sessionTimeoutMs?: number;
	readonly heartbeatMs?: number;
	/** Folder of the opt-ins to drills; without it no drill ends this member. */
	readonly drills?: string;
	/** Wait until nobody is registered in its place, then listen and register. */
	readonly whenFree?: boolean;
};

const PROGRAM = fileURLToPath(new URL('./demo-member.mjs', import.meta.url));
const REGISTER_MS_MAX = 30_000;
/** Its place is free once its predecessor was purged, or its session has expired. */
const FREE_MS_MAX = 180_000;

/** Resolves with the name of the signal that ended a process, or 'exit code N'; with 'close' once its output has come too. */
export function howItEnded(child: ChildProcess, event: 'exit' | 'close' = 'exit'): Promise<string> {
	return new Promise((resolve) => child.once(event, (code, signal) => resolve(signal ?? `exit code ${code}`)));
}

/** Starts a demo member and resolves once it is registered; rejects when it ends or takes longer than 30 s (`whenFree`: 180 s). */
export function startMember(options: MemberOptions): Promise<DemoMember> {
	const args = ['--connect', options.connect, '--id', options.id];
	const optional: [string, string | number | undefined][] = [
		['type', options.type],
		['host', options.host],
		['port', options.port],
		['parent', options.parent],
		['session-timeout-ms', options.sessionTimeoutMs],
		['heartbeat-ms', options.heartbeatMs],
		['drills', options.drills],
	];
	for (const [name, value] of optional) {
		if (value !== undefined) {
			args.push(`--${name}`, String(value));
		}
	}
	if (options.whenFree === true) {
		args.push('--when-free');
	}
	const child = spawnTied(process.execPath, [PROGRAM, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
	return registered(child, options.id, options.whenFree === true ? FREE_MS_MAX : REGISTER_MS_MAX);
}

type Line = { readonly path?: string; readonly ports?: { readonly member: number }; readonly drilled?: string };

function registered(
	child: ChildProcess & { readonly stdout: Readable },
	id: string,
	msMax: number,
): Promise<DemoMember> {
	return new Promise((resolve, reject) => {
		let complaints = '';
		let drilled = false;
		const timer = setTimeout(() => fail(`${id} did not register within ${msMax / 1_000} s`), msMax);
		function fail(message: string): void {
			clearTimeout(timer);
			child.kill('SIGKILL');
			reject(new Error(`${message}. ${complaints.trim()}`));
		}
		child.stderr?.on('data', (data: Buffer) => {
			complaints = (complaints + data.toString()).slice(-2_000);
		});
		const endedEarly = (code: number | null, signal: string | null) => fail(`${id} ended early (${signal ?? code})`);
		child.once('exit', endedEarly);
		createInterface({ input: child.stdout }).on('line', (text) => {
			const line = JSON.parse(text) as Line;
			drilled ||= line.drilled !== undefined;
			if (line.path === undefined) {
				return;
			}
			clearTimeout(timer);
			child.removeListener('exit', endedEarly);
			resolve({
				id,
				pid: child.pid ?? 0,
				path: line.path,
				port: line.ports?.member ?? 0,
				// Its last words may come after its exit; with its output closed they have all come.
				ended: howItEnded(child, 'close'),
				running: () => child.exitCode === null && child.signalCode === null,
				drilled: () => drilled,
				kill: (signal = 'SIGKILL') => {
					child.kill(signal);
				},
			});
		});
	});
}
