import { z } from 'zod';
import { COUNTERS_BOUNDS, type CountersDocument } from '../core/counters';
import { REQUESTERS } from '../core/guard';
import { parseHexId } from '../core/ids';
import { parseJsonData } from './parse-json-data';

const text = z.string().min(1).max(COUNTERS_BOUNDS.textMax);

const hexId = z.string().transform((hex, context) => {
	const id = parseHexId(hex);
	if (id === null) {
		context.addIssue({ code: 'custom', message: 'must be 0x-hex' });
		return z.NEVER;
	}
	return id;
});

const documentSchema = z.object({
	entries: z
		.array(
			z.object({
				attempt: text,
				path: z.string().min(1).max(COUNTERS_BOUNDS.pathMax),
				czxid: hexId,
				id: text,
				// What an earlier release wrote has neither.
				group: z.string().max(COUNTERS_BOUNDS.textMax).default(''),
				addresses: z.array(text).max(COUNTERS_BOUNDS.addressesMax),
				ephemeralOwner: hexId.default(0n),
				sessionTimeoutMs: z.number().nonnegative().nullable().default(null),
				by: z.enum(REQUESTERS).default('human'),
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
	const parsed = documentSchema.safeParse(parseJsonData(data, COUNTERS_BOUNDS.bytesMax));
	return parsed.success ? parsed.data : null;
}
