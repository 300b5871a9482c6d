/**
 * At most `max` pieces of work at a time; the others wait in the order in which they came.
 * Invariant: `#running` counts the work that was let in and has not settled; whoever settles lets the next one in.
 */
export class Limiter {
	readonly #max: number;
	readonly #waiting: (() => void)[] = [];
	/** Index of the first that waits: the head moves and the list is cut now and then, so that taking one is O(1). */
	#head = 0;
	#running = 0;

	constructor(max: number) {
		this.#max = max;
	}

	get waiting(): number {
		return this.#waiting.length - this.#head;
	}

	async run<T>(work: () => Promise<T>): Promise<T> {
		if (this.#running >= this.#max) {
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		} else {
			this.#running += 1;
		}
		try {
			return await work();
		} finally {
			this.#letNextIn();
		}
	}

	/** Hands this place to the first that waits, so the count stays; nobody waiting: gives it up. */
	#letNextIn(): void {
		const next = this.#waiting[this.#head];
		if (next === undefined) {
			this.#running -= 1;
			return;
		}
		this.#head += 1;
		if (this.#head >= 1_024 || this.#head === this.#waiting.length) {
			this.#waiting.splice(0, this.#head);
			this.#head = 0;
		}
		next();
	}
}
