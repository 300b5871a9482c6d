/** The edge's own clock; everything below it takes times as arguments. */
export const edgeClock = {
	/** Monotonic ms. */
	nowMs: (): number => performance.now(),
	/** ms since the epoch, for display only. */
	wallMs: (): number => Date.now(),
};
