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
 * The member that replaces a purged one: the same path, id or address in another incarnation. Of several the one
 * registered last, since the older may be another ghost.
 */
export function findReplacement(rows: Iterable<MemberRow>, purged: Purged): MemberRow | null {
	let found: MemberRow | null = null;
	for (const row of rows) {
		if (row.czxid === purged.czxid || row.verdict === 'left') {
			continue;
		}
		const sameAddress = purged.host !== null && row.host === purged.host && row.port === purged.port;
		if (row.path !== purged.path && row.id !== purged.id && !sameAddress) {
			continue;
		}
		if (found === null || BigInt(row.czxid) > BigInt(found.czxid)) {
			found = row;
		}
	}
	return found;
}
