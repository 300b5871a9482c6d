import { readFileSync } from 'node:fs';

/** Where the limit cannot be read: what most systems give a process at least. */
const LIMIT_DEFAULT = 1_024;
/** One each for the probes that run at once (256), and a fifth of all for sessions, sweeps, pages, database and files. */
const RESERVED = 256;
const RESERVED_SHARE = 0.2;

/** Soft limit of this process's file descriptors, from /proc/self/limits; Infinity when there is none. */
export function descriptorLimit(limitsFile = '/proc/self/limits'): number {
	let text = '';
	try {
		text = readFileSync(limitsFile, 'utf8');
	} catch {
		// Not Linux, or /proc is not mounted.
		return LIMIT_DEFAULT;
	}
	const soft = /^Max open files\s+(\d+|unlimited)\s/m.exec(text)?.[1];
	if (soft === undefined) return LIMIT_DEFAULT;
	return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

/** limit - 256 - 20 %: how many tripwires a process with that many file descriptors may hold; 0 when none are left. */
export function tripwiresMax(limit: number): number {
	return limit === Number.POSITIVE_INFINITY
		? Number.MAX_SAFE_INTEGER
		: Math.max(0, limit - RESERVED - Math.ceil(limit * RESERVED_SHARE));
}

/**
 * How many tripwires are held, and how many may be. First come, first served: whoever has a place keeps it, and a place
 * that becomes free goes to the next probe that asks.
 * Invariant: `open` counts the places taken and not given back; each is given back once.
 */
export class TripwirePlaces {
	readonly max: number;
	#open = 0;

	constructor(max: number) {
		this.max = max;
	}

	get open(): number {
		return this.#open;
	}

	/** Takes a place; the function returned gives it back. null when all are taken. */
	take(): (() => void) | null {
		if (this.#open >= this.max) return null;
		this.#open += 1;
		let taken = true;
		return () => {
			if (taken) this.#open -= 1;
			taken = false;
		};
	}
}
