import { randomBytes, randomUUID } from 'node:crypto';
import type { Actor, AuditDraft, AuditEntry } from '../core/audit-entry';
import type { AuditPort, Clock } from '../core/ports';
import { isTold, originOf, urlProblem, WEBHOOK_BOUNDS, type Webhook, type WebhookFilter } from '../core/webhook';
import { toLink } from '../core/webhook-payload';
import type { FollowPort, SendWebhook, WebhookChange, WebhookStore } from '../core/webhook-port';
import type {
	NewWebhookView,
	WebhookChangeWish,
	WebhookRefusal,
	WebhookResult,
	WebhookSecretView,
	WebhooksView,
	WebhookTestView,
	WebhookView,
	WebhookWish,
} from '../core/webhook-view';
import type { Deliveries } from './deliver-webhooks';
import { toWebhookDraft } from './webhook-draft';
import { toWebhookView } from './webhook-view';

/** Stretches of the log looked through when a filter changes: a million entries. */
const STRETCHES_MAX = 256;
const TESTS_AT_ONCE_MAX = 4;

/** The verbs behind the page Settings; each is recorded before it is done, and refused where it cannot be. */
export type WebhookDesk = {
	/** Rejects when the database cannot be read. */
	list(): Promise<WebhooksView>;
	create(wish: WebhookWish, by: Actor): Promise<WebhookResult<NewWebhookView>>;
	change(id: string, wish: WebhookChangeWish, by: Actor): Promise<WebhookResult<WebhookView>>;
	remove(id: string, reason: string, by: Actor): Promise<WebhookResult<string>>;
	rollSecret(id: string, reason: string, by: Actor): Promise<WebhookResult<WebhookSecretView>>;
	/** Sends a signed test event at once, also to a paused one. */
	test(id: string, reason: string, by: Actor): Promise<WebhookResult<WebhookTestView>>;
};

export type WebhookDeskDeps = {
	readonly store: WebhookStore;
	readonly log: FollowPort;
	readonly audit: Pick<AuditPort, 'append'>;
	readonly send: SendWebhook;
	readonly makeSecret: () => string;
	/** Whether nothing is ever sent to this host, where it is a literal IP. */
	readonly isRefusedHost: (host: string) => boolean;
	readonly clock: Clock;
	readonly baseUrl: string | null;
	readonly deliveries: Pick<Deliveries, 'wake' | 'settled'>;
	readonly stop: AbortSignal;
};

