import type { RollcallDatabase, TransactionSteps } from '../database/open';
import { rowsOf } from '../database/rows-of';
import type { Queries } from '../database/tables';

/** Entries that one transaction removes, and the detail (UTF-16 code units) beyond its first: it runs in one turn and holds up appends. */
const ROWS_MAX = 64;
const DETAIL_MAX = 256 * 1024;

/**
 * Takes some of the oldest entries out that were signed off; key and hash of each stay (`audit_archived`), so that nothing is
 * recorded twice and heads in ZooKeeper can be compared still. In pieces, because taking out a year at once would stop
 * everybody else's appends; a process that dies between two pieces leaves the rest to the next.
 */
export async function removeSome(database: RollcallDatabase): Promise<number> {
	const { db } = database;
	// Mostly there is nothing to do: that is found out without the write lock.
	const { due } = await db
		.selectNoFrom((build) => [
			build
				.selectFrom('audit_entries')
				.select('sequence')
				.where(
					'sequence',
					'<=',
					build.selectFrom('audit_archives').select((each) => each.fn.max('last').as('last')),
				)
				.orderBy('sequence', 'asc')
				.limit(1)
				.as('due'),
		])
		.executeTakeFirstOrThrow();
	return due === null ? 0 : database.transact(() => removeSteps(db));
}

function* removeSteps(db: Queries): TransactionSteps<number> {
	const [anchor] = yield* rowsOf(db.selectFrom('audit_archives').select(['last']).orderBy('last', 'desc').limit(1));
	if (anchor === undefined) {
		return 0;
	}
	const rows = yield* rowsOf(
		db
			.selectFrom('audit_entries')
			.select((build) => ['sequence', 'key', 'hash', build.fn<number>('length', ['detail']).as('detail_length')])
			.where('sequence', '<=', anchor.last)
			.orderBy('sequence', 'asc')
			.limit(ROWS_MAX),
	);
	let detailLength = 0;
	const end = rows.findIndex((row, index) => {
		detailLength += row.detail_length;
		return index > 0 && detailLength > DETAIL_MAX;
	});
	const taken = end === -1 ? rows : rows.slice(0, end);
	if (taken.length > 0) {
		yield* rowsOf(
			db.insertInto('audit_archived').values(taken.map(({ sequence, key, hash }) => ({ sequence, key, hash }))),
		);
		yield* rowsOf(db.deleteFrom('audit_entries').where('sequence', '<=', taken.at(-1)?.sequence ?? 0));
	}
	return taken.length;
}
