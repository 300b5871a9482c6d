import type { AuditEntry } from '@/lib/core/audit-entry';
import type { AuditPort, Clock } from '@/lib/core/ports';

/** Recorded by whoever drains the outbox, which may be another console: then only looking tells. */
const LOOK_INTERVAL_MS = 250;
/** Entries told of lately, by whose keys nobody has asked yet. */
const KEPT_MAX = 2_000;

export type RecordWaiter = {
	/** To be told of each entry that the drain has moved into the database. */
	onEntry(entry: Pick<AuditEntry, 'key' | 'sequence'>): void;
	/** The number of the entry with this key, once it is in the database; null when it is not within the time. */
	recorded(key: string, withinMs: number): Promise<string | null>;
};

/**
 * Waits for records on their way from the outbox into the database: hundreds at once cost one look each and one each quarter
 * of a second, for the drain tells of those that it moves.
 */
export function createRecordWaiter(audit: AuditPort, clock: Clock): RecordWaiter {
	const told = new Map<string, number>();
	const waiting = new Map<string, Set<() => void>>();

	/** Until it is told of, or the time is over. */
	async function rest(key: string, ms: number): Promise<void> {
		const woken = new AbortController();
		const wake = () => woken.abort();
		const all = waiting.get(key) ?? new Set();
		waiting.set(key, all.add(wake));
		await clock.sleep(ms, woken.signal);
		all.delete(wake);
		if (all.size === 0) {
			waiting.delete(key);
		}
	}

	return {
		onEntry({ key, sequence }) {
			told.set(key, sequence);
			if (told.size > KEPT_MAX) {
				const [oldest = ''] = told.keys();
				told.delete(oldest);
			}
			for (const wake of waiting.get(key) ?? []) {
				wake();
			}
		},
		async recorded(key, withinMs) {
			const deadlineMs = clock.nowMs() + withinMs;
			for (;;) {
				const sequence = told.get(key) ?? (await audit.byKey(key))?.sequence;
				if (sequence !== undefined) {
					return String(sequence);
				}
				const leftMs = deadlineMs - clock.nowMs();
				if (leftMs <= 0) {
					return null;
				}
				// What the drain told of between the look and here is found without waiting.
				if (!told.has(key)) {
					await rest(key, Math.min(leftMs, LOOK_INTERVAL_MS));
				}
			}
		},
	};
}
