import { isIP } from 'node:net';
import { z } from 'zod';
import type { Accusation } from '@/lib/core/accusation';
import { parseHexId, toHex } from '@/lib/core/ids';
import { type Endpoint, endpointKey } from '@/lib/core/member';
import type { ObserverSelf } from '@/lib/core/observers';
import { isHashed, toFolder } from './names';

/** What anybody may have written into these znodes is read up to this size, and by these schemas only. */
const DATA_BYTES_MAX = 16 * 1_024;
const ENDPOINTS_MAX = 32;
const WATCHES_MAX = 16;
const PATH_LENGTH_MAX = 4_096;
const DAYS_MS = 86_400_000;

const domain = z.string().min(1).max(64);
const memberPath = z.string().startsWith('/').max(PATH_LENGTH_MAX);
const hexId = z.string().max(18).transform(parseHexId).pipe(z.bigint());
const endpoints = z
	.array(z.string().max(64).transform(parseEndpoint).pipe(z.custom<Endpoint>(isFound)))
	.max(ENDPOINTS_MAX);

const presenceSchema = z.object({
	kind: z.enum(['console', 'agent']),
	failureDomain: domain,
	watches: z.union([z.literal('all'), z.array(memberPath).max(WATCHES_MAX)]),
	sessionIp: z
		.string()
		.max(64)
		.refine((text) => isIP(text) !== 0)
		.optional(),
});

const suspicionSchema = z.object({
	path: memberPath.optional(),
	czxid: hexId,
	ephemeralOwner: hexId,
	refused: endpoints,
	timedOut: endpoints,
	tripwireHeldMs: z
		.number()
		.min(0)
		.max(3_650 * DAYS_MS)
		.nullable(),
	failureDomain: domain,
});

export type SuspicionDocument = z.infer<typeof suspicionSchema>;

/** null: not what an observer writes. */
export function parsePresence(data: Uint8Array): ObserverSelf | null {
	const parsed = presenceSchema.safeParse(parseJson(data));
	return parsed.success ? parsed.data : null;
}

/** null: not what an observer writes. */
export function parseSuspicion(data: Uint8Array): SuspicionDocument | null {
	const parsed = suspicionSchema.safeParse(parseJson(data));
	return parsed.success ? parsed.data : null;
}

/** More paths than others would read are left out: of those this observer is not known to watch them. */
export function toPresenceData({ kind, failureDomain, watches, sessionIp }: ObserverSelf): Buffer {
	const watched = watches === 'all' ? watches : watches.slice(0, WATCHES_MAX);
	return toData({ kind, failureDomain, watches: watched, ...(sessionIp === undefined ? {} : { sessionIp }) });
}

export function toSuspicionData(accusation: Accusation, failureDomain: string): Buffer {
	const { path, czxid, ephemeralOwner } = accusation.incarnation;
	return toData({
		...(isHashed(toFolder(path)) ? { path } : {}),
		czxid: toHex(czxid),
		ephemeralOwner: toHex(ephemeralOwner),
		refused: accusation.refused.slice(0, ENDPOINTS_MAX).map(endpointKey),
		timedOut: accusation.timedOut.slice(0, ENDPOINTS_MAX).map(endpointKey),
		tripwireHeldMs: accusation.tripwireHeldMs,
		failureDomain,
	});
}

function toData(document: object): Buffer {
	return Buffer.from(JSON.stringify(document));
}

function parseJson(data: Uint8Array): unknown {
	if (data.length > DATA_BYTES_MAX) {
		return null;
	}
	try {
		return JSON.parse(Buffer.from(data).toString('utf8'));
	} catch {
		return null;
	}
}

/** '10.0.0.1:80' or '[::1]:80', as endpointKey writes them. */
function parseEndpoint(text: string): Endpoint | null {
	const match = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):(\d{1,5})$/i.exec(text);
	const ip = match?.[1] ?? match?.[2] ?? '';
	const port = Number(match?.[3]);
	const family = match?.[1] === undefined ? 4 : 6;
	return isIP(ip) === family && port >= 1 && port <= 65_535 ? { ip, port } : null;
}

function isFound(value: unknown): boolean {
	return value !== null;
}
