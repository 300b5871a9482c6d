/** Repeatable draws: the same seed gives the same sequence on every machine. */
export type Random = {
	/** Whole number in [min, max]. */
	between(min: number, max: number): number;
	chance(share: number): boolean;
	/** One of the entries, each as likely as its weight says. Weights are positive. */
	weighted<T>(entries: readonly (readonly [T, number])[]): T;
};

/** SplitMix32 (a 32-bit finaliser over a Weyl sequence): small, well spread, and good enough to draw faults with. */
export function createRandom(seed: number): Random {
	let state = seed >>> 0;

	/** [0, 1) */
	function next(): number {
		state = (state + 0x9e3779b9) >>> 0;
		let z = state;
		z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
		z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
		return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
	}

	return {
		between: (min, max) => min + Math.floor(next() * (max - min + 1)),
		chance: (share) => next() < share,
		weighted(entries) {
			const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
			let left = next() * total;
			for (const [value, weight] of entries) {
				left -= weight;
				if (left < 0) {
					return value;
				}
			}
			const last = entries.at(-1);
			if (last === undefined) {
				throw new Error('nothing to draw from');
			}
			return last[0];
		},
	};
}
