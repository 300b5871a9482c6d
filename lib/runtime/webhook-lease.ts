import type { Clock } from '../core/ports';
import type { Lease, WebhookProgress, WebhookStore } from '../core/webhook-port';

/**
 * Of all consoles of a database one delivers: whoever holds the lease. No two clocks are compared: a lease is lost when it was
 * seen without a change for TAKE_OVER_MS on the watcher's own clock, and its holder begins nothing VALID_MS after it asked for
 * it. Invariant: TAKE_OVER_MS is at least VALID_MS and an attempt's 10 s, so that a holder that is merely slow has ended by then.
 */
const RENEW_MS = 5_000;
const VALID_MS = 12_000;
const TAKE_OVER_MS = 24_000;

export type Turn = 'held' | 'taken' | 'elsewhere';

export type WebhookLease = {
	/** Whether a delivery may begin now. */
	isHeld(): boolean;
	/** Takes the lease, or renews it when that is due. `taken`: it was not this console's before. Rejects as the database does. */
	take(): Promise<Turn>;
	/** Saves what came of deliveries. False: the lease was lost, and nothing was saved. */
	save(progress: readonly WebhookProgress[], then: 'renew' | 'release'): Promise<boolean>;
};

export function holdWebhookLease(deps: {
	readonly store: Pick<WebhookStore, 'lease' | 'take' | 'save'>;
	readonly clock: Clock;
	/** Unique to this process. */
	readonly owner: string;
}): WebhookLease {
	const { store, clock, owner } = deps;
	let held: { readonly lease: Lease; readonly sinceMs: number } | null = null;
	/** Somebody else's, and since when it has not changed. */
	let watched: { readonly lease: Lease; readonly sinceMs: number } | null = null;

	async function renew(lease: Lease): Promise<Turn> {
		const sinceMs = clock.nowMs();
		const renewed = await store.take(owner, lease);
		held = renewed === null ? null : { lease: renewed, sinceMs };
		return renewed === null ? 'elsewhere' : 'held';
	}

	async function takeOver(): Promise<Turn> {
		const lease = await store.lease();
		const nowMs = clock.nowMs();
		if (watched === null || watched.lease.owner !== lease.owner || watched.lease.beat !== lease.beat) {
			watched = { lease, sinceMs: nowMs };
		}
		const isFree = lease.owner === null || lease.owner === owner || nowMs - watched.sinceMs >= TAKE_OVER_MS;
		if (!isFree || (await renew(lease)) === 'elsewhere') {
			return 'elsewhere';
		}
		watched = null;
		return 'taken';
	}

	return {
		isHeld: () => held !== null && clock.nowMs() - held.sinceMs < VALID_MS,
		async take() {
			if (held === null) {
				return takeOver();
			}
			return clock.nowMs() - held.sinceMs < RENEW_MS ? 'held' : renew(held.lease);
		},
		async save(progress, then) {
			if (held === null) {
				return false;
			}
			const sinceMs = clock.nowMs();
			const lease = await store.save(held.lease, progress, then);
			held = lease === null || then === 'release' ? null : { lease, sinceMs };
			return lease !== null;
		},
	};
}
