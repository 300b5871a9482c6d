import { isTold, type Webhook } from '../core/webhook';
import type { FollowPort, WebhookProgress } from '../core/webhook-port';

/** One webhook as this console follows the log for it; mutable, and owned by the loop of deliver-webhooks.ts. */
export type Follower = {
	/** As it was read last. */
	webhook: Webhook;
	/** Up to here nothing is left to tell; the database may know of less. */
	settled: number;
	/** An entry after `settled` is to be told. */
	isPending: boolean;
	/** Not before this, monotonic ms. */
	notBeforeMs: number;
	/** Monotonic ms of the last attempt, where that failed. */
	failedAtMs: number | null;
	/** What came of it and is not saved yet; null: nothing. */
	unsaved: WebhookProgress | null;
};

export function toFollower(webhook: Webhook): Follower {
	const { settled } = webhook;
	return { webhook, settled, isPending: false, notBeforeMs: 0, failedAtMs: null, unsaved: null };
}

/**
 * Looks for the next entry to tell, through a bounded stretch of the log. Writes nothing, so that any number of consoles may
 * look. True: it found none there.
 */
export async function lookAhead(follower: Follower, log: FollowPort): Promise<boolean> {
	const { webhook } = follower;
	const { entries, reached } = await log.next(webhook.filter, follower.settled);
	const first = entries.find((entry) => isTold(webhook, entry));
	follower.isPending = first !== undefined;
	follower.settled = Math.max(follower.settled, first === undefined ? reached : first.sequence - 1);
	return first === undefined;
}

/** Takes over what was saved meanwhile, by a person or another console. */
export function follow(follower: Follower, webhook: Webhook): void {
	const isChanged = follower.webhook.revision !== webhook.revision;
	follower.webhook = webhook;
	if (isChanged) {
		// What was looked through held nothing for the old filter; the new one is asked from where the database says.
		follower.settled = Math.max(webhook.settled, follower.unsaved?.settled ?? 0);
		follower.notBeforeMs = 0;
		follower.failedAtMs = null;
	}
	if (isChanged || webhook.settled > follower.settled) {
		follower.settled = Math.max(webhook.settled, follower.settled);
		follower.isPending = false;
	}
}
