import { systemClock } from '@/lib/adapters/clock';
import { boundDraft } from '@/lib/core/audit-bounds';
import type { AuditDraft, AuditEntry } from '@/lib/core/audit-entry';
import type { AuditBounds, AuditPage, AuditPort, AuditQuery, Clock } from '@/lib/core/ports';
import type { RollcallDatabase } from '../database/open';
import type { AuditEntriesTable, Queries } from '../database/tables';
import { AppendQueue } from './append-queue';
import { readAnchor } from './archive-rows';
import { decodeCursor, encodeCursor } from './cursor';
import { toEntry } from './entry-rows';
import { readEntries } from './read-entries';
import { readOutcomes } from './read-outcomes';
import { sha256Hex } from './sha256-hex';
import { verifyEntries } from './verify-entries';

export const LIST_LIMIT_MAX = 1_000;
/** A page ends early beyond this much detail (UTF-16 code units): its size is bounded whatever its entries hold. */
const PAGE_DETAIL_MAX = 8 * 1024 * 1024;
/** And once this much time has passed: what is rare, and no index helps with, is looked for in several pages. */
const PAGE_MS_MAX = 1_000;

/**
 * The audit log over the database (docs/audit.md). The database belongs to the caller: `close` waits for the appends
 * under way, takes no more, and leaves the database open.
 */
export function createAuditStore(database: RollcallDatabase, clock: Clock = systemClock): AuditPort {
	const queue = new AppendQueue(database);
	return {
		// Async, so that a draft that cannot be recorded rejects like everything else.
		append: async (draft: AuditDraft) => queue.append(boundDraft(draft, sha256Hex)),
		list: (query, page) => list(database, query, page, clock),
		byKey: (key) => byKey(database.db, key),
		stream: (query, bounds) => stream(database, query, bounds ?? {}),
		outcomes: async (cluster, after, limitEach) => {
			const archived = (await readAnchor(database.db)).sequence;
			return readOutcomes(database, cluster, Math.max(after, archived), limitEach);
		},
		verify: () => verifyEntries(database.reading),
		close: () => queue.close(),
	};
}

/**
 * Newest first; `limit` is held within 1 … LIST_LIMIT_MAX. A page may be shorter than its limit, or empty, and yet have a next
 * one: `lookedTo` says how far it came in its time.
 */
async function list(
	database: RollcallDatabase,
	query: AuditQuery,
	page: { cursor: string | null; limit: number },
	clock: Clock,
): Promise<AuditPage> {
	const startedAtMs = clock.nowMs();
	const limit = Math.min(Math.max(Math.trunc(page.limit) || 1, 1), LIST_LIMIT_MAX);
	const before = page.cursor === null ? Number.MAX_SAFE_INTEGER : decodeCursor(page.cursor);
	const from = (await readAnchor(database.reading)).sequence + 1;
	const rows: AuditEntriesTable[] = [];
	let detailLength = 0;
	for await (const piece of readEntries(database, query, { from, to: before - 1, direction: 'newest-first' })) {
		for (const row of piece.rows) {
			const last = rows.at(-1);
			// Only a row that did not fit any more proves that there is a next page.
			if (last !== undefined && (rows.length === limit || detailLength + row.detail.length > PAGE_DETAIL_MAX)) {
				return { entries: rows.map(toEntry), nextCursor: encodeCursor(last.sequence), lookedTo: null };
			}
			rows.push(row);
			detailLength += row.detail.length;
		}
		if (clock.nowMs() - startedAtMs > PAGE_MS_MAX && piece.reached > from) {
			const lookedTo = piece.reached;
			return { entries: rows.map(toEntry), nextCursor: encodeCursor(lookedTo), lookedTo };
		}
	}
	return { entries: rows.map(toEntry), nextCursor: null, lookedTo: null };
}

async function byKey(db: Queries, key: string): Promise<AuditEntry | null> {
	const row = await db
		.selectFrom('audit_entries')
		.selectAll()
		.where('key', '=', key.replaceAll('\0', '\u2400'))
		.executeTakeFirst();
	return row === undefined ? null : toEntry(row);
}

const ARCHIVED_MEANWHILE = 'entries were archived while they were read, and may be missing: ask again';

/** Never goes beyond the newest entry at the time of the call: an export that is recorded itself would else never end. */
async function* stream(
	database: RollcallDatabase,
	query: AuditQuery,
	{ after = 0, until = Number.MAX_SAFE_INTEGER }: AuditBounds,
): AsyncGenerator<AuditEntry> {
	const { newest } = await database.reading
		.selectFrom('audit_entries')
		.select((build) => build.fn.max('sequence').as('newest'))
		.executeTakeFirstOrThrow();
	const anchor = (await readAnchor(database.reading)).sequence;
	if (after > 0 && after < anchor) {
		throw new Error(ARCHIVED_MEANWHILE);
	}
	let given = Math.max(after, anchor);
	const isHoled = async () => {
		const now = (await readAnchor(database.reading)).sequence;
		return now !== anchor && now > given;
	};
	const span = { from: given + 1, to: Math.min(until, newest ?? 0) };
	for await (const { rows } of readEntries(database, query, { ...span, direction: 'oldest-first' })) {
		if (await isHoled()) {
			throw new Error(ARCHIVED_MEANWHILE);
		}
		yield* rows.map(toEntry);
		given = rows.at(-1)?.sequence ?? given;
	}
	if (await isHoled()) {
		throw new Error(ARCHIVED_MEANWHILE);
	}
}
