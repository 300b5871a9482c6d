import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { createProbes } from '@/lib/adapters/probes/probes';
import { descriptorLimit, TripwirePlaces, tripwiresMax } from '@/lib/adapters/probes/tripwire-places';
import { eventually } from '@/test/support/zookeeper';
import { MemberProcess, RecordingKeeper } from './member-process';

const CHILD = fileURLToPath(new URL('./tripwires-at-limit-child.ts', import.meta.url));
const TSX = fileURLToPath(new URL('../../../node_modules/tsx/dist/cli.mjs', import.meta.url));
const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	for (const undo of cleanUp.splice(0).reverse()) await undo();
});

async function startMember(): Promise<MemberProcess> {
	const member = await MemberProcess.start();
	cleanUp.push(() => member.end());
	return member;
}

function keeper(): RecordingKeeper {
	const one = new RecordingKeeper();
	cleanUp.push(() => one.abort());
	return one;
}

describe('the places for tripwires', () => {
	test.each([
		[1_024, 563],
		[65_536, 52_172],
		[320, 0],
		[0, 0],
		[Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER],
	])('of a process with %d file descriptors are %d: 256 and 20 %% stay free for everything else', (limit, max) => {
		expect(tripwiresMax(limit)).toBe(max);
	});

	test('are bounded by this process, and by the usual 1,024 where the limit cannot be read', () => {
		expect(descriptorLimit()).toBeGreaterThan(0);
		expect(descriptorLimit('/nowhere/limits')).toBe(1_024);
		expect(descriptorLimit('/proc/self/status')).toBe(1_024);
	});

	test('are given back once each', () => {
		const places = new TripwirePlaces(2);
		const [first, second] = [places.take(), places.take()];
		expect(places.take()).toBeNull();
		first?.();
		first?.();
		expect(places.open).toBe(1);
		expect([places.take() === null, places.take() === null]).toEqual([false, true]);
		second?.();
		expect(places.open).toBe(1);
	});

	test('are kept by those who came first; one that the peer closes is free before its keeper hears of it', async () => {
		const probes = createProbes({ clock: systemClock, tripwiresMax: 1 });
		const [mortal, other] = [await startMember(), await startMember()];
		const [held, refused, later] = [keeper(), keeper(), keeper()];
		await probes.probe(mortal.endpoint, { timeoutMs: 20_000, keep: held });
		const answer = await probes.probe(other.endpoint, { timeoutMs: 20_000, keep: refused });
		expect(answer.result).toBe('accepted');
		expect([held.states, refused.states]).toEqual([['open'], []]);
		expect(probes.tripwires()).toEqual({ open: 1, max: 1 });
		await mortal.end();
		await eventually('the tripwire closes', () => (held.states.length === 2 ? true : null));
		expect(held.states).toEqual(['open', 'closed-by-peer']);
		expect(probes.tripwires().open).toBe(0);
		await probes.probe(other.endpoint, { timeoutMs: 20_000, keep: later });
		expect(later.states).toEqual(['open']);
		expect(refused.states).toEqual([]);
	});

	test('hold in a real process whose file descriptors are limited: it goes on probing, with none left', async () => {
		const member = await startMember();
		const command = `ulimit -n 700 && exec "$0" "$@"`;
		const args = ['-c', command, process.execPath, TSX, CHILD, String(member.endpoint.port)];
		const child = spawn('/bin/sh', args, { stdio: ['ignore', 'pipe', 'inherit'] });
		cleanUp.push(() => void child.kill('SIGKILL'));
		const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
		expect(code).toBe(0);
		const [full, after] = output
			.trim()
			.split('\n')
			.map((line): unknown => JSON.parse(line));
		expect(full).toEqual({ limit: 700, max: 304, open: 304, told: 304, first: true, results: ['accepted'] });
		expect(after).toEqual({ freed: 303, open: 304, next: ['open'] });
	});
});
