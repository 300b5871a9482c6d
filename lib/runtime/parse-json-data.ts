/**
 * What a znode's data says as JSON; undefined when it is larger than `bytesMax`, no UTF-8 or no JSON. Total over hostile
 * data: what comes of it is for a schema to judge.
 */
export function parseJsonData(data: Uint8Array, bytesMax: number): unknown {
	if (data.byteLength > bytesMax) {
		return undefined;
	}
	try {
		return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
	} catch (error) {
		// A TypeError of the decoder, a SyntaxError of the parser, a RangeError of nesting that is too deep.
		if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError) {
			return undefined;
		}
		throw error;
	}
}
