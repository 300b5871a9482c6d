import { type CounterEntry, entryKey, type StampedEntry, toCountersText, withPurged } from '@/lib/core/counters';
import type { Clock, WatchedData, ZooKeeperPort } from '@/lib/core/ports';
import { KNOB_BOUNDS, lostSettings, type Settings, toSettingsText } from '@/lib/core/settings';
import { ensure } from './prepare-root';
import { readCounters } from './read-counters';
import { readSettings } from './read-settings';

/** What was in the counters is put back whole: the windows of the guards may be this long. */
const KEPT = {
	blastRadiusWindowMs: KNOB_BOUNDS.blastRadiusWindowMs.max,
	flappingWindowMs: KNOB_BOUNDS.flappingWindowMs.max,
};

type Seen = { readonly czxid: bigint };

/**
 * Watches over two znodes that may be deleted by mistake while consoles run: `settings` come back with the kill switch on,
 * `counters` with what this console remembers. Several consoles may do so at once; whoever is second sees what is there.
 */
export function mendOwnZnodes(deps: {
	readonly zk: ZooKeeperPort;
	readonly clock: Clock;
	readonly paths: { readonly settings: string; readonly counters: string };
	readonly onProblem: (message: string) => void;
}) {
	const { zk, clock, paths } = deps;
	let settings: (Seen & { readonly known: Settings | null }) | null = null;
	let counters: (Seen & { readonly known: readonly StampedEntry[] }) | null = null;

	function mend(work: () => Promise<unknown>): void {
		work().catch((error: unknown) => {
			const code = error instanceof Error && 'code' in error ? error.code : null;
			// Another console was first; without a connection the next reading begins again.
			if (code !== 'node-exists' && code !== 'bad-version' && code !== 'no-node') {
				deps.onProblem(error instanceof Error ? error.message : String(error));
			}
		});
	}

	function settingsText(known: Settings | null): Buffer {
		return Buffer.from(toSettingsText(lostSettings(known, clock.wallMs())));
	}

	/** Entries that still count for a guard; null: none. */
	function remembered(more: readonly CounterEntry[]): Buffer | null {
		const there = new Set(more.map(entryKey));
		const missing = (counters?.known ?? []).filter((entry) => !there.has(entryKey(entry)));
		const document = missing.length === 0 ? null : withPurged(missing, more, KEPT, clock.nowMs());
		return document === null || document.entries.length <= more.length ? null : Buffer.from(toCountersText(document));
	}

	return {
		/** What the watch of the settings has read. */
		settings(value: WatchedData | null): void {
			if (value === null) {
				if (settings !== null) {
					const { known } = settings;
					mend(() => ensure(zk, paths.settings, settingsText(known)));
				}
				return;
			}
			const { czxid, version } = value.stat;
			const found = value.forbidden === true ? null : readSettings(value.data);
			const isAnew = settings !== null && settings.czxid !== czxid;
			if (isAnew && version === 0 && found?.killSwitch === null) {
				// A console that has just started has made empty ones: it cannot know that there were others.
				const known = settings?.known ?? null;
				mend(() => zk.set(paths.settings, settingsText(known), 0));
			}
			settings = { czxid, known: found ?? settings?.known ?? null };
		},
		/** What the watch of the counters has read, and what this console has stamped of it. */
		counters(value: WatchedData | null, stamped: readonly StampedEntry[] | null): void {
			if (value === null) {
				if (counters !== null) {
					const data = remembered([]) ?? Buffer.from(toCountersText({ entries: [] }));
					mend(() => ensure(zk, paths.counters, data));
				}
				return;
			}
			const { czxid, version } = value.stat;
			const document = value.forbidden === true ? null : readCounters(value.data);
			if (counters !== null && counters.czxid !== czxid && document !== null) {
				const data = remembered(document.entries);
				if (data !== null) {
					mend(() => zk.set(paths.counters, data, version));
				}
			}
			counters = { czxid, known: stamped ?? counters?.known ?? [] };
		},
	};
}
