import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import {
	type Anchor,
	type ArchivedPart,
	NO_ANCHOR,
	provenAnchor,
	type SignedOffArchive,
	toArchivedPart,
} from '@/lib/core/audit-archive';
import { type ChainCheck, type ChainHead, verifyChain } from '@/lib/core/audit-chain';
import type { AuditEntry } from '@/lib/core/audit-entry';
import type { ChainVerification } from '@/lib/core/chain-verification';
import type { AuditEntriesTable, Queries } from '../database/tables';
import { archivesOf, toArchive } from './archive-rows';
import { isDetailIntact, toEntry } from './entry-rows';
import { sha256Hex } from './sha256-hex';

/** Rows of one statement, as it blocks the process: at 256 kB of detail each, 8 MB to read and to hash. */
const ROWS = 32;

/**
 * Walks the whole chain as it is when the walk begins, in bounded pieces, from where the archives end. Archives that no entry
 * of the log signed off count for nothing: what they hide is missing then. An entry that was cut off the end is found by the
 * head that the database keeps beside the entries.
 */
export async function verifyEntries(db: Queries): Promise<ChainVerification> {
	for (;;) {
		const archives = await readArchives(db);
		const verification = await walk(db, archives);
		const now = verification.ok ? archives : await readArchives(db);
		// Signed off meanwhile: what was in the way of the walk has been archived, not lost.
		if (verification.ok || now.length === archives.length) {
			return verification;
		}
	}
}

const readArchives = async (db: Queries) => (await archivesOf(db).execute()).map(toArchive);

async function walk(db: Queries, archives: readonly SignedOffArchive[]): Promise<ChainVerification> {
	const proven = provenAnchor(archives, await readSignOff(db, archives.at(-1)), sha256Hex);
	const anchor: Anchor = proven ?? NO_ANCHOR;
	const archived = toArchivedPart(proven === null ? [] : archives);
	const end = await readEnd(db);
	let head: ChainHead = anchor.head;
	// What stands before the first entry, where nothing may, is in the walk too; what was archived is removed by and by.
	let reached = archives.length === 0 ? Number.NEGATIVE_INFINITY : head.sequence;
	while (reached < end.last) {
		const rows = await readPage(db, reached, end.last);
		const check = checkRows(rows, head);
		head = check.head;
		if (check.firstBroken !== null) {
			return toVerification(head, check.firstBroken, archived);
		}
		reached = rows.at(-1)?.sequence ?? end.last;
		await nextTurn();
	}
	const isWhole = end.kept === head.sequence && end.hash === head.hash && (proven !== null || archives.length === 0);
	return toVerification(head, isWhole ? null : head.sequence + 1, archived);
}

async function readSignOff(db: Queries, newest: SignedOffArchive | undefined): Promise<AuditEntry | null> {
	const row =
		newest &&
		(await db.selectFrom('audit_entries').selectAll().where('sequence', '=', newest.signedOff).executeTakeFirst());
	return row === undefined ? null : toEntry(row);
}

/** The last entry there is, and the last that there should be: one statement, so that no append falls between. */
async function readEnd(db: Queries): Promise<{ last: number; kept: number | null; hash: string | null }> {
	const last = sql<number | null>`(select max(sequence) from audit_entries)`;
	const row = await db
		.selectNoFrom((build) => [
			last.as('last'),
			build.selectFrom('audit_head').select('sequence').where('id', '=', 1).as('kept'),
			build.selectFrom('audit_head').select('hash').where('id', '=', 1).as('hash'),
		])
		.executeTakeFirstOrThrow();
	return { last: row.last ?? Number.NEGATIVE_INFINITY, kept: row.kept, hash: row.hash };
}

/** Also what stands before the first entry, where nothing may. */
function readPage(db: Queries, after: number, last: number): Promise<AuditEntriesTable[]> {
	const select = db.selectFrom('audit_entries').selectAll().where('sequence', '<=', last);
	return (Number.isFinite(after) ? select.where('sequence', '>', after) : select)
		.orderBy('sequence', 'asc')
		.limit(ROWS)
		.execute();
}

/** `verifyChain` over rows; a stored detail that is not what was hashed breaks the chain at its entry. */
function checkRows(rows: readonly AuditEntriesTable[], from: ChainHead): ChainCheck {
	const changed = rows.findIndex((row) => !isDetailIntact(row));
	const intact = changed === -1 ? rows : rows.slice(0, changed);
	const check = verifyChain(intact.map(toEntry), from, sha256Hex);
	return check.firstBroken === null && changed !== -1
		? { head: check.head, firstBroken: check.head.sequence + 1 }
		: check;
}

function toVerification(head: ChainHead, firstBroken: number | null, archived: ArchivedPart): ChainVerification {
	return {
		ok: firstBroken === null,
		entries: head.sequence,
		head: head.sequence === 0 ? null : head.hash,
		firstBroken,
		archived,
	};
}
