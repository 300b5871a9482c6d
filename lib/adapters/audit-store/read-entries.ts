import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditQuery } from '@/lib/core/ports';
import type { AuditEntriesTable, Queries } from '../database/tables';
import { parseSearch, type SearchTerms, searchConditions } from './search';

/** Sequences looked through by one statement. Each statement blocks the process, so none may look through the whole log. */
const WINDOW = 4_096;
/** The same for a search that no index helps: it reads every entry's text. */
const WINDOW_SCANNED = 256;
/** Rows that one statement returns: at 256 kB of detail each, at most 8 MB. */
const ROWS = 32;

export type Direction = 'newest-first' | 'oldest-first';

/**
 * Entries with `from <= sequence <= to` that answer the query, in order, in small pieces with a turn of the event loop
 * between: bounded memory, and no pause however long the log is. By sequence, so that entries appended meanwhile
 * neither shift nor repeat anything. Throws AuditQueryError before the first piece.
 */
export async function* readEntries(
	db: Queries,
	query: AuditQuery,
	range: Span & { readonly direction: Direction },
): AsyncGenerator<readonly AuditEntriesTable[]> {
	const terms = parseSearch(query.q ?? '');
	const size = terms.scanned.length > 0 ? WINDOW_SCANNED : WINDOW;
	const isDescending = range.direction === 'newest-first';
	let rest = await existing(db, range);
	while (rest !== null) {
		const window = isDescending
			? { from: Math.max(rest.from, rest.to - size + 1), to: rest.to }
			: { from: rest.from, to: Math.min(rest.to, rest.from + size - 1) };
		const rows = await readWindow(db, query, terms, window, range.direction);
		if (rows.length > 0) {
			yield rows;
		}
		const last = rows.length === ROWS ? rows.at(-1)?.sequence : undefined;
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
	terms: SearchTerms,
	window: Span,
	direction: Direction,
): Promise<AuditEntriesTable[]> {
	let select = db
		.selectFrom('audit_entries')
		.selectAll()
		.where('sequence', '>=', window.from)
		.where('sequence', '<=', window.to)
		.where((build) => build.and(searchConditions(build, terms, window)));
	const { cluster, actor, action, outcome, member, fromMs, toMs } = query;
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
