import { boundDraft } from '@/lib/core/audit-bounds';
import type { AuditDraft, AuditEntry } from '@/lib/core/audit-entry';
import type { AuditPort, AuditQuery } from '@/lib/core/ports';
import type { RollcallDatabase } from '../database/open';
import type { AuditEntriesTable, Queries } from '../database/tables';
import { AppendQueue } from './append-queue';
import { decodeCursor, encodeCursor } from './cursor';
import { toEntry } from './entry-rows';
import { readEntries } from './read-entries';
import { readOutcomes } from './read-outcomes';
import { sha256Hex } from './sha256-hex';
import { verifyEntries } from './verify-entries';

export const LIST_LIMIT_MAX = 1_000;
/** A page ends early beyond this much detail (UTF-16 code units): its size is bounded whatever its entries hold. */
const PAGE_DETAIL_MAX = 8 * 1024 * 1024;

/**
 * The audit log over the database (docs/audit.md). The database belongs to the caller: `close` waits for the appends
 * under way, takes no more, and leaves the database open.
 */
export function createAuditStore(database: RollcallDatabase): AuditPort {
	const queue = new AppendQueue(database);
	return {
		// Async, so that a draft that cannot be recorded rejects like everything else.
		append: async (draft: AuditDraft) => queue.append(boundDraft(draft, sha256Hex)),
		list: (query, page) => list(database, query, page),
		byKey: (key) => byKey(database.db, key),
		stream: (query) => stream(database, query),
		outcomes: (cluster, after, limitEach) => readOutcomes(database, cluster, after, limitEach),
		verify: () => verifyEntries(database.db),
		close: () => queue.close(),
	};
}

/** Newest first; `limit` is held within 1 … LIST_LIMIT_MAX. A page may be shorter than its limit and yet have a next one. */
async function list(
	database: RollcallDatabase,
	query: AuditQuery,
	page: { cursor: string | null; limit: number },
): Promise<{ entries: AuditEntry[]; nextCursor: string | null }> {
	const limit = Math.min(Math.max(Math.trunc(page.limit) || 1, 1), LIST_LIMIT_MAX);
	const before = page.cursor === null ? Number.MAX_SAFE_INTEGER : decodeCursor(page.cursor);
	const rows: AuditEntriesTable[] = [];
	let detailLength = 0;
	for await (const piece of readEntries(database, query, { from: 1, to: before - 1, direction: 'newest-first' })) {
		for (const row of piece) {
			const last = rows.at(-1);
			// Only a row that did not fit any more proves that there is a next page.
			if (last !== undefined && (rows.length === limit || detailLength + row.detail.length > PAGE_DETAIL_MAX)) {
				return { entries: rows.map(toEntry), nextCursor: encodeCursor(last.sequence) };
			}
			rows.push(row);
			detailLength += row.detail.length;
		}
	}
	return { entries: rows.map(toEntry), nextCursor: null };
}

async function byKey(db: Queries, key: string): Promise<AuditEntry | null> {
	const row = await db
		.selectFrom('audit_entries')
		.selectAll()
		.where('key', '=', key.replaceAll('\0', '\u2400'))
		.executeTakeFirst();
	return row === undefined ? null : toEntry(row);
}

/** Ends with the newest entry at the time of the call: an export that is recorded itself would else never end. */
async function* stream(database: RollcallDatabase, query: AuditQuery): AsyncGenerator<AuditEntry> {
	const { newest } = await database.db
		.selectFrom('audit_entries')
		.select((build) => build.fn.max('sequence').as('newest'))
		.executeTakeFirstOrThrow();
	for await (const rows of readEntries(database, query, { from: 1, to: newest ?? 0, direction: 'oldest-first' })) {
		yield* rows.map(toEntry);
	}
}
