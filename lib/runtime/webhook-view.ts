import type { Webhook } from '../core/webhook';
import type { WebhookView } from '../core/webhook-view';

/** A webhook as administrators see it, field by field: what is not named here is not shown. */
export function toWebhookView(webhook: Webhook, behind: WebhookView['behind']): WebhookView {
	const { filter, paused, trouble } = webhook;
	return {
		id: webhook.id,
		url: webhook.url,
		actions: filter.actions,
		outcomes: filter.outcomes,
		clusters: filter.clusters,
		createdAtMs: webhook.createdAtMs,
		createdBy: webhook.createdBy,
		state: paused !== null ? 'paused' : trouble === null ? 'delivering' : 'retrying',
		paused,
		trouble:
			trouble === null ? null : { problem: trouble.problem, attempts: trouble.attempts, sinceAtMs: trouble.sinceAtMs },
		lastDeliveredAtMs: webhook.lastDeliveredAtMs,
		behind,
	};
}
