/** A stretch during which the event loop ran no timer: [startMs, endMs], monotonic. */
export type Pause = { readonly startMs: number; readonly endMs: number };

/**
 * The most recent pauses, bounded. Adding is O(1); a question costs as many steps as there are pauses newer than its
 * start. What has been pushed out is remembered by its longest pause and by its last end, so an answer about times long
 * past may overstate a pause and never hides one.
 */
export class PauseRing {
	readonly #starts: Float64Array;
	readonly #ends: Float64Array;
	#added = 0;
	#forgottenMsMax = 0;
	#forgottenEndMs = Number.NEGATIVE_INFINITY;

	constructor(capacity: number) {
		this.#starts = new Float64Array(capacity);
		this.#ends = new Float64Array(capacity);
	}

	/** Pauses arrive in the order of their ends and do not overlap. */
	add(pause: Pause): void {
		const slot = this.#added % this.#ends.length;
		if (this.#added >= this.#ends.length) {
			const forgottenMs = (this.#ends[slot] ?? 0) - (this.#starts[slot] ?? 0);
			this.#forgottenMsMax = Math.max(this.#forgottenMsMax, forgottenMs);
			this.#forgottenEndMs = this.#ends[slot] ?? 0;
		}
		this.#starts[slot] = pause.startMs;
		this.#ends[slot] = pause.endMs;
		this.#added += 1;
	}

	/** Length of the longest pause that shares a moment with [fromMs, toMs], in full (not cut to it); 0 when there is none. */
	longestMs(fromMs: number, toMs: number): number {
		let longestMs = fromMs <= this.#forgottenEndMs ? this.#forgottenMsMax : 0;
		const oldest = Math.max(0, this.#added - this.#ends.length);
		for (let index = this.#added - 1; index >= oldest; index -= 1) {
			const slot = index % this.#ends.length;
			const startMs = this.#starts[slot] ?? 0;
			const endMs = this.#ends[slot] ?? 0;
			if (endMs < fromMs) {
				break;
			}
			if (startMs <= toMs) {
				longestMs = Math.max(longestMs, endMs - startMs);
			}
		}
		return longestMs;
	}
}
