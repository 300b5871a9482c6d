import { z } from 'zod';
import { COUNTERS_BOUNDS, type CountersDocument } from '../core/counters';
import { parseHexId } from '../core/ids';

const text = z.string().min(1).max(COUNTERS_BOUNDS.textMax);

const documentSchema = z.object({
	entries: z
		.array(
			z.object({
				attempt: text,
				path: z.string().min(1).max(COUNTERS_BOUNDS.pathMax),
				czxid: z.string().transform((hex, context) => {
					const id = parseHexId(hex);
					if (id === null) {
						context.addIssue({ code: 'custom', message: 'czxid must be 0x-hex' });
						return z.NEVER;
					}
					return id;
				}),
				id: text,
				addresses: z.array(text).max(COUNTERS_BOUNDS.addressesMax),
			}),
		)
		.max(COUNTERS_BOUNDS.entriesMax),
});

/**
 * Parses the data of the znode counters/<cluster>. Empty data (a console has just created it) is an empty document.
 * null when it is anything else than toCountersText wrote, within its bounds: the blast radius is then unknown, and
 * unknown lets nothing through.
 */
export function readCounters(data: Uint8Array): CountersDocument | null {
	if (data.byteLength === 0) {
		return { entries: [] };
	}
	if (data.byteLength > COUNTERS_BOUNDS.bytesMax) {
		return null;
	}
	let value: unknown;
	try {
		value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
	} catch (error) {
		if (error instanceof SyntaxError || error instanceof TypeError) {
			return null;
		}
		throw error;
	}
	const parsed = documentSchema.safeParse(value);
	return parsed.success ? parsed.data : null;
}
