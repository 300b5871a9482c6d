import type { HealthAnswer } from './evidence';
import type { Endpoint } from './member';

/** What the health checks of one incarnation came to. Times are monotonic ms. */
export type HealthState = {
	readonly last: {
		readonly endpoint: Endpoint;
		readonly result: HealthAnswer['result'];
		readonly status: number | null;
		readonly latencyMs: number | null;
		readonly startedAtMs: number;
		readonly atMs: number;
		/** The answer named this incarnation's own session. */
		readonly namedOwn: boolean;
	} | null;
	/** It answered before as it should: until then a failing check may as well be a wrong path. */
	readonly everAnswered: boolean;
	readonly failuresInARow: number;
	readonly failingSinceMs: number | null;
	/** When the latest answer that counts as this incarnation's sign of life was asked for, whatever it said. */
	readonly answeredAtMs: number | null;
	/** The latest answer named another session: the address belongs to somebody else. */
	readonly foreign: {
		readonly sessionId: bigint;
		readonly startNonce: string;
		readonly endpoint: string;
		readonly atMs: number;
	} | null;
};

export const NO_HEALTH: HealthState = {
	last: null,
	everAnswered: false,
	failuresInARow: 0,
	failingSinceMs: null,
	answeredAtMs: null,
	foreign: null,
};
