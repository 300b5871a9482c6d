import type { AuditPort, Clock, LatchState, ZooKeeperPort } from '../core/ports';
import { isExpired, OVERRIDE_BOUNDS } from '../core/second-person';
import { isZooKeeperError } from './fenced-multi';
import { type OverrideDraftDeps, toOverrideDraft } from './override-drafts';
import type { FoundOverride, OverrideStore } from './override-store';

const LOOK_MS = 5_000;
/** Names that are remembered: more than may ever be pending. */
const SEEN_MAX = 1_000;

export type ClearOverridesDeps = OverrideDraftDeps & {
	readonly zk: ZooKeeperPort;
	readonly clock: Clock;
	readonly audit: AuditPort;
	readonly paths: { readonly overrides: string };
	readonly latch: () => LatchState;
	readonly store: OverrideStore;
	readonly onFault: (error: unknown) => void;
};

/**
 * Whoever holds the latch removes, with a record, what has expired and what no console wrote. Everybody notes since when it
 * has seen each: whatever the clocks on walls say, none waits longer than that.
 */
export function clearOverrides(deps: ClearOverridesDeps): { isOld(name: string): boolean; close(): Promise<void> } {
	const { zk, clock, store } = deps;
	const stop = new AbortController();
	const seen = new Map<string, number>();

	const watch = zk.watchChildren(deps.paths.overrides, (listing) => {
		const names = new Set(listing?.names.slice(0, SEEN_MAX) ?? []);
		for (const name of names) {
			seen.set(name, seen.get(name) ?? clock.nowMs());
		}
		// What is gone for want of a connection would begin anew: only a listing forgets.
		for (const name of listing === null ? [] : seen.keys()) {
			if (!names.has(name)) {
				seen.delete(name);
			}
		}
	});

	function isOld(name: string): boolean {
		return clock.nowMs() - (seen.get(name) ?? clock.nowMs()) > OVERRIDE_BOUNDS.ageMsMax;
	}

	async function clear(found: FoundOverride): Promise<void> {
		const { override, stat, name } = found;
		if (override && !isExpired(stat.ctimeMs, clock.wallMs()) && !isOld(name)) {
			return;
		}
		// What cannot be removed (it has children, or no permission) holds up nobody else, and is tried again.
		await store.remove(
			found,
			toOverrideDraft(deps, {
				action: 'override.expire',
				actor: { kind: 'system', name: deps.observer, role: null, sourceAddress: null },
				outcome: 'ok',
				reason: override ? 'expired' : 'not what a console wrote',
				override,
				more: { name: name.slice(0, 200), bytes: stat.dataLength },
			}),
		);
	}

	async function look(): Promise<void> {
		if (seen.size === 0 || deps.latch().kind !== 'held' || zk.state().kind !== 'connected') {
			return;
		}
		for (const found of await store.all()) {
			await clear(found);
		}
	}

	async function run(): Promise<void> {
		while (!stop.signal.aborted) {
			try {
				await look();
			} catch (error) {
				// What ZooKeeper could not be asked now is asked again.
				if (!isZooKeeperError(error)) {
					deps.onFault(error);
				}
			}
			await clock.sleep(LOOK_MS, stop.signal);
		}
	}
	const running = run();

	return {
		isOld,
		async close() {
			stop.abort();
			watch.close();
			await running;
		},
	};
}
