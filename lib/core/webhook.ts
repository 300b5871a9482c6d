import type { AuditAction, AuditEntry } from './audit-entry';

/** Webhooks: followers of the audit log, each with a filter and a place up to which it was told (docs/webhooks.md). */

export const WEBHOOK_BOUNDS = {
	/** Webhooks of one database. */
	webhooks: 50,
	urlLength: 2_048,
	actions: 64,
	outcomes: 32,
	clusters: 64,
} as const;

/** An entry is told when it is in each of these lists; an empty list takes everything. */
export type WebhookFilter = {
	readonly actions: readonly AuditAction[];
	readonly outcomes: readonly string[];
	readonly clusters: readonly string[];
};

/** Why an attempt was no delivery. One closed union, spelled alike in the API, the pages and the docs. */
export const WEBHOOK_PROBLEMS = [
	'address-refused',
	'name-unresolved',
	'connection-refused',
	'connection-failed',
	'tls-failed',
	'timed-out',
	'redirected',
	'gone',
	'status-bad',
] as const;
export type WebhookProblemCode = (typeof WEBHOOK_PROBLEMS)[number];
/** `detail` never holds the URL, which may be a secret itself. */
export type WebhookProblem = { readonly code: WebhookProblemCode; readonly detail: string };

/** Who or what paused it: `person`, its receiver (`gone`: 410), or a day of failures (`failing`). */
export const PAUSE_CAUSES = ['person', 'gone', 'failing'] as const;
export type PauseCause = (typeof PAUSE_CAUSES)[number];

/** A receiver that restarts, or is put behind another address, is no news; one that fails for longer is. */
const TROUBLE_SHOWN_MS = 600_000;

/** Consecutive attempts that failed. */
export type WebhookTrouble = {
	readonly attempts: number;
	/** Time in which somebody tried, ms; what passed while no console ran does not count. */
	readonly failingMs: number;
	/** Wall clock of the first, for display. */
	readonly sinceAtMs: number;
	readonly problem: WebhookProblem;
};

export type Webhook = {
	readonly id: string;
	readonly url: string;
	readonly filter: WebhookFilter;
	/** Changes with each change that a person makes, and with each pause. */
	readonly revision: number;
	/** Every entry up to this sequence is delivered or does not match. */
	readonly settled: number;
	readonly createdAtMs: number;
	readonly createdBy: string;
	readonly paused: { readonly cause: PauseCause; readonly atMs: number } | null;
	/** Null: the last attempt was a delivery, or there was none. Kept while it is paused for it. */
	readonly trouble: WebhookTrouble | null;
	readonly lastDeliveredAtMs: number | null;
};

/**
 * What keeps those who listen from being told, where a person does not know of it by having paused it: that it was paused by
 * itself, or has failed for ten minutes. Null: nothing. Names its origin, never its URL.
 */
export function undelivered({ url, paused, trouble }: Pick<Webhook, 'url' | 'paused' | 'trouble'>): string | null {
	const isPausedByItself = paused !== null && paused.cause !== 'person';
	const isFailing = paused === null && trouble !== null && trouble.failingMs >= TROUBLE_SHOWN_MS;
	if (!isPausedByItself && !isFailing) {
		return null;
	}
	return `${originOf(url)}: ${isFailing ? 'failing' : 'paused'}${trouble === null ? '' : ` (${trouble.problem.code})`}`;
}

/**
 * Whether an entry is told to the webhook. Entries about a webhook are told to the others and never to itself: its own
 * trouble must not make it more.
 */
export function isTold(webhook: Pick<Webhook, 'id' | 'filter'>, entry: AuditEntry): boolean {
	const { actions, outcomes, clusters } = webhook.filter;
	const takes = (list: readonly string[], value: string | null) =>
		list.length === 0 || (value !== null && list.includes(value));
	return (
		takes(actions, entry.action) &&
		takes(outcomes, entry.outcome) &&
		takes(clusters, entry.cluster) &&
		webhookOf(entry) !== webhook.id
	);
}

/** The webhook that an entry is about; null: none. */
function webhookOf({ action, detail }: AuditEntry): string | null {
	const isAbout = action.startsWith('webhook.') && typeof detail === 'object' && detail !== null;
	return isAbout && 'webhook' in detail && typeof detail.webhook === 'string' ? detail.webhook : null;
}

/** Null: it can be told there. Otherwise what is expected, for whoever gave the URL. */
export function urlProblem(text: string): string | null {
	if (text.length > WEBHOOK_BOUNDS.urlLength) {
		return `expected at most ${WEBHOOK_BOUNDS.urlLength} characters`;
	}
	const url = URL.canParse(text) ? new URL(text) : null;
	if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
		return 'expected an address such as https://hooks.example/rollcall, with http or https';
	}
	if (url.username !== '' || url.password !== '') {
		return 'expected no username and no password in it: receivers know a delivery by its signature';
	}
	return url.hash === '' ? null : "expected no part behind '#': it is never sent";
}

/** What of a URL may be told to whoever may read the log: the rest may be a secret. */
export function originOf(url: string): string {
	return new URL(url).origin;
}
