/** When a failed delivery is tried again, and when no longer. All in ms. */
export const RETRY = { firstMs: 5_000, longestMs: 30 * 60_000, giveUpMs: 24 * 3_600_000, jitter: 0.2 } as const;

/**
 * The pause after `attempts` consecutive failures (1, 2 …): twice as long each time, from 5 s to half an hour, and by up to a
 * fifth longer or shorter, so that many webhooks of one receiver do not come back together. `random` is within 0 … 1.
 * `askedMs`: what the receiver asked for (Retry-After), heeded up to the longest.
 */
export function retryDelayMs(attempts: number, random: number, askedMs: number | null): number {
	const doubled = Math.min(RETRY.longestMs, RETRY.firstMs * 2 ** Math.min(Math.max(attempts, 1) - 1, 30));
	const spread = doubled * (1 + RETRY.jitter * (2 * random - 1));
	return Math.round(Math.max(spread, Math.min(askedMs ?? 0, RETRY.longestMs)));
}

/** Whether it has failed for so long that only a person can tell what is wrong. */
export function isGivenUp(failingMs: number): boolean {
	return failingMs >= RETRY.giveUpMs;
}
