import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 5;

/** `stop` tells the longest time for which the event loop stood still, ms, to about 5 ms. */
export function watchPauses(): { stop(): number } {
	const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	delays.enable();
	return {
		stop: () => {
			delays.disable();
			return delays.count === 0 ? 0 : Math.max(0, delays.max / 1_000_000 - RESOLUTION_MS);
		},
	};
}
