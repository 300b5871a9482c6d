const LONG_INTEGER = /-?\d{16,}/g;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses JSON whose integers of 16 and more digits come out as strings, since `JSON.parse` rounds session ids and zxids
 * (72057615854272512 became …510). Throws a SyntaxError on anything that is not JSON.
 * Measured for 1.4 MB (3,333 connections): 5–9 ms; lossless-json took 50–110 ms.
 */
export function parseJsonWithIds(text: string): unknown {
	return JSON.parse(quoteLongIntegers(text));
}

/** Puts quotes around integers of 16 and more digits that stand outside of strings and are no part of a fraction. */
export function quoteLongIntegers(text: string): string {
	const parts: string[] = [];
	let copiedTo = 0;
	let known = 0;
	for (const match of text.matchAll(LONG_INTEGER)) {
		const start = match.index;
		const end = start + match[0].length;
		// No string of valid JSON holds a raw line break, so each line begins outside of strings, as does the place after
		// an integer that was quoted.
		known = Math.max(known, text.lastIndexOf('\n', start));
		if (isPartOfNumber(text, start, end) || isInString(text, known, start)) continue;
		parts.push(text.slice(copiedTo, start), '"', match[0], '"');
		copiedTo = end;
		known = end;
	}
	return copiedTo === 0 ? text : parts.join('') + text.slice(copiedTo);
}

function isPartOfNumber(text: string, start: number, end: number): boolean {
	return /[\w.+-]/.test(text.charAt(start - 1)) || /[\w.]/.test(text.charAt(end));
}

/** Whether `at` lies in a string, given that `from` does not. */
function isInString(text: string, from: number, at: number): boolean {
	let inside = false;
	for (let i = from; i < at; i += 1) {
		const code = text.charCodeAt(i);
		if (code === QUOTE) inside = !inside;
		else if (inside && code === BACKSLASH) i += 1;
	}
	return inside;
}
