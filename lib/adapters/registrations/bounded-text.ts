/** Control, format (bidi marks among them), separator and unpaired-surrogate characters: invisible, or they rearrange a line. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Hostile text as one line that shows all it holds: unprintable characters become `\u202e`-like escapes, and what exceeds
 * `lengthMax` UTF-16 units is cut and ends in '…'. Equal inputs give equal outputs.
 */
export function toBoundedText(value: string, lengthMax: number): string {
	const escaped = value.slice(0, lengthMax + 1).replace(UNPRINTABLE, toEscape);
	if (escaped.length <= lengthMax && value.length <= lengthMax) {
		return escaped;
	}
	const head = escaped.slice(0, lengthMax - 1);
	return `${/[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head}…`;
}

function toEscape(character: string): string {
	return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}
