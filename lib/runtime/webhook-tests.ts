import { randomUUID } from 'node:crypto';
import type { Actor, AuditDraft, AuditEntry } from '../core/audit-entry';
import type { Clock } from '../core/ports';
import type { Webhook } from '../core/webhook';
import { toLink } from '../core/webhook-payload';
import type { SendWebhook, WebhookStore } from '../core/webhook-port';
import type { WebhookTestView } from '../core/webhook-view';
import type { WebhookDesk } from './webhook-desk';
import { toWebhookDraft } from './webhook-draft';
import { done, RefusedError, toRefusal } from './webhook-refusal';

/** Each may take 10 s and is waited for by a request. */
const AT_ONCE_MAX = 4;

export type WebhookTestsDeps = {
	readonly store: Pick<WebhookStore, 'secret'>;
	readonly send: SendWebhook;
	readonly clock: Clock;
	readonly baseUrl: string | null;
	readonly stop: AbortSignal;
	/** Both throw a RefusedError. */
	readonly known: (id: string) => Promise<Webhook>;
	readonly record: (draft: AuditDraft) => Promise<AuditEntry>;
};

/** Sends a signed test event, once it is recorded. It is no delivery: how the webhook stands does not change. */
export function openWebhookTests(deps: WebhookTestsDeps): WebhookDesk['test'] {
	let underWay = 0;

	async function test(id: string, reason: string, by: Actor): Promise<WebhookTestView> {
		const webhook = await deps.known(id);
		const { atMs } = await deps.record(toWebhookDraft(deps.clock, { action: 'webhook.test', by, reason, webhook }));
		const secret = await deps.store.secret(id);
		if (secret === null) {
			throw new RefusedError('webhook-unknown', 'Somebody removed it in this moment.');
		}
		const body = JSON.stringify({
			type: 'webhook.test',
			timestamp: new Date(atMs).toISOString(),
			data: { webhook: id, by: by.name },
			links: { settings: toLink(deps.baseUrl, '/settings') },
		});
		const message = { id: `test-${randomUUID()}`, body };
		const { status, ms, problem } = await deps.send({ url: webhook.url, secret }, message, deps.stop);
		return { delivered: problem === null, status, ms, problem };
	}

	return async (id, reason, by) => {
		if (underWay >= AT_ONCE_MAX) {
			return toRefusal(new RefusedError('too-many-requests', 'Other tests are under way: wait until they have ended.'));
		}
		underWay += 1;
		try {
			return done(await test(id, reason, by));
		} catch (error) {
			return toRefusal(error);
		} finally {
			underWay -= 1;
		}
	};
}
