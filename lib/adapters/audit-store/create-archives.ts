import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ArchivePort } from '@/lib/core/archive-port';
import type { SealedArchive } from '@/lib/core/audit-archive';
import type { RollcallDatabase } from '../database/open';
import type { Queries } from '../database/tables';
import { archivesOf, readAnchor, toArchive, toSealed } from './archive-rows';
import { toEntry } from './entry-rows';
import { removeSome } from './remove-archived';
import { signOff } from './sign-off';

/** Sequences looked through by one statement, which blocks the process. */
const WINDOW = 4_096;
/** Sealed files that are told; each needs a person, so that there are few. */
const SEALED_MAX = 100;

/** The archives of the audit log in this database (docs/audit.md). */
export function createArchives(database: RollcallDatabase): ArchivePort {
	const { db } = database;
	return {
		async list() {
			const signedOff = (await archivesOf(db).execute()).map(toArchive);
			return { signedOff, sealed: await readSealed(db, signedOff.at(-1)?.last ?? 0) };
		},
		anchor: () => readAnchor(db),
		olderThan: (beforeMs, known) => olderThan(db, beforeMs, known ?? 0),
		signOff: (order) => signOff(database, order),
		removeSome: () => removeSome(database),
	};
}

/** Oldest first; without those whose entries another file has taken out by now. */
async function readSealed(db: Queries, archivedUpTo: number): Promise<SealedArchive[]> {
	const rows = await db
		.selectFrom('audit_entries')
		.selectAll()
		.where('action', '=', 'audit.archive')
		.where('sequence', '>', archivedUpTo)
		.orderBy('sequence', 'desc')
		.limit(SEALED_MAX)
		.execute();
	return rows
		.map((row) => toSealed(toEntry(row)))
		.filter((sealed) => sealed !== null)
		.filter((sealed) => sealed.last > archivedUpTo)
		.reverse();
}

async function olderThan(
	db: Queries,
	beforeMs: number,
	known: number,
): Promise<{ first: number; last: number } | null> {
	const { newest } = await db
		.selectFrom('audit_entries')
		.select((build) => build.fn.max('sequence').as('newest'))
		.executeTakeFirstOrThrow();
	const anchor = (await readAnchor(db)).sequence;
	const end = newest ?? 0;
	let last = Math.max(anchor, known);
	while (last < end) {
		const { young } = await db
			.selectFrom('audit_entries')
			.select((build) => build.fn.min('sequence').as('young'))
			// Only the window's rows are looked at: no index on at_ms may tempt the planner.
			.where('sequence', '>', last)
			.where('sequence', '<=', last + WINDOW)
			.where((build) => build(build('at_ms', '+', 0), '>=', beforeMs))
			.executeTakeFirstOrThrow();
		if (young !== null) {
			last = young - 1;
			break;
		}
		last = Math.min(end, last + WINDOW);
		await nextTurn();
	}
	return last > anchor ? { first: anchor + 1, last } : null;
}
