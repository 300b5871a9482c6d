import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditQuery } from '@/lib/core/ports';
import type { RollcallDatabase } from '../database/database';
import type { AuditEntriesTable, Queries } from '../database/tables';
import { STORE_DIALECTS } from './dialects/store-dialect';
import { parseSearch, type SearchBuilder, type SearchCondition } from './search';

/** Rows that one statement returns: at 256 kB of detail each, at most 8 MB. */
const ROWS = 32;

export type Direction = 'newest-first' | 'oldest-first';

/**
 * Entries with `from <= sequence <= to` that answer the query, in order, in small pieces with a turn of the event loop
 * between: bounded memory, and no pause however long the log is. By sequence, so that entries appended meanwhile
 * neither shift nor repeat anything. Throws AuditQueryError before the first piece.
 */
export async function* readEntries(
	{ db, dialect }: Pick<RollcallDatabase, 'db' | 'dialect'>,
	query: AuditQuery,
	range: Span & { readonly direction: Direction },
): AsyncGenerator<readonly AuditEntriesTable[]> {
	const terms = parseSearch(query.q ?? '');
	const { searchConditions, ...store } = STORE_DIALECTS[dialect];
	const { first, max } = terms.scanned.length > 0 ? store.windowScanned : store.window;
	const isDescending = range.direction === 'newest-first';
	let size = first;
	let rest = await existing(db, range);
	while (rest !== null) {
		const window = isDescending
			? { from: Math.max(rest.from, rest.to - size + 1), to: rest.to }
			: { from: rest.from, to: Math.min(rest.to, rest.from + size - 1) };
		const search = (build: SearchBuilder) => searchConditions(build, terms, window);
		const rows = await readWindow(db, query, search, window, range.direction);
		if (rows.length > 0) {
			yield rows;
		}
		const last = rows.length === ROWS ? rows.at(-1)?.sequence : undefined;
		size = last === undefined ? Math.min(max, size * 4) : first;
		const remaining = isDescending
			? { from: rest.from, to: (last ?? window.from) - 1 }
			: { from: (last ?? window.to) + 1, to: rest.to };
		await nextTurn();
		rest = await existing(db, remaining);
	}
}

type Span = { readonly from: number; readonly to: number };

/** The span narrowed to entries that exist; null: there are none. A torn-out stretch costs no walk across it. */
async function existing(db: Queries, span: Span): Promise<Span | null> {
	const within = db
		.selectFrom('audit_entries')
		.select('sequence')
		.where('sequence', '>=', span.from)
		.where('sequence', '<=', span.to)
		.limit(1);
	// Two seeks. min() and max() in one statement would read the whole span.
	const row = await db
		.selectNoFrom([within.orderBy('sequence', 'asc').as('from'), within.orderBy('sequence', 'desc').as('to')])
		.executeTakeFirstOrThrow();
	return row.from === null || row.to === null ? null : { from: row.from, to: row.to };
}

function readWindow(
	db: Queries,
	query: AuditQuery,
	search: (build: SearchBuilder) => SearchCondition[],
	window: Span,
	direction: Direction,
): Promise<AuditEntriesTable[]> {
	let select = db
		.selectFrom('audit_entries')
		.selectAll()
		.where('sequence', '>=', window.from)
		.where('sequence', '<=', window.to)
		.where((build) => build.and(search(build)));
	const { fromMs, toMs } = query;
	const [cluster, actor, action, outcome, member] = (['cluster', 'actor', 'action', 'outcome', 'member'] as const).map(
		(field) => asStored(query[field]),
	);
	if (cluster !== undefined) {
		select = select.where('cluster', '=', cluster);
	}
	if (actor !== undefined) {
		select = select.where('actor_name', '=', actor);
	}
	if (action !== undefined) {
		select = select.where('action', '=', action);
	}
	if (outcome !== undefined) {
		select = select.where('outcome', '=', outcome);
	}
	if (member !== undefined) {
		select = select.where((build) => build.or([build('member', '=', member), build('member_id', '=', member)]));
	}
	if (fromMs !== undefined) {
		select = select.where('at_ms', '>=', fromMs);
	}
	if (toMs !== undefined) {
		select = select.where('at_ms', '<=', toMs);
	}
	return select
		.orderBy('sequence', direction === 'newest-first' ? 'desc' : 'asc')
		.limit(ROWS)
		.execute();
}

/** As an entry has it (boundDraft): PostgreSQL refuses a NUL also in a question. */
function asStored(text: string | undefined): string | undefined {
	return text?.replaceAll('\0', '\u2400');
}
