import { z } from 'zod';
import { GUARDS, type GuardCode } from '@/lib/core/guard';
import { type OutcomeReason, PURGE_OUTCOMES } from '@/lib/core/purge-plan';
import type { ExitReportView, OutcomesView, PlanView } from '@/lib/core/purge-view';
import { code, nullableMs, owned, reasons, text, verdict } from './schema-atoms';

/** Schemas of what the API answers on purges and exit reports; the types are lib/core/purge-view.ts. */

const facts = z.record(z.string(), z.union([z.string(), z.number()]));
const guards = z.array(
	z.object({
		guard: z.enum(GUARDS),
		result: z.enum(['pass', 'fail', 'unknown', 'inactive']),
		code: code<GuardCode>(),
		detail: text,
		facts,
	}),
);

export const planViewSchema = z
	.object({
		plan: z.object({
			members: z.array(
				z.object({
					path: text,
					id: text,
					czxid: text,
					ephemeralOwner: text,
					verdict,
					reasons,
					owned,
					expiresInMs: nullableMs,
					guards,
				}),
			),
		}),
	})
	.meta({ id: 'PurgePlan' }) satisfies z.ZodType<PlanView>;

export const outcomesViewSchema = z
	.object({
		outcomes: z.array(
			z.object({
				path: text,
				id: text,
				czxid: text,
				outcome: z.enum(PURGE_OUTCOMES),
				reason: code<OutcomeReason>(),
				detail: text,
				guards,
				zxid: text.nullable(),
				auditId: text.nullable(),
				left: z.array(text),
				overrideId: text.optional(),
			}),
		),
	})
	.meta({ id: 'PurgeOutcomes' }) satisfies z.ZodType<OutcomesView>;

export const exitReportViewSchema = z
	.object({
		path: text,
		czxid: text,
		result: z.enum(['accepted', 'stale', 'not-registered']),
		verdict: verdict.nullable(),
		auditId: text.nullable(),
	})
	.meta({ id: 'ExitReportAnswer' }) satisfies z.ZodType<ExitReportView>;
