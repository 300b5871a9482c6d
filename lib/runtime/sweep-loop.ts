import { RULES } from '@/lib/core/policy';
import type { Clock, Sweep, SweepPort } from '@/lib/core/ports';

/** A full distribution of a sweep to every member, at rest. */
const REST_INTERVAL_MS = 5_000;
/**
 * Sweeps on suspicion start twice as far apart as one takes, its folding included, within these bounds: far below the 500 ms
 * that a run of gone sweeps allows. A proof waits for the first one that starts after its settling time.
 */
const SUSPICION_INTERVAL_MS = { min: 75, max: 150 } as const;
/** After a fault of this program, so that it does not spin. */
const FAULT_PAUSE_MS = 1_000;

/** What the evidence of one sweep asks of the next. */
export type NextSweep = {
	/** It should follow without being asked for. */
	readonly soon: boolean;
	/** From then on a sweep completes a proof's settling time; null: none is in the making. */
	readonly settlesAtMs: number | null;
};

export type SweepLoop = {
	/** A sweep that starts after this call; shared by all who ask meanwhile. Rejects once closed, so that nobody waits for ever. */
	next(): Promise<Sweep>;
	last(): Sweep | null;
	close(): void;
};

/**
 * Runs sweeps: every 5 s at rest, at once and shared when somebody asks. Each sweep is given to `onSweep` before
 * those who asked are answered; it says what it asks of the next one.
 */
export function runSweeps(deps: {
	sweeper: SweepPort;
	clock: Clock;
	ownSessionId: () => bigint | null;
	/** Epoch of a write made just now, where one is wanted; never rejects. */
	confirmEpoch: () => Promise<number | null>;
	onSweep: (sweep: Sweep, atRest: boolean) => NextSweep | Promise<NextSweep>;
	onFault: (error: unknown) => void;
}): SweepLoop {
	const { clock, sweeper } = deps;
	const stop = new AbortController();
	let last: Sweep | null = null;
	let waiting: Asked[] = [];
	let next: NextSweep = { soon: false, settlesAtMs: null };
	let wake: (() => void) | null = null;
	let restDueMs = clock.nowMs();

	async function untilDue(): Promise<void> {
		while (!stop.signal.aborted && waiting.length === 0 && !next.soon && clock.nowMs() < restDueMs) {
			const woken = new AbortController();
			wake = () => woken.abort();
			await clock.sleep(Math.min(restDueMs - clock.nowMs(), REST_INTERVAL_MS), woken.signal);
			wake = null;
		}
	}

	async function once(asked: readonly Asked[]): Promise<void> {
		const startedAtMs = clock.nowMs();
		const atRest = startedAtMs >= restDueMs;
		const confirmedEpoch = await deps.confirmEpoch();
		const swept = await sweeper.sweep({ ownSessionId: deps.ownSessionId(), withEphemerals: true, confirmedEpoch });
		// Two leaders were seen for 9 s: a write of a while ago no longer says who leads.
		const confirmed = swept.summary.startedAtMs - startedAtMs <= RULES.leaderRoundTripMsMax;
		const sweep = confirmedEpoch === null || confirmed ? swept : withoutGround(swept);
		if (stop.signal.aborted) {
			reject(asked);
			return;
		}
		if (atRest) {
			restDueMs = startedAtMs + REST_INTERVAL_MS;
		}
		last = sweep;
		next = await deps.onSweep(sweep, atRest);
		for (const { resolve } of asked) {
			resolve(sweep);
		}
		const pauseMs = pauseAfter(startedAtMs, clock.nowMs(), next);
		if (pauseMs > 0) {
			await clock.sleep(pauseMs, stop.signal);
		}
	}

	/** Never rejects: a fault in folding one sweep must end neither the process nor the watch over everybody else. */
	async function run(): Promise<void> {
		while (!stop.signal.aborted) {
			await untilDue();
			const asked = waiting;
			waiting = [];
			try {
				await once(asked);
			} catch (error) {
				waiting.unshift(...asked);
				deps.onFault(error);
				await clock.sleep(FAULT_PAUSE_MS, stop.signal);
			}
		}
		reject(waiting.splice(0));
	}
	void run();

	return {
		next: () =>
			new Promise<Sweep>((resolve, refuse) => {
				if (stop.signal.aborted) {
					refuse(new Error(CLOSED));
					return;
				}
				waiting.push({ resolve, refuse });
				wake?.();
			}),
		last: () => last,
		close() {
			stop.abort();
			wake?.();
		},
	};
}

/** Where a settling time is over before the pause is, that is when the next one starts: a proof waits for nothing else. */
function pauseAfter(startedAtMs: number, nowMs: number, { settlesAtMs }: NextSweep): number {
	const tookMs = nowMs - startedAtMs;
	const intervalMs = Math.min(Math.max(2 * tookMs, SUSPICION_INTERVAL_MS.min), SUSPICION_INTERVAL_MS.max);
	const pauseMs = intervalMs - tookMs;
	// Over since this one started: at once. Over before that, and this one could not tell: no haste will make the next one tell.
	const isAwaited = settlesAtMs !== null && settlesAtMs > startedAtMs;
	return isAwaited ? Math.min(pauseMs, settlesAtMs - nowMs + 1) : pauseMs;
}

function withoutGround(sweep: Sweep): Sweep {
	return { ...sweep, summary: { ...sweep.summary, orphanGround: null }, leaderDumpSessions: null };
}

type Asked = { readonly resolve: (sweep: Sweep) => void; readonly refuse: (error: Error) => void };

const CLOSED = 'the console stops: no more sweeps';

function reject(asked: readonly Asked[]): void {
	for (const { refuse } of asked) {
		refuse(new Error(CLOSED));
	}
}
