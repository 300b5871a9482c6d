/**
 * Whether JSON text nests arrays and objects deeper than `depthMax`. One pass, about 2 ms for a megabyte: a megabyte of
 * brackets costs JSON.parse more than half a second, and with it the console its event loop.
 */
export function nestsDeeper(text: string, depthMax: number): boolean {
	let depth = 0;
	let inString = false;
	for (let index = 0; index < text.length; index += 1) {
		const unit = text.charCodeAt(index);
		if (unit === 0x22) {
			inString = !inString;
		} else if (inString) {
			// The character behind a backslash ends nothing.
			index += unit === 0x5c ? 1 : 0;
		} else if (unit === 0x5b || unit === 0x7b) {
			depth += 1;
			if (depth > depthMax) {
				return true;
			}
		} else if (unit === 0x5d || unit === 0x7d) {
			depth -= 1;
		}
	}
	return false;
}
