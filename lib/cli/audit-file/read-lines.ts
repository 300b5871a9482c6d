/** Longest line of a file, bytes. An entry has less than 1 MB (AUDIT_BOUNDS, every character of a cut detail escaped). */
export const LINE_BYTES_MAX = 4 * 1024 * 1024;

export type Line =
	| { readonly number: number; readonly text: string }
	/** Too long, or no UTF-8. */
	| { readonly number: number; readonly problem: string };

const LINE_FEED = 0x0a;

/**
 * The lines of a file, from 1, each read when it is asked for: memory holds one of them, however long the file is. A file
 * may end with or without a line break. Ends after a line that is too long.
 */
export async function* readLines(
	chunks: AsyncIterable<Uint8Array>,
	bytesMax = LINE_BYTES_MAX,
): AsyncGenerator<Line, undefined, undefined> {
	let pieces: Uint8Array[] = [];
	let length = 0;
	let number = 1;
	for await (const chunk of chunks) {
		let start = 0;
		for (;;) {
			const end = chunk.indexOf(LINE_FEED, start);
			const piece = chunk.subarray(start, end < 0 ? chunk.length : end);
			length += piece.length;
			if (length > bytesMax) {
				yield { number, problem: `it is longer than ${bytesMax} bytes, which no entry is` };
				return;
			}
			pieces.push(piece);
			if (end < 0) {
				break;
			}
			yield toLine(number, pieces);
			pieces = [];
			length = 0;
			number += 1;
			start = end + 1;
		}
	}
	if (length > 0) {
		yield toLine(number, pieces);
	}
}

function toLine(number: number, pieces: readonly Uint8Array[]): Line {
	try {
		const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(pieces));
		// A transfer as text may have made every line break two characters.
		return { number, text: text.endsWith('\r') ? text.slice(0, -1) : text };
	} catch (error) {
		return { number, problem: `it is no UTF-8: ${error instanceof Error ? error.message : String(error)}` };
	}
}
