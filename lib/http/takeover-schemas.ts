import { z } from 'zod';
import { GUARDS, type GuardCode } from '@/lib/core/guard';
import { TAKEOVER_RESULTS, type TakeoverRequest, type TakeoverView } from '@/lib/core/takeover-view';
import { code, ms, reasons, text, verdict } from './schema-atoms';

/** Schemas of what a starting member asks and is answered; the types are lib/core/takeover-view.ts. */

/** Bytes of a takeover's body. */
export const TAKEOVER_BYTES_MAX = 16 * 1_024;

const hexId = z.string().regex(/^0x[0-9a-f]{1,16}$/i, 'expected 0x and 1 to 16 hex digits');

const byPath = z.strictObject({
	path: z
		.string()
		.max(4_096)
		.regex(/^\/[^\0]+$/, 'expected an absolute ZooKeeper path such as /turms/members/7')
		.meta({ description: "The predecessor's registration: the requester's own path." }),
	czxid: hexId
		.optional()
		.meta({ description: 'The one incarnation that is meant; any that is there, when not given.' }),
	holdsAddress: z
		.literal(true, 'expected true: only who holds the registered address may ask')
		.meta({ description: 'The requester holds the registered port: it listens there, or has just bound it.' }),
});

const byAddress = z.strictObject({
	host: z.string().min(1).max(255).meta({ description: 'As registered; the requester holds this address.' }),
	port: z.int().min(1).max(65_535),
	id: z.string().min(1).max(512).optional().meta({ description: 'Registrations under this id alone.' }),
	sessionId: hexId
		.optional()
		.meta({ description: "The requester's own session: what it has registered itself is no predecessor." }),
});

export const takeoverRequestSchema = z
	.union([byPath, byAddress], 'expected {path, holdsAddress: true} or {host, port}')
	.meta({ id: 'TakeoverRequest' }) satisfies z.ZodType<TakeoverRequest>;

const result = z.enum(TAKEOVER_RESULTS);

export const takeoverViewSchema = z
	.object({
		result,
		detail: text,
		requesterIp: text.nullable(),
		evidence: z.array(
			z.object({
				path: text,
				id: text,
				czxid: text,
				result,
				verdict,
				reasons,
				session: z.object({
					state: z.enum(['connected', 'gone', 'unknown']),
					remoteIp: text.nullable(),
					goneForMs: ms,
				}),
				guards: z.array(
					z.object({
						guard: z.enum(GUARDS),
						result: z.enum(['pass', 'fail', 'unknown', 'inactive']),
						code: code<GuardCode>(),
						detail: text,
						facts: z.record(z.string(), z.union([z.string(), z.number()])),
					}),
				),
			}),
		),
	})
	.meta({ id: 'Takeover' }) satisfies z.ZodType<TakeoverView>;
