const LONG_INTEGER = /-?\d{16,}/g;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses JSON whose integers of 16 and more digits come out as strings, since `JSON.parse` rounds session ids and zxids
 * (72057615854272512 became …510). Throws a SyntaxError on anything that is not JSON.
 * Measured for 1.6 MB (3,333 connections) on a busy machine: about 25 ms, where lossless-json took 50–110 ms.
 */
export function parseJsonWithIds(text: string): unknown {
	return JSON.parse(quoteLongIntegers(text));
}

/** Puts quotes around integers of 16 and more digits that stand outside of strings and are no part of a fraction. */
export function quoteLongIntegers(text: string): string {
	const parts: string[] = [];
	let copiedTo = 0;
	let place: Place = { at: 0, inString: false };
	for (const match of text.matchAll(LONG_INTEGER)) {
		const start = match.index;
		const end = start + match[0].length;
		place = advance(text, place, start);
		if (place.inString || isPartOfNumber(text, start, end)) continue;
		parts.push(text.slice(copiedTo, start), '"', match[0], '"');
		copiedTo = end;
	}
	return copiedTo === 0 ? text : parts.join('') + text.slice(copiedTo);
}

type Place = { readonly at: number; readonly inString: boolean };

/**
 * Walks on to `to`, each part of the text once. No string of valid JSON holds a raw line break, so a line begins outside of
 * strings, and whole lines are skipped.
 */
function advance(text: string, from: Place, to: number): Place {
	const line = text.slice(from.at, to).lastIndexOf('\n');
	let inString = line < 0 && from.inString;
	let at = line < 0 ? from.at : from.at + line;
	for (; at < to; at += 1) {
		const code = text.charCodeAt(at);
		if (code === QUOTE) inString = !inString;
		else if (inString && code === BACKSLASH) at += 1;
	}
	return { at, inString };
}

function isPartOfNumber(text: string, start: number, end: number): boolean {
	return /[\w.+-]/.test(text.charAt(start - 1)) || /[\w.]/.test(text.charAt(end));
}
