import { randomUUID } from 'node:crypto';
import type { Actor, AuditAction, AuditDraft, Json } from '../core/audit-entry';
import type { Clock } from '../core/ports';
import { originOf, type PauseCause, type Webhook, type WebhookTrouble } from '../core/webhook';

type Deed = {
	readonly action: Extract<AuditAction, `webhook.${string}`>;
	readonly by: Actor;
	readonly reason: string;
	readonly webhook: Pick<Webhook, 'id' | 'url'>;
	readonly more?: { readonly [key: string]: Json };
};

/** The record of what a person does about a webhook: of its URL only the origin, for the rest may be a secret. */
export function toWebhookDraft(clock: Clock, { action, by, reason, webhook, more = {} }: Deed): AuditDraft {
	return {
		...NOBODY,
		key: randomUUID(),
		atMs: Math.round(clock.wallMs()),
		actor: by,
		action,
		outcome: 'ok',
		reason,
		detail: { webhook: webhook.id, origin: originOf(webhook.url), ...more },
	};
}

/** A pause that nobody asked for; once for each state of the webhook, whichever console finds it, however often. */
export function toPauseDraft(
	{ observer, clock }: { readonly observer: string; readonly clock: Clock },
	webhook: Webhook,
	{ attempts, failingMs, problem }: WebhookTrouble,
	cause: Exclude<PauseCause, 'person'>,
): AuditDraft {
	return {
		...NOBODY,
		key: `webhook-pause-${webhook.id}-${webhook.revision}`,
		atMs: Math.round(clock.wallMs()),
		actor: { kind: 'system', name: observer, role: null, sourceAddress: null },
		action: 'webhook.pause',
		outcome: cause,
		reason: null,
		detail: { webhook: webhook.id, origin: originOf(webhook.url), attempts, failingMs, problem: { ...problem } },
	};
}

const NOBODY = { cluster: null, member: null, memberId: null, czxid: null, zxid: null } as const;
