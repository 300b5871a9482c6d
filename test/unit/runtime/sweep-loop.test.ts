import { describe, expect, it } from 'vitest';
import type { Sweep } from '@/lib/core/ports';
import { runSweeps } from '@/lib/runtime/sweep-loop';
import { createManualClock } from '../../fakes/manual-clock';

function createWorld(
	options: { soon?: () => boolean; settlesAtMs?: () => number | null; onSweep?: (count: number) => void } = {},
) {
	const clock = createManualClock();
	const startedAtMs: number[] = [];
	const faults: unknown[] = [];
	const loop = runSweeps({
		clock,
		sweeper: {
			async sweep() {
				startedAtMs.push(clock.nowMs());
				await clock.sleep(30);
				return { summary: { sweepNumber: startedAtMs.length } } as Sweep;
			},
			close: async () => undefined,
		},
		ownSessionId: () => 1n,
		confirmEpoch: async () => null,
		onSweep: () => {
			options.onSweep?.(startedAtMs.length);
			return { soon: options.soon?.() ?? false, settlesAtMs: options.settlesAtMs?.() ?? null };
		},
		onFault: (error) => faults.push(error),
	});
	return { clock, loop, startedAtMs, faults };
}

describe('the loop of sweeps', () => {
	it('sweeps every five seconds at rest', async () => {
		const { clock, loop, startedAtMs } = createWorld();
		await clock.advance(15_100);
		expect(startedAtMs).toEqual([0, 5_000, 10_000, 15_000]);
		loop.close();
	});

	it('keeps a run of sweeps far closer than 500 ms while a proof is in the making, whoever asks', async () => {
		const { clock, loop, startedAtMs } = createWorld({ soon: () => true });
		await clock.advance(3_000);
		const gaps = startedAtMs.slice(1).map((atMs, i) => atMs - (startedAtMs[i] ?? 0));
		expect(Math.max(...gaps)).toBeLessThanOrEqual(200);
		loop.close();
	});

	it('starts the next one when a settling time is over, and not before its own time has passed when none is', async () => {
		let settlesAtMs: number | null = 41;
		const { clock, loop, startedAtMs } = createWorld({ soon: () => true, settlesAtMs: () => settlesAtMs });
		await clock.advance(60);
		expect(startedAtMs).toEqual([0, 42]);
		// Over while that one was under way.
		settlesAtMs = 60;
		await clock.advance(30);
		expect(startedAtMs).toEqual([0, 42, 72]);
		settlesAtMs = null;
		await clock.advance(300);
		const gaps = startedAtMs.slice(3).map((atMs, i) => atMs - (startedAtMs[i + 2] ?? 0));
		expect(new Set(gaps)).toEqual(new Set([75]));
		loop.close();
	});

	it('takes no more of the ensemble than half of its time, and a settling time that is over asks for nothing', async () => {
		const { clock, loop, startedAtMs } = createWorld({ soon: () => true, settlesAtMs: () => 1 });
		await clock.advance(1_500);
		expect(startedAtMs.length).toBeLessThanOrEqual(1_500 / (2 * 30));
		expect(startedAtMs.length).toBeGreaterThanOrEqual(10);
		loop.close();
	});

	it('lets nobody wait for ever once it is closed', async () => {
		const { clock, loop } = createWorld();
		await clock.advance(1_000);
		const asked = expect(loop.next()).rejects.toThrow('the console stops');
		loop.close();
		await clock.advance(100);
		await asked;
		await expect(loop.next()).rejects.toThrow('the console stops');
		expect(clock.sleeping()).toBe(0);
	});

	it('outlives a fault in folding a sweep, and still answers who asked', async () => {
		const { clock, loop, faults } = createWorld({
			onSweep: (count) => {
				if (count === 2) {
					throw new Error('a fault in the fold');
				}
			},
		});
		await clock.advance(1_000);
		const asked = loop.next();
		await clock.advance(2_000);
		expect((await asked).summary.sweepNumber).toBe(3);
		expect(faults).toHaveLength(1);
		loop.close();
	});

	it('takes no word of who leads from a write that was made too long before the sweep', async () => {
		const seen: (object | null)[] = [];
		const clock = createManualClock();
		let writeMs = 10;
		const ground = { leaderId: 1, epoch: 2, tickMs: 2_000 };
		const loop = runSweeps({
			clock,
			sweeper: {
				async sweep({ confirmedEpoch }) {
					const startedAtMs = clock.nowMs();
					await clock.sleep(30);
					const orphanGround = confirmedEpoch === null ? null : ground;
					return { summary: { startedAtMs, orphanGround }, leaderDumpSessions: new Set() } as unknown as Sweep;
				},
				close: async () => undefined,
			},
			ownSessionId: () => 1n,
			confirmEpoch: async () => {
				await clock.sleep(writeMs);
				return 2;
			},
			onSweep: ({ summary }) => {
				seen.push(summary.orphanGround);
				return { soon: false, settlesAtMs: null };
			},
			onFault: (error) => {
				throw error;
			},
		});
		await clock.advance(1_000);
		writeMs = 300;
		await clock.advance(6_000);
		expect(seen.slice(0, 2)).toEqual([ground, null]);
		loop.close();
	});
});
