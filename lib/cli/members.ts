import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { spawnTied } from './spawn-tied';

export type DemoMember = {
	readonly id: string;
	readonly pid: number;
	readonly path: string;
	/** False once the process is gone. */
	running(): boolean;
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
};

const PROGRAM = fileURLToPath(new URL('./demo-member.mjs', import.meta.url));
const REGISTER_MS_MAX = 30_000;

/** Resolves with the name of the signal that ended a process, or 'exit code N'. */
export function howItEnded(child: ChildProcess): Promise<string> {
	return new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`)));
}

/** Starts a demo member and resolves once it is registered; rejects when it ends or takes longer than 30 s. */
export function startMember(options: MemberOptions): Promise<DemoMember> {
	const args = ['--connect', options.connect, '--id', options.id];
	const optional: [string, string | number | undefined][] = [
		['type', options.type],
		['host', options.host],
		['port', options.port],
		['parent', options.parent],
		['session-timeout-ms', options.sessionTimeoutMs],
		['heartbeat-ms', options.heartbeatMs],
	];
	for (const [name, value] of optional) {
		if (value !== undefined) {
			args.push(`--${name}`, String(value));
		}
	}
	return registered(spawnTied(process.execPath, [PROGRAM, ...args], { stdio: ['pipe', 'pipe', 'pipe'] }), options.id);
}

function registered(child: ChildProcess, id: string): Promise<DemoMember> {
	return new Promise((resolve, reject) => {
		let complaints = '';
		const timer = setTimeout(() => fail(`${id} did not register within ${REGISTER_MS_MAX / 1_000} s`), REGISTER_MS_MAX);
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
		child.stdout?.once('data', (data: Buffer) => {
			clearTimeout(timer);
			child.removeListener('exit', endedEarly);
			const { path } = JSON.parse(data.toString()) as { path: string };
			resolve({
				id,
				pid: child.pid ?? 0,
				path,
				ended: howItEnded(child),
				running: () => child.exitCode === null && child.signalCode === null,
				kill: (signal = 'SIGKILL') => {
					child.kill(signal);
				},
			});
		});
	});
}
