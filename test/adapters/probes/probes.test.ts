import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { isConnectedToItself } from '@/lib/adapters/probes/connect';
import { Limiter } from '@/lib/adapters/probes/limiter';
import { createProbes } from '@/lib/adapters/probes/probes';
import type { ProbeAnswer } from '@/lib/core/evidence';
import type { TripwireEvent } from '@/lib/core/ports';
import { MemberProcess, RecordingKeeper } from './member-process';

const probes = createProbes({ clock: systemClock });
const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	for (const undo of cleanUp.splice(0).reverse()) {
		await undo();
	}
});

async function startMember(...args: Parameters<typeof MemberProcess.start>): Promise<MemberProcess> {
	const member = await MemberProcess.start(...args);
	cleanUp.push(() => member.end());
	return member;
}

function probe(member: MemberProcess, timeoutMs = 2_000): Promise<ProbeAnswer> {
	return probes.probe(member.endpoint, { timeoutMs });
}

describe('a probe', () => {
	test('of a listening process is accepted, with the time it took', async () => {
		const member = await startMember();
		const answer = await probe(member);
		expect(answer).toMatchObject({ endpoint: member.endpoint, result: 'accepted', errorCode: null });
		expect(answer.rttMs).toBeGreaterThan(0);
		expect(answer.rttMs).toBeLessThan(2_000);
	});

	test('of a killed process is refused, with the time it took', async () => {
		const member = await startMember();
		await member.end();
		const answer = await probe(member);
		expect(answer).toMatchObject({ result: 'refused', errorCode: 'ECONNREFUSED' });
		expect(answer.rttMs).toBeGreaterThan(0);
	});

	test('of a stopped process is accepted, for its kernel answers', async () => {
		const member = await startMember();
		member.signal('SIGSTOP');
		expect((await probe(member)).result).toBe('accepted');
	});

	test('of a stopped process with a full backlog times out and is no refusal', async () => {
		const member = await startMember({ backlog: 1 });
		cleanUp.push(await member.stopAndFill());
		const answer = await probe(member, 400);
		expect(answer).toEqual({ endpoint: member.endpoint, result: 'timed-out', rttMs: null, errorCode: null });
	});

	test('of an address without a route fails and is no refusal', async () => {
		const answer = await probes.probe({ ip: '255.255.255.255', port: 80 }, { timeoutMs: 1_000 });
		expect(answer.result).toBe('failed');
		expect(answer.errorCode).toMatch(/^E[A-Z]+$/);
		expect(answer.rttMs).toBeNull();
	});

	test('never looks a name up and never throws for an endpoint that is none', async () => {
		for (const endpoint of [
			{ ip: 'localhost', port: 80 },
			{ ip: '', port: 80 },
			{ ip: '127.0.0.1', port: 0 },
			{ ip: '127.0.0.1', port: 70_000 },
			{ ip: '127.0.0.1', port: 80.5 },
		]) {
			const answer = await probes.probe(endpoint, { timeoutMs: 1_000 });
			expect(answer).toEqual({ endpoint, result: 'failed', rttMs: null, errorCode: 'EINVAL' });
		}
	});

	test('that the kernel connects to itself is recognised: nobody answered', async () => {
		const reserved = createServer().listen(0, '127.0.0.1');
		await once(reserved, 'listening');
		const { port } = reserved.address() as AddressInfo;
		const accepted = once(reserved, 'connection');
		const ordinary = connect({ host: '127.0.0.1', port });
		await once(ordinary, 'connect');
		expect(isConnectedToItself(ordinary)).toBe(false);
		const [serverSide] = (await accepted) as [Socket];
		serverSide.resetAndDestroy();
		ordinary.on('error', () => ordinary.destroy());
		await new Promise((resolve) => reserved.close(resolve));

		const itself = connect({ host: '127.0.0.1', port, localAddress: '127.0.0.1', localPort: port });
		cleanUp.push(() => void itself.destroy());
		await once(itself, 'connect');
		expect(isConnectedToItself(itself)).toBe(true);
	});

	test('answers accepted after a pause of ours that outlasted its time-out, when the kernel had accepted', async () => {
		const member = await startMember();
		const answer = probe(member, 50);
		await new Promise((resolve) => setImmediate(resolve));
		const startMs = performance.now();
		while (performance.now() - startMs < 200) {}
		expect((await answer).result).toBe('accepted');
	});
});

