import net from 'node:net';
import { createInterface } from 'node:readline';
import { naiveArgumentsSchema, naiveCommandSchema, type Watched } from './messages';
import { monotonicMs } from './monotonic';
import type { NaiveDetector } from './truth';

/**
 * Three simpler detectors in a process of their own, fed with nothing but what they ask themselves once a second: a TCP
 * connect to each member, and /commands/connections of each server. `refused-once`: one refusal is death;
 * `not-listed-once`: a session on none of the servers that answered is; `timed-out-once`: one connect that takes longer
 * than a second is. Tells the first time each would condemn an incarnation. Ends when its input ends.
 */
const INTERVAL_MS = 1_000;
const TIMEOUT_MS = 1_000;

const watched = new Map<string, Watched>();
const told = new Set<string>();

function condemn(detector: NaiveDetector, czxid: string): void {
	const key = `${detector} ${czxid}`;
	if (!told.has(key)) {
		told.add(key);
		process.stdout.write(`${JSON.stringify({ event: 'condemned', detector, czxid, atMs: monotonicMs() })}\n`);
	}
}

function knock({ czxid, ip, port }: Watched): void {
	const socket = net.connect({ host: ip, port });
	const timer = setTimeout(() => {
		condemn('timed-out-once', czxid);
		socket.destroy();
	}, TIMEOUT_MS);
	socket.on('connect', () => socket.destroy());
	socket.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code === 'ECONNREFUSED') {
			condemn('refused-once', czxid);
		}
		socket.destroy();
	});
	socket.on('close', () => clearTimeout(timer));
}

/** Unsigned 0x-hex ids of the sessions that one server lists; null when it does not answer. Ids exceed what a number holds. */
async function sessionsOf(admin: string): Promise<string[] | null> {
	try {
		const answer = await fetch(`${admin}/connections`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
		const text = await answer.text();
		return [...text.matchAll(/"session_id"\s*:\s*(-?\d+)/g)].map(
			([, id = '0']) => `0x${BigInt.asUintN(64, BigInt(id)).toString(16)}`,
		);
	} catch {
		// No answer within a second, which this detector takes for nothing being there.
		return null;
	}
}

async function sweep(admins: readonly string[]): Promise<void> {
	// Registered before the sweep began, so that it could be listed.
	const members = [...watched.values()];
	const answers = await Promise.all(admins.map(sessionsOf));
	const listed = new Set(answers.flatMap((answer) => answer ?? []));
	if (answers.some((answer) => answer !== null)) {
		for (const member of members.filter(({ owner }) => !listed.has(owner))) {
			condemn('not-listed-once', member.czxid);
		}
	}
}

const { admins } = naiveArgumentsSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
setInterval(() => {
	for (const member of watched.values()) {
		knock(member);
	}
	void sweep(admins);
}, INTERVAL_MS);

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
	const request = naiveCommandSchema.parse(JSON.parse(line));
	if (request.command === 'watch') {
		watched.set(request.czxid, request);
	} else {
		watched.delete(request.czxid);
	}
	process.stdout.write(`${JSON.stringify({ id: request.id })}\n`);
});
lines.on('close', () => process.exit(0));
