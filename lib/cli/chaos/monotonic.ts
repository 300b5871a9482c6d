/**
 * CLOCK_MONOTONIC in ms. Unlike performance.now() it has the same origin in all processes of one machine, so that what
 * the harness, the members, the console and the naive detectors write down can be put in one order.
 */
export function monotonicMs(): number {
	return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
