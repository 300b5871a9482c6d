import { systemClock } from '@/lib/adapters/clock';
import type { Clock } from '@/lib/core/ports';

export type HastyClock = Clock & {
	/** As if this much time had passed. */
	jump(ms: number): void;
};

/** The process's own clock, this much faster: what takes a minute takes seconds, in the same order. */
export function hastyClock(factor: number): HastyClock {
	let jumpedMs = 0;
	return {
		nowMs: () => systemClock.nowMs() * factor + jumpedMs,
		wallMs: systemClock.wallMs,
		sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
		jump: (ms) => {
			jumpedMs += ms;
		},
	};
}
