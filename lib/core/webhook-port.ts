import type { AuditEntry } from './audit-entry';
import type { PauseCause, Webhook, WebhookFilter, WebhookProblem, WebhookTrouble } from './webhook';

/** Types only, as in ports.ts: what delivering webhooks needs from the outside. */

/** The audit log as a follower reads it. */
export type FollowPort = {
	/** The newest sequence. */
	newest(): Promise<number>;
	/**
	 * The first entries after `after` that the filter takes, oldest first and few; looks through a bounded stretch of the log.
	 * `reached`: the sequence up to which all that match are given, or have left the log for an archive file.
	 */
	next(filter: WebhookFilter, after: number): Promise<{ readonly entries: AuditEntry[]; readonly reached: number }>;
	/** How many entries after `after` the filter takes. `more`: that many in the stretch looked at, and the log goes on. */
	count(filter: WebhookFilter, after: number): Promise<{ readonly entries: number; readonly more: boolean }>;
};

/** What came of the deliveries of one webhook. */
export type WebhookProgress = {
	readonly id: string;
	/** Of the state that was worked on: a person's change meanwhile wins. */
	readonly revision: number;
	readonly settled: number;
	readonly trouble: WebhookTrouble | null;
	readonly lastDeliveredAtMs: number | null;
	/** Paused now. */
	readonly pausedFor: { readonly cause: Exclude<PauseCause, 'person'>; readonly atMs: number } | null;
};

export type WebhookChange = {
	readonly url: string;
	readonly filter: WebhookFilter;
	readonly paused: Webhook['paused'];
	/** Never goes back. */
	readonly settled: number;
	/** Null: what went wrong is forgotten. */
	readonly trouble: WebhookTrouble | null;
};

/** Whose turn it is to deliver. `beat` grows with each sign of life. */
export type Lease = { readonly owner: string | null; readonly beat: number };

export type WebhookStore = {
	/** In the order in which they were made. */
	list(): Promise<Webhook[]>;
	find(id: string): Promise<Webhook | null>;
	/** whsec_…; null: there is no such webhook. */
	secret(id: string): Promise<string | null>;
	create(webhook: Webhook, secret: string): Promise<void>;
	/** False: it is gone, or somebody changed it since. */
	change(id: string, revision: number, change: WebhookChange): Promise<boolean>;
	setSecret(id: string, secret: string): Promise<boolean>;
	remove(id: string): Promise<boolean>;
	/** What was looked through and holds nothing for it. Done only while `from` is where it stands, and nobody changed it. */
	skip(webhook: Pick<Webhook, 'id' | 'revision'>, from: number, to: number): Promise<void>;
	lease(): Promise<Lease>;
	/** Takes the lease, or renews it, if it still is as it was `seen`; null: somebody else did. */
	take(owner: string, seen: Lease): Promise<Lease | null>;
	/** All of it, and the lease renewed or given back, while the lease is `held`; null, and nothing is written: it is not. */
	save(held: Lease, progress: readonly WebhookProgress[], then: 'renew' | 'release'): Promise<Lease | null>;
};

/** One attempt: delivered with any status of 200 to 299. */
export type Attempt = {
	/** Null: no answer came. */
	readonly status: number | null;
	/** Until the answer's head, or the failure. */
	readonly ms: number;
	readonly problem: WebhookProblem | null;
	/** What the receiver asked for with Retry-After. */
	readonly retryAfterMs: number | null;
};

export type Message = { readonly id: string; readonly body: string };

/** Signs and sends one message, once. Never rejects: what went wrong is the attempt's problem. */
export type SendWebhook = (
	to: { url: string; secret: string },
	message: Message,
	stop: AbortSignal,
) => Promise<Attempt>;