describe('many probes', () => {
	test('stay within the bound on concurrency, and all are answered', async () => {
		// Twelve addresses of one process that answers none of them: only time-outs give places back.
		const member = await startMember({ backlog: 1, host: '0.0.0.0' });
		cleanUp.push(await member.stopAndFill());
		const bounded = createProbes({ clock: systemClock, concurrency: 4 });
		const startMs = performance.now();
		const answers = await Promise.all(
			Array.from({ length: 12 }, (_, index) =>
				bounded.probe({ ip: `127.0.0.${index + 1}`, port: member.endpoint.port }, { timeoutMs: 200 }),
			),
		);
		expect(answers.map((answer) => answer.result)).toEqual(Array(12).fill('timed-out'));
		// Three waves of 200 ms; with more than four at a time it would take less.
		expect(performance.now() - startMs).toBeGreaterThanOrEqual(590);
	});

	test('are let in again in the order they came, whatever became of the ones before', async () => {
		const limiter = new Limiter(2);
		const order: number[] = [];
		let running = 0;
		let runningMax = 0;
		const results = await Promise.allSettled(
			Array.from({ length: 3_000 }, (_, index) =>
				limiter.run(async () => {
					order.push(index);
					running += 1;
					runningMax = Math.max(runningMax, running);
					await Promise.resolve();
					running -= 1;
					if (index % 3 === 0) {
						throw new Error('failed');
					}
				}),
			),
		);
		expect(order).toEqual(Array.from({ length: 3_000 }, (_, index) => index));
		expect(runningMax).toBe(2);
		expect(results.filter((result) => result.status === 'rejected')).toHaveLength(1_000);
		expect(limiter.waiting).toBe(0);
	});

	test('of one endpoint run one after the other', async () => {
		let open = 0;
		let openMax = 0;
		const server = createServer((socket) => {
			open += 1;
			openMax = Math.max(openMax, open);
			socket.resume().on('close', () => {
				open -= 1;
			});
			socket.on('error', () => socket.destroy());
		}).listen(0, '127.0.0.1');
		cleanUp.push(() => void server.close());
		await once(server, 'listening');
		const endpoint = { ip: '127.0.0.1', port: (server.address() as AddressInfo).port };
		const order: number[] = [];
		await Promise.all(
			Array.from({ length: 10 }, async (_, index) => {
				await probes.probe(endpoint, { timeoutMs: 2_000 });
				order.push(index);
			}),
		);
		expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
		expect(openMax).toBeLessThanOrEqual(2);
	});

	test('of one endpoint that hangs are shared by all who wait: the last of many is answered as soon as the second', async () => {
		const member = await startMember({ backlog: 1 });
		cleanUp.push(await member.stopAndFill());
		const timeoutMs = 400;
		const startedAtMs = systemClock.nowMs();
		const keepers = Array.from({ length: 20 }, () => new RecordingKeeper());
		const answers = await Promise.all(keepers.map((keep) => probes.probe(member.endpoint, { timeoutMs, keep })));
		expect(answers.map(({ result }) => result)).toEqual(Array(20).fill('timed-out'));
		// One after the other it would be 20 time-outs, however fast the machine.
		expect(systemClock.nowMs() - startedAtMs).toBeLessThan(15 * timeoutMs);
		for (const keeper of keepers) {
			keeper.abort();
		}
	});

	test('of one endpoint that accepts give each who keeps one a connection of his own', async () => {
		const member = await startMember();
		const keepers = Array.from({ length: 5 }, () => new RecordingKeeper());
		const answers = await Promise.all(keepers.map((keep) => probes.probe(member.endpoint, { timeoutMs: 2_000, keep })));
		expect(answers.map(({ result }) => result)).toEqual(Array(5).fill('accepted'));
		expect(keepers.map(({ events }) => events.map(({ state }) => state))).toEqual(Array(5).fill(['open']));
		for (const keeper of keepers) {
			keeper.abort();
		}
	});

	test('a keeper that throws does not hold up the next probe of its endpoint', async () => {
		const member = await startMember();
		const broken = {
			signal: new AbortController().signal,
			onEvent: ({ state }: TripwireEvent) => {
				if (state === 'open') {
					throw new Error('keeper');
				}
			},
		};
		const first = probes.probe(member.endpoint, { timeoutMs: 2_000, keep: broken });
		const keeper = new RecordingKeeper();
		const second = probes.probe(member.endpoint, { timeoutMs: 2_000, keep: keeper });
		await expect(first).rejects.toThrow('keeper');
		expect((await second).result).toBe('accepted');
		keeper.abort();
	});
});
