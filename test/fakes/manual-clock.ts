import type { Clock } from '@/lib/core/ports';

export type ManualClock = Clock & {
	/** Lets time pass: every sleep due on the way ends in its order, and what waits for it runs. */
	advance(ms: number): Promise<void>;
	/** Sleeps that have not ended. */
	sleeping(): number;
};

/** Time that passes only when told to; starts at 0, and the wall says the same. */
export function createManualClock(): ManualClock {
	let nowMs = 0;
	const sleeps = new Set<{ dueMs: number; end: () => void }>();

	async function settle(): Promise<void> {
		for (let turn = 0; turn < 5; turn += 1) {
			await new Promise<void>((resolve) => setImmediate(resolve));
		}
	}

	return {
		nowMs: () => nowMs,
		wallMs: () => nowMs,
		sleep: (ms, signal) =>
			new Promise((resolve) => {
				const one = {
					dueMs: nowMs + ms,
					end: () => {
						sleeps.delete(one);
						signal?.removeEventListener('abort', one.end);
						resolve();
					},
				};
				if (signal?.aborted) {
					resolve();
					return;
				}
				sleeps.add(one);
				signal?.addEventListener('abort', one.end, { once: true });
			}),
		async advance(ms) {
			const untilMs = nowMs + ms;
			await settle();
			for (;;) {
				const next = [...sleeps].sort((a, b) => a.dueMs - b.dueMs)[0];
				if (!next || next.dueMs > untilMs) {
					break;
				}
				nowMs = Math.max(nowMs, next.dueMs);
				next.end();
				await settle();
			}
			nowMs = untilMs;
		},
		sleeping: () => sleeps.size,
	};
}
