/** First pause after every server failed once; it doubles with each further round. */
const BASE_MS = 100;
/** Short enough that a console follows within seconds when an ensemble comes up. */
const MAX_MS = 2_000;
/** A connection must have lasted this long for the next attempt to be at once again. */
const STABLE_MS = 2_000;

/**
 * Pause before an attempt, ms: none while there are servers not tried yet, then 100 ms doubling to 2 s, of which a random
 * half is taken off, so that many clients do not return in step.
 */
export function backoffMs(failures: number, servers: number, random: number): number {
	if (failures < servers) return 0;
	const rounds = Math.min(Math.floor(failures / servers), 10);
	return Math.min(BASE_MS * 2 ** (rounds - 1), MAX_MS) * (1 - random / 2);
}

/** Counts failures in a row, over every session of one client. */
export class Backoff {
	#failures = 0;
	readonly #servers: number;
	readonly #random: () => number;

	constructor(servers: number, random: () => number = Math.random) {
		this.#servers = servers;
		this.#random = random;
	}

	nextMs(): number {
		return backoffMs(this.#failures, this.#servers, this.#random());
	}

	/** `lastedMs` null: the attempt never became a connection. One that a server drops at once is a failure too. */
	ended(lastedMs: number | null): void {
		this.#failures = lastedMs !== null && lastedMs >= STABLE_MS ? 0 : this.#failures + 1;
	}
}
