import type { Clock, OwnHealthPort } from '@/lib/core/ports';
import { systemClock } from '../clock';
import { PauseRing } from './pause-ring';

const TICK_MS = 10;
/** Shorter gaps are a timer's ordinary jitter. */
const NOTED_MS_MIN = 2 * TICK_MS;
/** 4,096 pauses of at least 20 ms each reach back more than 80 s however badly the loop does. */
const PAUSES_MAX = 4_096;

/**
 * Watches this process's event loop with a timer every 10 ms. A gap between two ticks is a pause: the loop was blocked, or
 * the whole process was stopped or starved. `loopPauseMsMax` gives an upper bound (a pause is overstated by up to one
 * tick), 0 when no gap exceeded 20 ms. It sees a pause still in progress: asked by the first callback that runs after a
 * SIGSTOP, before the timer itself ran again, it answers with the time since the last tick. Times before the monitor
 * started were not watched and count as one pause.
 */
export function watchEventLoop(options: { clock?: Clock } = {}): OwnHealthPort {
	const clock = options.clock ?? systemClock;
	const pauses = new PauseRing(PAUSES_MAX);
	const startedAtMs = clock.nowMs();
	let lastTickMs = startedAtMs;

	const tick = () => {
		const nowMs = clock.nowMs();
		if (nowMs - lastTickMs > NOTED_MS_MIN) {
			pauses.add({ startMs: lastTickMs, endMs: nowMs });
		}
		lastTickMs = nowMs;
	};
	const timer = setInterval(tick, TICK_MS);
	timer.unref();

	return {
		loopPauseMsMax(fromMs, toMs) {
			const unwatchedMs = fromMs < startedAtMs ? startedAtMs - fromMs : 0;
			// After close() this gap only grows: whoever still asks then gets no clean bill.
			const sinceTickMs = clock.nowMs() - lastTickMs;
			const openMs = sinceTickMs > NOTED_MS_MIN && toMs >= lastTickMs ? sinceTickMs : 0;
			return Math.max(unwatchedMs, openMs, pauses.longestMs(fromMs, toMs));
		},
		close() {
			clearInterval(timer);
		},
	};
}
