import type { Verdict } from '@/lib/core/reason';
import type { MemberRow } from '@/lib/core/view';

export type MemberQuery = {
	/** Any of these; null: every row but those that left. */
	readonly verdicts: readonly Verdict[] | null;
	readonly group: string | null;
	/** Part of id, group, path, host or an address, in any case. */
	readonly q: string | null;
	/** What the page before gave as nextCursor. */
	readonly cursor: string | null;
	/** 1..1,000 */
	readonly limit: number;
};

/**
 * One page of members, in order of path and czxid. The cursor is the last row's place in that order, not a count, so
 * rows that come and go between two pages neither repeat nor hide others. Null when the cursor cannot be read.
 */
export function queryMembers(
	registered: readonly MemberRow[],
	left: readonly MemberRow[],
	query: MemberQuery,
): { members: MemberRow[]; nextCursor: string | null } | null {
	const after = query.cursor === null ? null : readCursor(query.cursor);
	if (after === null && query.cursor !== null) {
		return null;
	}
	const { verdicts } = query;
	const rows = verdicts?.includes('left') ? [...registered, ...left] : registered;
	const wanted = rows.filter(
		(row) =>
			(verdicts === null || verdicts.includes(row.verdict)) &&
			(query.group === null || row.group === query.group) &&
			(query.q === null || mentions(row, query.q.toLowerCase())) &&
			(after === null || compare(row, after) > 0),
	);
	wanted.sort(compare);
	const members = wanted.slice(0, query.limit);
	const last = members.at(-1);
	return { members, nextCursor: wanted.length > members.length && last !== undefined ? toCursor(last) : null };
}

type Place = { readonly path: string; readonly czxid: string };

function compare(a: Place, b: Place): number {
	if (a.path !== b.path) {
		return a.path < b.path ? -1 : 1;
	}
	// Equal paths are incarnations of one member; any fixed order will do.
	return a.czxid === b.czxid ? 0 : a.czxid < b.czxid ? -1 : 1;
}

function mentions(row: MemberRow, needle: string): boolean {
	const haystacks = [row.id, row.group, row.path, ...row.addresses.map(({ host, port }) => `${host}:${port}`)];
	return haystacks.some((text) => text.toLowerCase().includes(needle));
}

function toCursor(row: Place): string {
	return Buffer.from(JSON.stringify([row.path, row.czxid])).toString('base64url');
}

function readCursor(cursor: string): Place | null {
	try {
		const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
		const [path, czxid] = Array.isArray(value) ? value : [];
		return typeof path === 'string' && typeof czxid === 'string' ? { path, czxid } : null;
	} catch (error) {
		if (error instanceof SyntaxError) {
			return null;
		}
		throw error;
	}
}
