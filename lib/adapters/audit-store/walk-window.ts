/** A statement that took longer makes the next window smaller: each blocks the process, and 250 ms spoil proofs. */
const SLOW_MS = 40;
const QUICK_MS = 10;
const FACTOR = 4;

/** Bounds of a window, in sequences. */
export type WindowBounds = { readonly first: number; readonly max: number };

/** Sequences that the next statement looks through, after one that looked through `size` in `tookMs`. Never below 64. */
export function nextWindow(size: number, tookMs: number, bounds: WindowBounds): number {
	if (tookMs > SLOW_MS) {
		return Math.max(64, Math.floor(size / FACTOR));
	}
	return tookMs < QUICK_MS ? Math.min(bounds.max, size * FACTOR) : size;
}
