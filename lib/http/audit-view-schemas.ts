import { z } from 'zod';
import type { ExportView } from '@/lib/core/export-view';
import type { AuditVerifyView, AuditView } from '@/lib/core/view';
import { archivedViewSchema } from './archive-schemas';
import { ms, text } from './schema-atoms';

/** Schemas of what is answered about the audit log; the types are lib/core/audit-log-view.ts. */

const auditEntrySchema = z
	.object({
		id: text,
		key: text,
		at: text,
		actor: z.object({ kind: text, name: text, role: text.nullable(), sourceAddress: text.nullable() }),
		action: text,
		outcome: text,
		cluster: text.nullable(),
		member: text.nullable(),
		memberId: text.nullable(),
		czxid: text.nullable(),
		reason: text.nullable(),
		zxid: text.nullable(),
		detail: z.unknown(),
		hash: text,
		previousHash: text,
	})
	.meta({ id: 'AuditEntry' });

export const auditViewSchema = z
	.object({
		entries: z.array(auditEntrySchema),
		nextCursor: text.nullable(),
		lookedTo: text.nullable().meta({
			description:
				'Down to which entry was looked, where that is not all and the page not full: go on with nextCursor.',
		}),
	})
	.meta({ id: 'Audit' }) satisfies z.ZodType<AuditView>;

export const auditVerifyViewSchema = z
	.object({
		ok: z.boolean(),
		entries: z.int(),
		head: text.nullable(),
		firstBroken: z.int().nullable(),
		archived: archivedViewSchema,
		heads: z.object({
			checked: z.int(),
			agreeing: z.int(),
			contradicted: z.object({ sequence: z.int(), agreesUpTo: z.int(), cluster: text }).nullable(),
			lost: z.array(z.object({ cluster: text, detail: text })),
			unreachable: z.array(text),
			newest: z.object({ sequence: z.int(), atMs: ms, cluster: text }).nullable(),
		}),
	})
	.meta({ id: 'AuditVerify' }) satisfies z.ZodType<AuditVerifyView>;

export const exportViewSchema = z
	.object({
		state: z.enum(['unknown', 'running', 'done', 'cut-off', 'failed']),
		entries: z.int().meta({ description: 'Written so far.' }),
		share: z.number().meta({ description: 'How far it is through the log, from 0 to 1.' }),
	})
	.meta({ id: 'Export' }) satisfies z.ZodType<ExportView>;
