/** A letter that begins a word: after anything that is neither letter nor digit, or a digit after a letter. */
function beginsWord(text: string, at: number): boolean {
	const before = text[at - 1];
	if (before === undefined || !/[\p{L}\p{N}]/u.test(before)) return true;
	return /\d/.test(text[at] ?? '') && !/\d/.test(before);
}

/**
 * How well the letters of `query` occur in `text` in their order, spaces left out; null when they do not. Higher is better:
 * letters side by side and at the beginning of words count more, and of two equals the shorter text wins.
 */
export function fuzzyScore(query: string, text: string): number | null {
	const wanted = query.toLowerCase().replace(/\s+/g, '');
	const within = text.toLowerCase();
	if (wanted === '') return 0;
	const whole = within.indexOf(wanted);
	if (whole >= 0) {
		return 1_000 + wanted.length * 20 + (whole === 0 ? 60 : beginsWord(within, whole) ? 40 : 0) - text.length / 100;
	}
	let score = 0;
	let at = -1;
	for (const letter of wanted) {
		const next = within.indexOf(letter, at + 1);
		if (next < 0) return null;
		score += beginsWord(within, next) ? 12 : next === at + 1 ? 8 : 1;
		at = next;
	}
	return score - text.length / 100;
}

/** The best of several texts. */
export function bestScore(query: string, texts: readonly string[]): number | null {
	let best: number | null = null;
	for (const text of texts) {
		const score = fuzzyScore(query, text);
		if (score !== null && (best === null || score > best)) best = score;
	}
	return best;
}
