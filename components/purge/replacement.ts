import type { MemberRow } from '@/lib/core/view';

/** What is known of a purged member, for recognising who replaces it. */
export type Purged = {
	readonly path: string;
	readonly id: string;
	readonly czxid: string;
	/** Registered address; null when it had none that could be read. */
	readonly host: string | null;
	readonly port: number | null;
};

/**
 * Finds the member that replaces a purged one: the same path, id or address in another incarnation. Of several the one
 * registered last, since the older may be another ghost. Looked up, not searched: many are purged at once.
 */
export function indexRows(rows: Iterable<MemberRow>): (purged: Purged) => MemberRow | null {
	const byPlace = new Map<string, MemberRow[]>();
	const put = (place: string, row: MemberRow) => {
		const there = byPlace.get(place);
		if (there === undefined) {
			byPlace.set(place, [row]);
		} else {
			there.push(row);
		}
	};
	for (const row of rows) {
		if (row.verdict === 'left') {
			continue;
		}
		put(`path ${row.path}`, row);
		put(`id ${row.id}`, row);
		if (row.host !== null) {
			put(`address ${row.port} ${row.host}`, row);
		}
	}
	return (purged) => {
		const places = [`path ${purged.path}`, `id ${purged.id}`];
		if (purged.host !== null) {
			places.push(`address ${purged.port} ${purged.host}`);
		}
		let found: MemberRow | null = null;
		for (const row of places.flatMap((place) => byPlace.get(place) ?? [])) {
			if (row.czxid !== purged.czxid && (found === null || BigInt(row.czxid) > BigInt(found.czxid))) {
				found = row;
			}
		}
		return found;
	};
}

export function findReplacement(rows: Iterable<MemberRow>, purged: Purged): MemberRow | null {
	return indexRows(rows)(purged);
}
