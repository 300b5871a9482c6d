import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { createProbes } from '@/lib/adapters/probes/probes';
import { endOfTripwire, holdTripwire } from '@/lib/adapters/probes/tripwire';
import { MemberProcess, RecordingKeeper, until } from './member-process';

const probes = createProbes({ clock: systemClock });
const nowMs = () => systemClock.nowMs();
const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	for (const undo of cleanUp.splice(0).reverse()) {
		await undo();
	}
});

async function hold(options: Parameters<typeof MemberProcess.start>[0] = {}) {
	const member = await MemberProcess.start(options);
	cleanUp.push(() => member.end());
	const keeper = new RecordingKeeper();
	cleanUp.push(() => keeper.abort());
	const answer = await probes.probe(member.endpoint, { timeoutMs: 2_000, keep: keeper });
	return { member, keeper, answer };
}

/** Long enough for an event that must not come to have come. */
const settle = () => systemClock.sleep(300);

describe('a tripwire', () => {
	test('is open before the probe answers, and closed by the peer within a second of SIGKILL, once', async () => {
		const { member, keeper, answer } = await hold();
		expect(answer.result).toBe('accepted');
		expect(keeper.states).toEqual(['open']);
		const killedAtMs = nowMs();
		await member.end();
		expect(await keeper.told(2)).toEqual(['open', 'closed-by-peer']);
		const [open, closed] = keeper.events;
		expect((closed?.atMs ?? 0) - killedAtMs).toBeLessThan(1_000);
		expect(closed?.openedAtMs).toBe(open?.openedAtMs);
		await settle();
		expect(keeper.states).toHaveLength(2);
	});

	test('is watched by TCP keep-alive, for after a power loss no FIN ever comes', async () => {
		const { member } = await hold();
		const remote = `0100007F:${member.endpoint.port.toString(16).toUpperCase().padStart(4, '0')}`;
		const connections = readFileSync('/proc/net/tcp', 'utf8')
			.split('\n')
			.map((line) => line.trim().split(/\s+/))
			.filter((columns) => columns[2] === remote && columns[3] === '01');
		expect(connections).toHaveLength(1);
		// Column tr:tm->when; timer 02 is keep-alive, due within its 10 s (in hundredths, hex).
		const [timer, dueHex] = (connections[0]?.[5] ?? '').split(':');
		expect(timer).toBe('02');
		expect(Number.parseInt(dueHex ?? '', 16)).toBeLessThanOrEqual(1_000);
	});

	test('outlives the listener of a living member, whose address then refuses', async () => {
		const { member, keeper } = await hold();
		await member.closeListener();
		const answer = await probes.probe(member.endpoint, { timeoutMs: 2_000 });
		expect(answer.result).toBe('refused');
		await settle();
		expect(keeper.states).toEqual(['open']);
	});

	test('stays open while the member is stopped, and closes when it is killed then', async () => {
		const { member, keeper } = await hold();
		member.signal('SIGSTOP');
		await settle();
		expect(keeper.states).toEqual(['open']);
		await member.end();
		expect(await keeper.told(2)).toEqual(['open', 'closed-by-peer']);
	});

	test('accepted by the kernel of a dying member closes at once', async () => {
		// The stopped process never sees the connection: only its kernel accepted, as during the last moments of a kill.
		const member = await MemberProcess.start();
		cleanUp.push(() => member.end());
		member.signal('SIGSTOP');
		const keeper = new RecordingKeeper();
		const answer = await probes.probe(member.endpoint, { timeoutMs: 2_000, keep: keeper });
		expect(answer.result).toBe('accepted');
		const killedAtMs = nowMs();
		await member.end();
		expect(await keeper.told(2)).toEqual(['open', 'closed-by-peer']);
		expect((keeper.events[1]?.atMs ?? 0) - killedAtMs).toBeLessThan(1_000);
	});

	test('knocked on while the member is being killed: every accepted connection closes, the others are refused', async () => {
		const member = await MemberProcess.start();
		cleanUp.push(() => member.end());
		const keepers: RecordingKeeper[] = [];
		member.signal('SIGKILL');
		const results: string[] = [];
		await until(async () => {
			const keeper = new RecordingKeeper();
			const answer = await probes.probe(member.endpoint, { timeoutMs: 2_000, keep: keeper });
			results.push(answer.result);
			if (answer.result === 'accepted') {
				keepers.push(keeper);
			} else {
				expect(keeper.states).toEqual([]);
			}
			return answer.result === 'refused';
		});
		expect(results.at(-1)).toBe('refused');
		for (const keeper of keepers) {
			expect(await keeper.told(2)).toEqual(['open', 'closed-by-peer']);
		}
	});

	test.each(['fin', 'half-close', 'reset'] as const)(
		'ends closed by the peer, once, when the member answers with %s',
		async (behaviour) => {
			const { keeper, answer } = await hold({ behaviour });
			// A reset may overtake our own look at the connection: then it is a failed probe and no tripwire at all.
			if (answer.result === 'failed') {
				expect(behaviour).toBe('reset');
				expect(keeper.states).toEqual([]);
				return;
			}
			expect(await keeper.told(2)).toEqual(['open', 'closed-by-peer']);
			await settle();
			expect(keeper.states).toHaveLength(2);
		},
	);

	test('reads and drops a greeting, and still notices the end', async () => {
		const { member, keeper } = await hold({ behaviour: 'greet', bytes: 4_096 });
		await settle();
		expect(keeper.states).toEqual(['open']);
		await member.end();
		expect(await keeper.told(2)).toEqual(['open', 'closed-by-peer']);
	});

	test('hangs up, silent, on a member that talks beyond 4 kB: no veto and no part of a proof', async () => {
		const { member, keeper } = await hold({ behaviour: 'greet', bytes: 1_000_000 });
		expect(await keeper.told(2)).toEqual(['open', 'silent']);
		await member.end();
		await settle();
		expect(keeper.states).toHaveLength(2);
	});

	test('ends silent when its keeper aborts, whatever the member does afterwards', async () => {
		const { member, keeper } = await hold();
		keeper.abort();
		expect(keeper.states).toEqual(['open', 'silent']);
		await member.end();
		await settle();
		expect(keeper.states).toHaveLength(2);
	});

	test('is not opened for a keeper that has given up before', async () => {
		const member = await MemberProcess.start();
		cleanUp.push(() => member.end());
		const keeper = new RecordingKeeper();
		keeper.abort();
		const answer = await probes.probe(member.endpoint, { timeoutMs: 2_000, keep: keeper });
		expect(answer.result).toBe('accepted');
		await settle();
		expect(keeper.events).toEqual([]);
	});
});

describe('what a connection ends with', () => {
	test('only a reset or a broken pipe are the peer; time-outs, unreachable routes and our own limits are silent', () => {
		expect(endOfTripwire('ECONNRESET')).toBe('closed-by-peer');
		expect(endOfTripwire('EPIPE')).toBe('closed-by-peer');
		for (const code of ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'ECONNABORTED', 'ENOBUFS', null]) {
			expect(endOfTripwire(code)).toBe('silent');
		}
	});

	test('a keep-alive that ran out ends it silent', async () => {
		const server = createServer((socket) => void socket.on('error', () => socket.destroy())).listen(0, '127.0.0.1');
		cleanUp.push(() => void server.close());
		await once(server, 'listening');
		const socket: Socket = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
		await once(socket, 'connect');
		const keeper = new RecordingKeeper();
		holdTripwire(socket, { keeper, openedAtMs: nowMs(), nowMs, onEnd: () => undefined });
		socket.destroy(Object.assign(new Error('read ETIMEDOUT'), { code: 'ETIMEDOUT' }));
		expect(await keeper.told(2)).toEqual(['open', 'silent']);
		await settle();
		expect(keeper.states).toHaveLength(2);
	});
});
