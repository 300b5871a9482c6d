/**
 * Token buckets, one a key: each holds at most `capacity` tokens and regains `refillPerSecond` of them a second.
 * Memory is bounded: above `keysMax` keys the one that was used longest ago is forgotten (it starts full again).
 */
export type TokenBuckets = {
	/** Takes one token; when there is none, takes nothing and says in how many ms there will be one. */
	take(key: string, nowMs: number): { readonly taken: true } | { readonly taken: false; readonly waitMs: number };
	/** Gives one token back, never above the capacity. */
	giveBack(key: string, nowMs: number): void;
};

type Bucket = { tokens: number; atMs: number };

export function createTokenBuckets(options: {
	readonly capacity: number;
	readonly refillPerSecond: number;
	readonly keysMax: number;
}): TokenBuckets {
	const { capacity, refillPerSecond, keysMax } = options;
	// Invariant: in order of last use, because each use deletes and sets again.
	const buckets = new Map<string, Bucket>();

	function use(key: string, nowMs: number): Bucket {
		const known = buckets.get(key);
		const elapsedMs = known === undefined ? 0 : Math.max(0, nowMs - known.atMs);
		const tokens = known === undefined ? capacity : known.tokens + (elapsedMs / 1_000) * refillPerSecond;
		const bucket = { tokens: Math.min(capacity, tokens), atMs: nowMs };
		buckets.delete(key);
		buckets.set(key, bucket);
		for (const oldest of buckets.keys()) {
			if (buckets.size <= keysMax) {
				break;
			}
			buckets.delete(oldest);
		}
		return bucket;
	}

	return {
		take(key, nowMs) {
			const bucket = use(key, nowMs);
			if (bucket.tokens >= 1) {
				bucket.tokens -= 1;
				return { taken: true };
			}
			return { taken: false, waitMs: Math.ceil(((1 - bucket.tokens) / refillPerSecond) * 1_000) };
		},
		giveBack(key, nowMs) {
			const bucket = use(key, nowMs);
			bucket.tokens = Math.min(capacity, bucket.tokens + 1);
		},
	};
}
