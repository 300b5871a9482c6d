import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import { CHAIN_START, type ChainCheck, type ChainHead, verifyChain } from '@/lib/core/audit-chain';
import type { AuditEntriesTable, Queries } from '../database/tables';
import { isDetailIntact, toEntry } from './entry-rows';
import { sha256Hex } from './sha256-hex';

/** Rows of one statement, as it blocks the process: at 256 kB of detail each, 8 MB to read and to hash. */
const ROWS = 32;

export type ChainVerification = {
	readonly ok: boolean;
	/** Intact entries from the first on. */
	readonly entries: number;
	/** Hash of the last of them; null when there is none. */
	readonly head: string | null;
	/** Sequence of the first entry that is changed, missing or out of place. */
	readonly firstBroken: number | null;
};

/**
 * Walks the whole chain as it is when the walk begins, in bounded pieces. An entry that was cut off the end is found by
 * the head that the database keeps beside the entries.
 */
export async function verifyEntries(db: Queries): Promise<ChainVerification> {
	const end = await readEnd(db);
	let head: ChainHead = CHAIN_START;
	let reached = Number.NEGATIVE_INFINITY;
	while (reached < end.last) {
		const rows = await readPage(db, reached, end.last);
		const check = checkRows(rows, head);
		head = check.head;
		if (check.firstBroken !== null) {
			return toVerification(head, check.firstBroken);
		}
		reached = rows.at(-1)?.sequence ?? end.last;
		await nextTurn();
	}
	return toVerification(head, end.kept === head.sequence && end.hash === head.hash ? null : head.sequence + 1);
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

function toVerification(head: ChainHead, firstBroken: number | null): ChainVerification {
	return {
		ok: firstBroken === null,
		entries: head.sequence,
		head: head.sequence === 0 ? null : head.hash,
		firstBroken,
	};
}