export function openWebhookDesk(deps: WebhookDeskDeps): WebhookDesk {
	const { store, log, clock, deliveries } = deps;
	let tests = 0;
	let last: Promise<unknown> = Promise.resolve();

	/** One after the other, whatever comes of each, so that the bound holds and a change sees the one before. */
	function inTurn<T>(work: () => Promise<WebhookResult<T>>): Promise<WebhookResult<T>> {
		const turn = last.then(work).catch(toRefusal);
		last = turn.catch(() => undefined);
		return turn;
	}

	async function record(draft: AuditDraft): Promise<AuditEntry> {
		return deps.audit.append(draft).catch((error: unknown) => {
			throw new RefusedError(
				'audit-unavailable',
				`The audit log cannot be written, so nothing was done: ${String(error)}`,
			);
		});
	}

	async function known(id: string): Promise<Webhook> {
		const webhook = await store.find(id);
		if (webhook === null) {
			throw new RefusedError(
				'webhook-unknown',
				`There is no webhook '${id.slice(0, 64)}': somebody may have removed it.`,
			);
		}
		return webhook;
	}

	function demandUrl(text: string): string {
		const problem = urlProblem(text);
		if (problem !== null || deps.isRefusedHost(new URL(text).hostname)) {
			const expected = problem ?? 'expected no link-local address: clouds keep credentials there';
			throw new RefusedError('field-invalid', `'url': ${expected}.`, 'url');
		}
		return text;
	}

	const viewOf = async (webhook: Webhook) =>
		toWebhookView(webhook, await log.count(webhook.filter, deliveries.settled(webhook)));

	/** Up to where the present filter has nothing left to tell: from there on another one may hold. */
	async function settledNow(webhook: Webhook): Promise<number> {
		const newest = await log.newest();
		let settled = deliveries.settled(webhook);
		for (let stretches = 0; settled < newest && stretches < STRETCHES_MAX; stretches += 1) {
			const { entries, reached } = await log.next(webhook.filter, settled);
			const pending = entries.find((entry) => isTold(webhook, entry));
			if (pending !== undefined) {
				return Math.max(settled, pending.sequence - 1);
			}
			settled = Math.max(settled, reached);
		}
		return settled;
	}

	async function create(wish: WebhookWish, by: Actor): Promise<WebhookResult<NewWebhookView>> {
		const url = demandUrl(wish.url);
		if ((await store.list()).length >= WEBHOOK_BOUNDS.webhooks) {
			throw new RefusedError('webhooks-full', `There are ${WEBHOOK_BOUNDS.webhooks} already: remove one first.`);
		}
		const id = randomBytes(9).toString('base64url');
		const filter: WebhookFilter = { actions: wish.actions, outcomes: wish.outcomes, clusters: wish.clusters };
		const { reason } = wish;
		const draft = toWebhookDraft(clock, {
			action: 'webhook.create',
			by,
			reason,
			webhook: { id, url },
			more: { ...filter },
		});
		const entry = await record(draft);
		const webhook: Webhook = {
			id,
			url,
			filter,
			revision: 1,
			settled: entry.sequence,
			createdAtMs: entry.atMs,
			createdBy: by.name,
			paused: null,
			trouble: null,
			lastDeliveredAtMs: null,
		};
		const secret = deps.makeSecret();
		await store.create(webhook, secret);
		deliveries.wake();
		return done({ webhook: await viewOf(webhook), secret });
	}

	async function change(id: string, wish: WebhookChangeWish, by: Actor): Promise<WebhookResult<WebhookView>> {
		const webhook = await known(id);
		const url = wish.url === undefined ? webhook.url : demandUrl(wish.url);
		const filter: WebhookFilter = {
			actions: wish.actions ?? webhook.filter.actions,
			outcomes: wish.outcomes ?? webhook.filter.outcomes,
			clusters: wish.clusters ?? webhook.filter.clusters,
		};
		const isPaused = wish.paused ?? webhook.paused !== null;
		const isResumed = webhook.paused !== null && !isPaused;
		const skips = isResumed && wish.missed === 'skip';
		const settled = await settledNow(webhook);
		const entry = await record(
			toWebhookDraft(clock, {
				action: 'webhook.change',
				by,
				reason: wish.reason,
				webhook: { id, url },
				more: { ...filter, urlChanged: url !== webhook.url, paused: isPaused, skipped: skips },
			}),
		);
		const changed: WebhookChange = {
			url,
			filter,
			paused: isPaused ? (webhook.paused ?? { cause: 'person', atMs: entry.atMs }) : null,
			settled: skips ? entry.sequence : settled,
			trouble: isResumed || url !== webhook.url ? null : webhook.trouble,
		};
		if (!(await store.change(id, webhook.revision, changed))) {
			throw new RefusedError('webhook-changed', 'Somebody changed it in this moment: look at it, and try again.');
		}
		deliveries.wake();
		return done(await viewOf(await known(id)));
	}

	async function test(id: string, reason: string, by: Actor): Promise<WebhookTestView> {
		const webhook = await known(id);
		const { atMs } = await record(toWebhookDraft(clock, { action: 'webhook.test', by, reason, webhook }));
		const secret = await store.secret(id);
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

	return {
		async list() {
			const views: WebhookView[] = [];
			// One after the other: each looks through a stretch of the log, and others wait for the database too.
			for (const webhook of await store.list()) {
				views.push(await viewOf(webhook));
			}
			return { webhooks: views, observedAtMs: Math.round(clock.wallMs()) };
		},
		create: (wish, by) => inTurn(() => create(wish, by)),
		change: (id, wish, by) => inTurn(() => change(id, wish, by)),
		remove: (id, reason, by) =>
			inTurn(async () => {
				const webhook = await known(id);
				await record(toWebhookDraft(clock, { action: 'webhook.remove', by, reason, webhook }));
				await store.remove(id);
				deliveries.wake();
				return done(id);
			}),
		rollSecret: (id, reason, by) =>
			inTurn(async () => {
				const webhook = await known(id);
				await record(toWebhookDraft(clock, { action: 'webhook.secret', by, reason, webhook }));
				const secret = deps.makeSecret();
				if (!(await store.setSecret(id, secret))) {
					throw new RefusedError('webhook-unknown', `${originOf(webhook.url)}: somebody removed it in this moment.`);
				}
				return done({ id, secret });
			}),
		async test(id, reason, by) {
			if (tests >= TESTS_AT_ONCE_MAX) {
				return toRefusal(
					new RefusedError('too-many-requests', 'Other tests are under way: wait until they have ended.'),
				);
			}
			tests += 1;
			try {
				return done(await test(id, reason, by));
			} catch (error) {
				return toRefusal(error);
			} finally {
				tests -= 1;
			}
		},
	};
}

class RefusedError extends Error {
	constructor(
		readonly code: WebhookRefusal['code'],
		message: string,
		readonly field?: string,
	) {
		super(message);
	}
}

/** Throws whatever else it is. */
function toRefusal(error: unknown): WebhookRefusal {
	if (!(error instanceof RefusedError)) {
		throw error;
	}
	const { code, message, field } = error;
	return { kind: 'refused', code, detail: message, ...(field === undefined ? {} : { field }) };
}

function done<T>(value: T): { kind: 'done'; value: T } {
	return { kind: 'done', value };
}
