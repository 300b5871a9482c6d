import { type StampedEntry, stampEntries } from '@/lib/core/counters';
import type { Clock, LatchPort, LatchState, ZooKeeperPort } from '@/lib/core/ports';
import type { Settings } from '@/lib/core/settings';
import { mendOwnZnodes } from './mend-own-znodes';
import { prepareRoot, type RootPaths } from './prepare-root';
import { readCounters } from './read-counters';
import { readSettings } from './read-settings';

const PREPARE_RETRY_MS = 1_000;

export type OwnZnodes = {
	latchState(): LatchState;
	/** Reports `unknown` and closes nothing until there is one: without a latch nothing may be purged. */
	latchPort(): LatchPort;
	/** What the guards count, with the local time at which each entry was first seen; null while it cannot be read. */
	counters(): readonly StampedEntry[] | null;
	/** What the operators want; null while it cannot be read or parsed. */
	settings(): Settings | null;
	close(): Promise<void>;
};

/** Makes Rollcall's own znodes as soon as the ensemble answers, stands for the latch, and follows the guards' counters. */
export function keepOwnZnodes(deps: {
	readonly zk: ZooKeeperPort;
	readonly paths: RootPaths;
	readonly clock: Clock;
	readonly holdLatch: (zk: ZooKeeperPort, parent: string, clock: Clock) => LatchPort;
	onProblem(message: string): void;
	/** The settings were read, at first and after each change. */
	onSettings(): void;
	/** What the guards count was read, at first and after each change; `mzxid`: of its latest change. */
	onCounters?(entries: readonly StampedEntry[], mzxid: bigint): void;
}): OwnZnodes {
	const { zk, paths, clock } = deps;
	const stop = new AbortController();
	let latch: LatchPort | null = null;
	let stamped: readonly StampedEntry[] | null = null;
	/** Kept while the counters cannot be read: an entry that comes back is no new one. */
	let remembered: readonly StampedEntry[] = [];
	let settings: Settings | null = null;

	const mend = mendOwnZnodes(deps);

	const countersWatch = zk.watchData(paths.counters, (value) => {
		const document = value ? readCounters(value.data) : null;
		stamped = document ? stampEntries(stamped ?? remembered, document, clock.nowMs()) : null;
		remembered = stamped ?? remembered;
		mend.counters(value, stamped);
		if (stamped && value) {
			deps.onCounters?.(stamped, value.stat.mzxid);
		}
	});

	const settingsWatch = zk.watchData(paths.settings, (value) => {
		settings = value && value.forbidden !== true ? readSettings(value.data) : null;
		mend.settings(value);
		deps.onSettings();
	});

	async function prepare(): Promise<void> {
		while (!stop.signal.aborted) {
			if (zk.state().kind === 'connected') {
				try {
					await prepareRoot(zk, paths, clock);
					latch = deps.holdLatch(zk, paths.latch, clock);
					return;
				} catch (error) {
					deps.onProblem(error instanceof Error ? error.message : String(error));
				}
			}
			await clock.sleep(PREPARE_RETRY_MS, stop.signal);
		}
	}
	const prepared = prepare();

	const latchState = (): LatchState => latch?.state() ?? { kind: 'unknown' };
	return {
		latchState,
		latchPort: () => latch ?? { state: latchState, close: async () => undefined },
		counters: () => stamped,
		settings: () => settings,
		async close() {
			stop.abort();
			await prepared;
			countersWatch.close();
			settingsWatch.close();
			await latch?.close();
		},
	};
}
