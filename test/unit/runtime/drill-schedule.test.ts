import { expect, it } from 'vitest';
import type { AuditEntry } from '@/lib/core/audit-entry';
import type { LatchState } from '@/lib/core/ports';
import { type Schedule, type ScheduleDeps, scheduleDrills } from '@/lib/runtime/drill-schedule';
import { createManualClock } from '@/test/fakes/manual-clock';

const EVERY_MS = 60_000;
const HELD: LatchState = { kind: 'held', path: '/leader/n-1', sinceMs: 0, sessionId: 1n } as LatchState;

/** A console with a schedule set at `atMs`; `turns` is what the log, which consoles share, knows of scheduled turns. */
function world(turns: number[], { atMs = 0, drawable = ['/m/a'] } = {}) {
	const clock = createManualClock();
	const schedule: Schedule = { by: 'the-admin', reason: 'r', atMs, everyMs: EVERY_MS, group: 'gateway' };
	const state = { latch: HELD, schedule: schedule as Schedule | null, isRunning: false, drawable, logFails: false };
	const done: string[] = [];
	const groups: (string | null)[] = [];
	const turn = (what: string) => {
		done.push(what);
		turns.push(clock.wallMs());
		return Promise.resolve();
	};
	const deps = {
		clock,
		config: { id: 'c' },
		latch: () => state.latch,
		settings: () => ({ drills: state.schedule }),
		audit: {
			list: () => {
				const entries = turns.toReversed().map((at) => ({ atMs: at, actor: { kind: 'system' } }));
				const byHand = { atMs: clock.wallMs(), actor: { kind: 'operator' } };
				return state.logFails
					? Promise.reject(new Error('disk'))
					: Promise.resolve({ entries: [byHand, ...entries] as AuditEntry[], nextCursor: null });
			},
		},
		isRunning: () => state.isRunning,
		drawable: (group: string | null) => {
			groups.push(group);
			return state.drawable.map((path) => ({ path, czxid: '0x1' }));
		},
		order: ({ path }: { path: string }) => turn(path),
		refuse: (refusal: string) => turn(refusal),
		onProblem: (problem: string) => done.push(problem),
	} as unknown as ScheduleDeps;
	return { clock, state, done, groups, scheduler: scheduleDrills(deps) };
}

/** Looks happen every five seconds; each takes some turns of the event loop. */
async function pass(clock: ReturnType<typeof createManualClock>, ms: number): Promise<void> {
	for (let passed = 0; passed < ms; passed += 1_000) {
		await clock.advance(1_000);
	}
}

it('waits the whole interval from the moment it was set, and then draws one of the group each time', async () => {
	const { clock, done, groups, scheduler } = world([]);
	await pass(clock, EVERY_MS - 5_000);
	expect(done).toEqual([]);
	await pass(clock, 10_000);
	expect(done).toEqual(['/m/a']);
	await pass(clock, EVERY_MS);
	expect(done).toEqual(['/m/a', '/m/a']);
	expect(groups).toEqual(['gateway', 'gateway']);
	await closed(clock, scheduler);
});

it('a turn at which nobody may be drawn is recorded once, and counts', async () => {
	const { clock, state, done, scheduler } = world([], { drawable: [] });
	await pass(clock, EVERY_MS + 5_000);
	expect(done).toEqual(['nobody-eligible']);
	state.drawable = ['/m/b'];
	await pass(clock, EVERY_MS - 10_000);
	expect(done).toEqual(['nobody-eligible']);
	await pass(clock, 15_000);
	expect(done).toEqual(['nobody-eligible', '/m/b']);
	await closed(clock, scheduler);
});

it('only the console that holds the latch orders, and whoever gets it goes on from the last turn of the other', async () => {
	const turns: number[] = [];
	const { clock, state, done, scheduler } = world(turns);
	state.latch = { kind: 'waiting', holder: 'n-0' } as LatchState;
	await pass(clock, EVERY_MS + 20_000);
	expect(done).toEqual([]);
	turns.push(clock.wallMs());
	state.latch = HELD;
	await pass(clock, EVERY_MS - 10_000);
	expect(done).toEqual([]);
	await pass(clock, 15_000);
	expect(done).toEqual(['/m/a']);
	await closed(clock, scheduler);
});

it('waits for a drill that is under way, and orders none without a schedule', async () => {
	const { clock, state, done, scheduler } = world([]);
	state.isRunning = true;
	await pass(clock, 2 * EVERY_MS);
	expect(done).toEqual([]);
	state.schedule = null;
	state.isRunning = false;
	await pass(clock, 2 * EVERY_MS);
	expect(done).toEqual([]);
	expect(scheduler.nextAtMs()).toBeNull();
	await closed(clock, scheduler);
});

it('while the log cannot say when the last turn was nobody is ordered to die', async () => {
	const { clock, state, done, scheduler } = world([]);
	state.logFails = true;
	await pass(clock, 2 * EVERY_MS);
	expect(done.every((each) => each === 'a scheduled drill: disk')).toBe(true);
	expect(done.length).toBeGreaterThan(0);
	expect(scheduler.nextAtMs()).toBeNull();
	await closed(clock, scheduler);
});

async function closed(
	clock: ReturnType<typeof createManualClock>,
	scheduler: ReturnType<typeof scheduleDrills>,
): Promise<void> {
	const closing = scheduler.close();
	await clock.advance(5_000);
	await closing;
}
