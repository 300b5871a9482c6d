import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type LineProcess, startLineProcess } from '../chaos/line-process';
import { memberEventSchema } from '../chaos/messages';

const PROGRAM = fileURLToPath(new URL('../chaos/chaos-member.mjs', import.meta.url));
const REGISTER_MS_MAX = 30_000;

export type BenchMember = {
	readonly path: string;
	readonly name: string;
	readonly port: number;
	readonly registeredAtMs: number;
	readonly process: LineProcess;
};

export async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	server.close();
	await once(server, 'close');
	return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Starts a member process with a listener and a session of its own; resolves once it is registered under `parent`. */
export async function startBenchMember(options: {
	readonly connect: string;
	readonly parent: string;
	readonly name: string;
	readonly sessionTimeoutMs: number;
}): Promise<BenchMember> {
	const { connect, parent, name, sessionTimeoutMs } = options;
	const path = `${parent}/${name}`;
	const port = await freePort();
	let tellUp: () => void = () => undefined;
	let tellRegistered: () => void = () => undefined;
	const up = new Promise<void>((resolve) => {
		tellUp = resolve;
	});
	const registered = new Promise<void>((resolve) => {
		tellRegistered = resolve;
	});
	const member = startLineProcess({
		command: process.execPath,
		args: [PROGRAM],
		// Their starting must not be what keeps the console from watching: they share its machine here.
		niceness: 5,
		onEvent: (message) => {
			const { event } = memberEventSchema.parse(message);
			if (event === 'up') {
				tellUp();
			} else if (event === 'registered') {
				tellRegistered();
			}
		},
	});
	await within(up, member, `${path} came up`);
	await member.tell('start', {
		options: {
			connect,
			sessionIp: '127.0.0.1',
			sessionTimeoutMs,
			listeners: [{ ip: '127.0.0.1', port }],
			registrations: [
				{
					path,
					data: JSON.stringify({ id: name, host: '127.0.0.1', port }),
					announced: { ip: '127.0.0.1', port },
				},
			],
			semantics: 'plain',
			onLoss: 'nothing',
		},
	});
	await within(registered, member, `${path} registered`);
	return { path, name, port, registeredAtMs: performance.now(), process: member };
}

async function within(done: Promise<void>, member: LineProcess, what: string): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`not within ${REGISTER_MS_MAX} ms: ${what}`)), REGISTER_MS_MAX);
	});
	const ended = member.exited.then(() => {
		throw new Error(`ended before: ${what}`);
	});
	try {
		await Promise.race([done, late, ended]);
	} finally {
		clearTimeout(timer);
		// Its later end is no failure of this.
		ended.catch(() => undefined);
	}
}
