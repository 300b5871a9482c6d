export type Random = {
	/** A whole number in [0, below). */
	below(below: number): number;
	pick<T>(items: readonly [T, ...T[]]): T;
	/** Of the weight given with each, the next one's. */
	weighted<T>(items: readonly [readonly [number, T], ...(readonly [number, T])[]]): T;
	hex(digits: number): string;
};

/** Mulberry32 (Tommy Ettinger, 2017): the same seed gives the same numbers everywhere. Not for secrets. */
export function createRandom(seed: number): Random {
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return (mixed ^ (mixed >>> 14)) >>> 0;
	};
	const below = (limit: number) => Math.floor((next() / 0x1_0000_0000) * limit);
	return {
		below,
		pick: (items) => items[below(items.length)] ?? items[0],
		weighted: (items) => {
			let rest = below(items.reduce((sum, [weight]) => sum + weight, 0));
			for (const [weight, item] of items) {
				rest -= weight;
				if (rest < 0) return item;
			}
			return items[0][1];
		},
		hex: (digits) => {
			let text = '';
			while (text.length < digits) text += next().toString(16).padStart(8, '0');
			return text.slice(0, digits);
		},
	};
}
