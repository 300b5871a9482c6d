import type { Clock, Sweep, SweepPort } from '@/lib/core/ports';

/** A full distribution of a sweep to every member, at rest. */
const REST_INTERVAL_MS = 5_000;
/** Sweeps on suspicion start at least this far apart: far below the 500 ms that a run of gone sweeps allows. */
const SUSPICION_INTERVAL_MS = 150;

export type SweepLoop = {
	/** A sweep that starts after this call; shared by all who ask meanwhile. */
	next(): Promise<Sweep>;
	last(): Sweep | null;
	close(): void;
};

/**
 * Runs sweeps: every 5 s at rest, at once and shared when somebody asks. Each sweep is given to `onSweep` before
 * those who asked are answered.
 */
export function runSweeps(deps: {
	sweeper: SweepPort;
	clock: Clock;
	ownSessionId: () => bigint | null;
	onSweep: (sweep: Sweep, atRest: boolean) => void;
}): SweepLoop {
	const { clock, sweeper } = deps;
	const stop = new AbortController();
	let last: Sweep | null = null;
	let waiting: ((sweep: Sweep) => void)[] = [];
	let wake: (() => void) | null = null;
	let restDueMs = clock.nowMs();

	async function untilDue(): Promise<void> {
		while (!stop.signal.aborted && waiting.length === 0 && clock.nowMs() < restDueMs) {
			const woken = new AbortController();
			wake = () => woken.abort();
			await clock.sleep(Math.min(restDueMs - clock.nowMs(), REST_INTERVAL_MS), woken.signal);
			wake = null;
		}
	}

	async function run(): Promise<void> {
		while (!stop.signal.aborted) {
			await untilDue();
			const startedAtMs = clock.nowMs();
			const asked = waiting;
			waiting = [];
			const atRest = startedAtMs >= restDueMs;
			const sweep = await sweeper.sweep({ ownSessionId: deps.ownSessionId(), withEphemerals: true });
			if (atRest) {
				restDueMs = startedAtMs + REST_INTERVAL_MS;
			}
			if (stop.signal.aborted) {
				return;
			}
			last = sweep;
			deps.onSweep(sweep, atRest);
			for (const answer of asked) {
				answer(sweep);
			}
			const restMs = startedAtMs + SUSPICION_INTERVAL_MS - clock.nowMs();
			if (restMs > 0) {
				await clock.sleep(restMs, stop.signal);
			}
		}
	}
	const running = run();

	return {
		next: () =>
			new Promise<Sweep>((resolve) => {
				waiting.push(resolve);
				wake?.();
			}),
		last: () => last,
		close() {
			stop.abort();
			wake?.();
			void running;
		},
	};
}
