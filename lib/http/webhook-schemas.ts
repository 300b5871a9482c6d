import { z } from 'zod';
import { AUDIT_ACTIONS, type AuditAction } from '@/lib/core/audit-entry';
import { PAUSE_CAUSES, WEBHOOK_BOUNDS, WEBHOOK_PROBLEMS } from '@/lib/core/webhook';
import type {
	NewWebhookView,
	WebhookChangeWish,
	WebhookSecretView,
	WebhooksView,
	WebhookTestView,
	WebhookView,
	WebhookWish,
} from '@/lib/core/webhook-view';
import { code, ms, nullableMs, reason, text } from './schema-atoms';

/** Schemas of what is asked and answered about webhooks; the types are lib/core's. */

/** Bytes of a body: a URL, a reason and three short lists. */
export const WEBHOOK_BYTES_MAX = 64 * 1_024;

const url = z
	.string()
	.trim()
	.min(1)
	.max(WEBHOOK_BOUNDS.urlLength)
	.meta({ description: 'http or https, without credentials; link-local addresses are refused.' });
const actions = z
	.array(z.enum(AUDIT_ACTIONS))
	.max(WEBHOOK_BOUNDS.actions)
	.meta({ description: 'Of the audit log; empty: every action.' });
const outcomes = z
	.array(z.string().min(1).max(64))
	.max(WEBHOOK_BOUNDS.outcomes)
	.meta({ description: 'As the audit log has them; empty: every outcome.' });
const clusters = z
	.array(z.string().min(1).max(256))
	.max(WEBHOOK_BOUNDS.clusters)
	.meta({ description: 'Ids; empty: every cluster, and what concerns none.' });

export const webhookWishSchema = z
	.strictObject({
		url,
		actions: actions.default([]),
		outcomes: outcomes.default([]),
		clusters: clusters.default([]),
		reason,
	})
	.meta({ id: 'WebhookWish' }) satisfies z.ZodType<WebhookWish>;

export const webhookChangeSchema = z
	.strictObject({
		url: url.optional(),
		actions: actions.optional(),
		outcomes: outcomes.optional(),
		clusters: clusters.optional(),
		paused: z.boolean().optional(),
		missed: z.enum(['deliver', 'skip']).optional().meta({
			description: 'With paused: false: whether what was recorded meanwhile is delivered (the default) or left out.',
		}),
		reason,
	})
	.refine(({ reason: _, missed: __, ...change }) => Object.values(change).some((value) => value !== undefined), {
		path: ['url'],
		message: 'expected url, actions, outcomes, clusters or paused',
	})
	.refine(({ missed, paused }) => missed === undefined || paused === false, {
		path: ['missed'],
		message: 'expected only beside paused: false',
	})
	.meta({ id: 'WebhookChange' }) satisfies z.ZodType<WebhookChangeWish>;

const problem = z.object({ code: z.enum(WEBHOOK_PROBLEMS), detail: text });

export const webhookViewSchema = z
	.object({
		id: text,
		url: text,
		actions: z.array(code<AuditAction>()),
		outcomes: z.array(text),
		clusters: z.array(text),
		createdAtMs: ms,
		createdBy: text,
		state: z.enum(['delivering', 'retrying', 'paused']),
		paused: z.object({ cause: z.enum(PAUSE_CAUSES), atMs: ms }).nullable(),
		trouble: z.object({ problem, attempts: z.int(), sinceAtMs: ms }).nullable(),
		lastDeliveredAtMs: nullableMs,
		behind: z.object({ entries: z.int(), more: z.boolean() }),
	})
	.meta({ id: 'Webhook' }) satisfies z.ZodType<WebhookView>;
export const webhooksViewSchema = z
	.object({ webhooks: z.array(webhookViewSchema), observedAtMs: ms })
	.meta({ id: 'Webhooks' }) satisfies z.ZodType<WebhooksView>;

const secret = text.meta({ description: 'whsec_…; not shown again.' });
export const newWebhookViewSchema = z
	.object({ webhook: webhookViewSchema, secret })
	.meta({ id: 'NewWebhook' }) satisfies z.ZodType<NewWebhookView>;
export const webhookSecretViewSchema = z
	.object({ id: text, secret })
	.meta({ id: 'WebhookSecret' }) satisfies z.ZodType<WebhookSecretView>;
export const webhookTestViewSchema = z
	.object({ delivered: z.boolean(), status: z.int().nullable(), ms: z.int(), problem: problem.nullable() })
	.meta({ id: 'WebhookTest' }) satisfies z.ZodType<WebhookTestView>;
export const webhookIdViewSchema = z.object({ id: text });
