import { z } from 'zod';
import { AUDIT_ACTIONS } from '@/lib/core/audit-entry';
import type { AuditQuery } from '@/lib/core/ports';
import type { ExitReportRequest, PurgeRequest } from '@/lib/core/purge-view';
import { VERDICTS } from '@/lib/core/reason';
import type { MemberQuery } from './member-query';

/** Schemas of everything that a request brings; the OpenAPI document is made from the same ones. */

const path = z
	.string()
	.max(4_096)
	.regex(/^\/[^\0]+$/, 'expected an absolute ZooKeeper path such as /turms/members/7')
	.meta({ description: 'Absolute path of the registration in ZooKeeper.' });
const czxid = z
	.string()
	.regex(/^0x[0-9a-f]{1,16}$/i, 'expected 0x and 1 to 16 hex digits')
	.meta({ description: 'The czxid of the incarnation, as the members list shows it.' });

/** Bytes of a purge request's body: 1,000 members with long paths. */
export const PURGE_BYTES_MAX = 1_024 * 1_024;

export const purgeRequestSchema = z
	.strictObject({
		members: z.array(z.strictObject({ path, czxid })).min(1).max(1_000),
		reason: z.string().max(2_000).optional().meta({ description: 'Why; needed unless dryRun.' }),
		dryRun: z.boolean().optional().meta({ description: 'Answer with the plan and change nothing.' }),
		confirm: z
			.string()
			.max(512)
			.optional()
			.meta({ description: "One member's id; for several, their number. Needed unless dryRun." }),
		override: z
			.boolean()
			.optional()
			.meta({ description: 'Admin only: stands in for the proof of an unreachable member, never against a veto.' }),
		approval: z
			.strictObject({ members: z.int().min(1).max(1_000) })
			.optional()
			.meta({ description: 'Admin only: how many members may exceed the blast radius in this one action.' }),
	})
	.refine((request) => new Set(request.members.map((member) => member.path)).size === request.members.length, {
		path: ['members'],
		message: 'a path is given twice',
	})
	.meta({ id: 'PurgeRequest' }) satisfies z.ZodType<PurgeRequest>;

/** Bytes of an exit report's body. */
export const EXIT_REPORT_BYTES_MAX = 16 * 1_024;

export const exitReportSchema = z
	.strictObject({
		path,
		czxid,
		reporter: z
			.string()
			.trim()
			.min(1)
			.max(256)
			.meta({ description: 'Who says so: an agent, a supervisor, a host monitor.' }),
		detail: z.string().max(2_000).optional().meta({ description: 'Exit code, signal, host event.' }),
	})
	.meta({ id: 'ExitReport' }) satisfies z.ZodType<ExitReportRequest>;

const limit = (otherwise: number) =>
	z
		.string()
		.regex(/^\d{1,4}$/, 'expected a whole number from 1 to 1000')
		.transform(Number)
		.pipe(z.int().min(1).max(1_000))
		.default(otherwise)
		.meta({ description: `Rows of a page, 1 to 1000; ${otherwise} when not given.` });
const cursor = z.string().min(1).max(8_192).optional().meta({ description: "The page before's nextCursor." });

/** `verdict=dead,suspect`: one of several. */
const verdicts = z
	.string()
	.max(200)
	.transform((text) => text.split(','))
	.pipe(z.array(z.enum(VERDICTS)))
	.optional()
	.meta({ description: 'One verdict or several with commas between them.' });

export const membersQuerySchema = z
	.strictObject({
		verdict: verdicts,
		group: z.string().max(256).optional(),
		q: z.string().max(256).optional().meta({ description: 'Part of id, group, path or address.' }),
		cursor,
		limit: limit(1_000),
	})
	.transform(
		(given): MemberQuery => ({
			verdicts: given.verdict ?? null,
			group: given.group ?? null,
			q: given.q ?? null,
			cursor: given.cursor ?? null,
			limit: given.limit,
		}),
	);

export const memberQuerySchema = z.strictObject({ path });

export const eventsQuerySchema = z.strictObject({
	lastEventId: z
		.string()
		.max(200)
		.optional()
		.meta({ description: 'As the header Last-Event-ID, which wins: where to go on.' }),
});

/** ms since the epoch, or an ISO 8601 date or date and time with its offset. */
const moment = z
	.string()
	.max(40)
	.transform((text, context) => {
		const iso = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).safeParse(text).success;
		const atMs = /^\d{1,15}$/.test(text) ? Number(text) : iso ? Date.parse(text) : Number.NaN;
		if (Number.isNaN(atMs)) {
			context.addIssue('expected 2026-01-31T12:00:00Z, 2026-01-31 or milliseconds since the epoch');
			return z.NEVER;
		}
		return atMs;
	})
	.optional()
	.meta({ description: 'ISO 8601 with its offset, a date (UTC), or milliseconds since the epoch.' });

const auditFilters = {
	cluster: z.string().max(256).optional(),
	actor: z.string().max(256).optional(),
	action: z.enum(AUDIT_ACTIONS).optional(),
	outcome: z.string().max(64).optional(),
	member: z.string().max(4_096).optional().meta({ description: "The member's path." }),
	q: z.string().max(256).optional().meta({ description: 'Full text.' }),
	from: moment,
	to: moment,
};

function toAuditQuery({ from, to, ...rest }: AuditFilters): AuditQuery {
	return { ...rest, fromMs: from, toMs: to };
}
type AuditFilters = Omit<AuditQuery, 'fromMs' | 'toMs'> & { from?: number | undefined; to?: number | undefined };

export const auditQuerySchema = z
	.strictObject({ ...auditFilters, cursor, limit: limit(100) })
	.transform(({ cursor: after, limit: rows, ...filters }) => ({
		filters: toAuditQuery(filters),
		page: { cursor: after ?? null, limit: rows },
	}));

export const EXPORT_FORMATS = ['csv', 'ndjson', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const sequence = z
	.string()
	.regex(/^\d{1,15}$/, "expected an entry's id: a whole number")
	.transform(Number)
	.optional();

export const auditExportQuerySchema = z
	.strictObject({
		...auditFilters,
		format: z.enum(EXPORT_FORMATS).default('csv'),
		after: sequence.meta({
			description: 'Goes on behind the entry with this id, without a header line; not in the format json.',
		}),
		until: sequence.meta({
			description: 'Ends with the entry of this id: of a continuation, what Rollcall-Export-Until of the answer said.',
		}),
		track: z
			.string()
			.regex(/^[0-9a-f]{32}$/, 'expected 32 hexadecimal digits')
			.optional()
			.meta({
				description: 'A new id for this export, by which GET /api/audit/exports/{id} tells how far it is.',
			}),
	})
	.transform(({ format, after, until, track, ...filters }, context) => {
		if (format === 'json' && after !== undefined) {
			context.addIssue({
				code: 'custom',
				path: ['after'],
				message: 'a JSON array cannot be continued: take format=ndjson or format=csv, or the whole anew',
			});
			return z.NEVER;
		}
		return { format, filters: toAuditQuery(filters), bounds: { after, until }, track };
	});

/** What the sign-in route reads (lib/adapters/auth/sign-in.ts); here for the document. */
export const signInSchema = z
	.strictObject({ username: z.string().min(1).max(64), password: z.string().min(1).max(128) })
	.meta({ id: 'SignIn' });
