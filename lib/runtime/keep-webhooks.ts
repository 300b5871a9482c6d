import { type DeliveriesDeps, deliverWebhooks } from './deliver-webhooks';
import { openWebhookDesk, type WebhookDesk, type WebhookDeskDeps } from './webhook-desk';

export type KeepWebhooksDeps = Omit<DeliveriesDeps, 'random'> &
	Pick<WebhookDeskDeps, 'makeSecret' | 'isRefusedHost'> & { readonly random?: () => number };

/** Webhooks of one console: what people do about them, and their deliveries in the background. */
export function keepWebhooks(deps: KeepWebhooksDeps): {
	readonly handle: WebhookDesk;
	/** As in Deliveries. */
	problem(): string | null;
	close(): Promise<void>;
} {
	const stop = new AbortController();
	const deliveries = deliverWebhooks({ random: Math.random, ...deps });
	return {
		handle: openWebhookDesk({ ...deps, deliveries, stop: stop.signal }),
		problem: deliveries.problem,
		close() {
			stop.abort();
			return deliveries.close();
		},
	};
}
