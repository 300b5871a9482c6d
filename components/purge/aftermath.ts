import type { AuditEntryView, MemberRow } from '@/lib/core/view';
import type { Purged } from './replacement';

/** What is known of one purged incarnation since. */
export type Aftermath = {
	/** Who registered in its place, and how long after the purge: recorded by the console, else as this browser saw it. */
	readonly replaced: { readonly id: string; readonly czxid: string | null; readonly afterMs: number } | null;
	/** It came back by itself; the entry that says so. */
	readonly ghost: { readonly auditId: string } | null;
};

export function keyOfPurged({ path, czxid }: Pick<Purged, 'path' | 'czxid'>): string {
	return `${czxid} ${path}`;
}

type SeenRow = { readonly row: Pick<MemberRow, 'id' | 'czxid'>; readonly afterMs: number };

export function toAftermath(
	purged: readonly Purged[],
	seen: ReadonlyMap<string, SeenRow>,
	replaced: readonly AuditEntryView[],
	ghosts: readonly AuditEntryView[],
): ReadonlyMap<string, Aftermath> {
	const recorded = byIncarnation(replaced);
	const haunting = byIncarnation(ghosts);
	return new Map(
		purged.map((one) => {
			const key = keyOfPurged(one);
			const row = seen.get(key);
			const ghost = haunting.get(key);
			return [key, { replaced: toReplaced(one, recorded.get(key), row), ghost: ghost ? { auditId: ghost.id } : null }];
		}),
	);
}

function byIncarnation(entries: readonly AuditEntryView[]): ReadonlyMap<string, AuditEntryView> {
	return new Map(
		entries.flatMap((entry) =>
			entry.member === null || entry.czxid === null
				? []
				: [[keyOfPurged({ path: entry.member, czxid: entry.czxid }), entry] as const],
		),
	);
}

function toReplaced(
	purged: Purged,
	entry: AuditEntryView | undefined,
	seen: SeenRow | undefined,
): Aftermath['replaced'] {
	const detail = typeof entry?.detail === 'object' && entry.detail !== null ? entry.detail : {};
	const { afterMs, by, czxid } = detail as { afterMs?: unknown; by?: unknown; czxid?: unknown };
	if (typeof afterMs === 'number' && Number.isFinite(afterMs)) {
		const id = seen?.row.id ?? (typeof by === 'string' ? by.slice(by.lastIndexOf('/') + 1) : purged.id);
		return { id, czxid: typeof czxid === 'string' ? czxid : (seen?.row.czxid ?? null), afterMs };
	}
	return seen === undefined ? null : { id: seen.row.id, czxid: seen.row.czxid, afterMs: seen.afterMs };
}

export type AftermathSummary = {
	readonly purged: number;
	readonly replaced: number;
	readonly ghosts: number;
	/** Null while nobody was replaced. */
	readonly medianMs: number | null;
	readonly slowestMs: number | null;
};

/** @param known keys of those that had no successor before the purge: only their times say something */
export function summariseAftermath(
	after: ReadonlyMap<string, Aftermath>,
	known: (key: string) => boolean,
): AftermathSummary {
	const all = [...after.values()];
	const times = [...after]
		.flatMap(([key, { replaced }]) => (replaced !== null && known(key) ? [replaced.afterMs] : []))
		.sort((a, b) => a - b);
	return {
		purged: all.length,
		replaced: all.filter(({ replaced }) => replaced !== null).length,
		ghosts: all.filter(({ ghost }) => ghost !== null).length,
		medianMs: times[Math.max(0, Math.ceil(times.length / 2) - 1)] ?? null,
		slowestMs: times.at(-1) ?? null,
	};
}
