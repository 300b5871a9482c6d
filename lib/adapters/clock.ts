import type { Clock } from '@/lib/core/ports';

/**
 * This process's own time. `nowMs` is CLOCK_MONOTONIC: it is never set back, keeps running while the process is stopped,
 * and means nothing to any other process. To the microsecond: each
 * record of a decision holds dozens of these.
 */
export const systemClock: Clock = {
	nowMs: () => Math.round(performance.now() * 1_000) / 1_000,
	wallMs: () => Date.now(),
	sleep,
};

/** Resolves after `ms` or as soon as the signal aborts; never rejects and leaves no listener behind. */
function sleep(ms: number, signal?: AbortSignal): Promise<void> {
	if (signal?.aborted) {
		return Promise.resolve();
	}
	return new Promise((resolve) => {
		const wake = () => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', wake);
			resolve();
		};
		const timer = setTimeout(wake, ms);
		signal?.addEventListener('abort', wake, { once: true });
	});
}
