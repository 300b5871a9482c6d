import { z } from 'zod';
import { DRILL_OUTCOMES, DRILL_PURGES } from '@/lib/core/drill';
import { DRILL_REFUSALS } from '@/lib/core/drill-refusals';
import type { DrillRequest, DrillStartView, DrillsView } from '@/lib/core/drill-view';
import { ms, nullableMs, reasons, text } from './schema-atoms';

/** Schemas of what is asked and answered about drills; the types are lib/core/drill-view.ts. */

/** Bytes of an order's body. */
export const DRILL_BYTES_MAX = 32 * 1_024;

export const drillRequestSchema = z
	.strictObject({
		path: z
			.string()
			.max(4_096)
			.regex(/^\/[^\0]+$/, 'expected an absolute ZooKeeper path such as /turms/members/7'),
		czxid: z
			.string()
			.regex(/^0x[0-9a-f]{1,16}$/i, 'expected 0x and 1 to 16 hex digits')
			.transform((given) => given.toLowerCase())
			.meta({ description: 'The czxid of the incarnation, as the list of candidates shows it.' }),
		reason: z.string().max(1_000).meta({ description: 'Why; it goes into the audit log.' }),
		confirm: z.string().max(512).meta({ description: "The member's id, typed out." }),
		purge: z
			.literal('by-hand')
			.optional()
			.meta({ description: 'Needed where automatic recovery would not purge the member: somebody will.' }),
	})
	.meta({ id: 'DrillRequest' }) satisfies z.ZodType<DrillRequest>;

export const DRILL_EXPORTS = ['csv', 'json'] as const;
export const drillsQuerySchema = z.strictObject({
	format: z
		.enum(DRILL_EXPORTS)
		.optional()
		.meta({ description: 'The reports alone, as a file: at most 1,000, newest first.' }),
});

const refusals = z.array(z.enum(DRILL_REFUSALS));

export const drillStartSchema = z
	.object({
		outcome: z.enum(['ordered', 'refused', 'failed']),
		drillId: text.nullable(),
		refusals,
		detail: text,
		auditId: text.nullable(),
	})
	.meta({ id: 'DrillStart' }) satisfies z.ZodType<DrillStartView>;

const order = {
	drillId: text,
	path: text,
	czxid: text,
	id: text,
	group: text,
	by: text,
	reason: text,
	scheduled: z.boolean(),
	purge: z.enum(DRILL_PURGES),
	orderedAtMs: ms,
	sessionTimeoutMs: nullableMs,
	replaced: z.boolean(),
};

const measured = {
	timeline: z
		.object({
			killed: nullableMs,
			'tripwire-closed': nullableMs,
			refused: nullableMs,
			'session-gone': nullableMs,
			proven: nullableMs,
			purged: nullableMs,
			replaced: nullableMs,
			alive: nullableMs,
		})
		.meta({ description: 'Whole ms since the order; null: it has not happened.' }),
	reasons,
	expiry: z.object({ timeoutMs: nullableMs, afterMs: nullableMs }),
};

export const drillsViewSchema = z
	.object({
		eligible: z.array(
			z.object({
				path: text,
				id: text,
				group: text,
				czxid: text,
				ready: z.boolean(),
				replaced: z.boolean(),
				recovers: z.boolean(),
				whyNot: refusals,
			}),
		),
		running: z.object({ ...order, ...measured, elapsedMs: ms, limitMs: ms }).nullable(),
		reports: z.array(
			z.object({ ...order, ...measured, outcome: z.enum(DRILL_OUTCOMES), endedAfterMs: ms, auditId: text }),
		),
		trend: z.array(
			z.object({
				day: text,
				drills: z.int(),
				complete: z.int(),
				proven: nullableMs,
				purged: nullableMs,
				replaced: nullableMs,
				alive: nullableMs,
				expiry: nullableMs,
			}),
		),
		schedule: z
			.object({ by: text, reason: text, atMs: ms, everyMs: ms, group: text.nullable(), nextAtMs: ms })
			.nullable(),
	})
	.meta({ id: 'Drills' }) satisfies z.ZodType<DrillsView>;
