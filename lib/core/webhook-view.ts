import type { AuditAction } from './audit-entry';
import type { PauseCause, WebhookProblem } from './webhook';

/** What is asked and answered about webhooks. */

export type WebhookView = {
	readonly id: string;
	readonly url: string;
	/** Empty lists take everything. */
	readonly actions: readonly AuditAction[];
	readonly outcomes: readonly string[];
	readonly clusters: readonly string[];
	readonly createdAtMs: number;
	readonly createdBy: string;
	readonly state: 'delivering' | 'retrying' | 'paused';
	readonly paused: { readonly cause: PauseCause; readonly atMs: number } | null;
	/** What went wrong last, how often in a row, and since when; null: nothing. */
	readonly trouble: { readonly problem: WebhookProblem; readonly attempts: number; readonly sinceAtMs: number } | null;
	readonly lastDeliveredAtMs: number | null;
	/** Entries for it that wait; `more`: at least so many. */
	readonly behind: { readonly entries: number; readonly more: boolean };
};
export type WebhooksView = {
	readonly webhooks: readonly WebhookView[];
	/** The console's clock when it answered, for ages: a browser's clock is another one. */
	readonly observedAtMs: number;
};

export type WebhookWish = {
	readonly url: string;
	readonly actions: readonly AuditAction[];
	readonly outcomes: readonly string[];
	readonly clusters: readonly string[];
	readonly reason: string;
};
/** What is left out stays. */
export type WebhookChangeWish = Partial<Omit<WebhookWish, 'reason'>> & {
	readonly paused?: boolean | undefined;
	/** With `paused: false`: whether what was recorded meanwhile is delivered (the default) or left out. */
	readonly missed?: 'deliver' | 'skip' | undefined;
	readonly reason: string;
};

/** The only time that a secret can be seen. */
export type NewWebhookView = { readonly webhook: WebhookView; readonly secret: string };
export type WebhookSecretView = { readonly id: string; readonly secret: string };
export type WebhookTestView = {
	readonly delivered: boolean;
	/** Of the HTTP answer; null: none came. */
	readonly status: number | null;
	readonly ms: number;
	readonly problem: WebhookProblem | null;
};

/** Why nothing was done; each is a code of the HTTP API as well. */
export type WebhookRefusalCode =
	| 'field-invalid'
	| 'webhook-unknown'
	| 'webhook-changed'
	| 'webhooks-full'
	| 'too-many-requests'
	| 'audit-unavailable';
export type WebhookRefusal = {
	readonly kind: 'refused';
	readonly code: WebhookRefusalCode;
	readonly detail: string;
	readonly field?: string | undefined;
};
export type WebhookResult<T> = { readonly kind: 'done'; readonly value: T } | WebhookRefusal;
