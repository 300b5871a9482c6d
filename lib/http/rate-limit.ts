import { createTokenBuckets } from '@/lib/core/token-buckets';
import { edgeClock } from './clock';
import { ProblemError } from './problem';

/**
 * State-changing requests of one actor: bursts of 60, then 4 a second. A purge dialog that renews its dry run every
 * second, and somebody working through a list of suspects by hand, stay far below.
 */
const writes = createTokenBuckets({ capacity: 60, refillPerSecond: 4, keysMax: 10_000 });

export function limitWrites(actorKey: string, nowMs: number = edgeClock.nowMs()): void {
	const result = writes.take(actorKey, nowMs);
	if (!result.taken) {
		throw new ProblemError('too-many-requests', `Wait ${Math.ceil(result.waitMs / 1_000)} s and try again.`, {
			retryAfterSeconds: result.waitMs / 1_000,
		});
	}
}
