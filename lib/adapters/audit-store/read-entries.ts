import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditQuery, Clock } from '@/lib/core/ports';
import type { AuditEntriesTable, Queries } from '../database/tables';
import { parseSearch, planSearch, type SearchPlan } from './search';
import { nextWindow, type WindowBounds } from './walk-window';
import { type Order, ROWS, readWindow, type Span } from './window-query';

/** Entries of one row of `audit_blocks` (migration 0004-audit-search), as a power of two. */
const BLOCK_BITS = 10;
/** Filters of one index (migration 0004-audit-search). */
const INDEXED_TOGETHER = 2;
const BLOCK = 2 ** BLOCK_BITS;

export type Direction = 'newest-first' | 'oldest-first';

/**
 * Entries with `from <= sequence <= to` that answer the query, in order, in small pieces with a turn of the event loop
 * between: bounded memory, and no long pause however long the log is. By sequence, so that entries appended meanwhile
 * neither shift nor repeat anything. Throws AuditQueryError before the first piece.
 */
export async function* readEntries(
	db: Queries,
	query: AuditQuery,
	range: Span & { readonly direction: Direction },
	clock: Clock,
): AsyncGenerator<readonly AuditEntriesTable[]> {
	const terms = parseSearch(query.q ?? '');
	const order = range.direction === 'newest-first' ? 'desc' : 'asc';
	let rest = await existing(db, query, range, order);
	// Planned after the last entry is known: what is appended from here on may hold trigrams that the plan does not know.
	const search = rest === null ? { match: null, contained: [] } : await planSearch(db, terms);
	const bounds = boundsOf(query, search);
	let size = bounds.first;
	while (rest !== null) {
		const window: Span =
			order === 'desc'
				? { from: Math.max(rest.from, rest.to - size + 1), to: rest.to }
				: { from: rest.from, to: Math.min(rest.to, rest.from + size - 1) };
		const startedAtMs = clock.nowMs();
		const rows = await readWindow(db, { query, search }, window, order);
		size = nextWindow(size, clock.nowMs() - startedAtMs, bounds);
		if (rows.length > 0) {
			yield rows;
		}
		const last = rows.length === ROWS ? rows.at(-1)?.sequence : undefined;
		const remaining: Span =
			order === 'desc'
				? { from: rest.from, to: (last ?? window.from) - 1 }
				: { from: (last ?? window.to) + 1, to: rest.to };
		await nextTurn();
		rest = await existing(db, query, remaining, order);
	}
}

/**
 * How far one statement may look. What indexes answer alone ends with the last row wanted and may look at everything; what
 * reads each entry's columns, or many lists of the full-text index, or whole texts, may only look at so many.
 */
function boundsOf(query: AuditQuery, search: SearchPlan): WindowBounds {
	if (search.match !== null) {
		return { first: 16_384, max: 65_536 };
	}
	if (search.contained.length > 0) {
		return { first: 256, max: 4_096 };
	}
	const { cluster, actor, action, outcome, member, fromMs, toMs } = query;
	const compared = [cluster, actor, action, outcome].filter((value) => value !== undefined).length;
	const isLookedAt = compared > INDEXED_TOGETHER || [member, fromMs, toMs].some((value) => value !== undefined);
	return isLookedAt ? { first: 16_384, max: 65_536 } : { first: Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
}

/**
 * The span narrowed to entries that exist, and at the end where the walk goes on also to the next block that has entries of
 * the time asked for; null: there are none. What is torn out or of another time costs no walk across it.
 */
async function existing(db: Queries, query: AuditQuery, span: Span, order: Order): Promise<Span | null> {
	const narrowed = await ofTheTime(db, query, span, order);
	if (narrowed === null) {
		return null;
	}
	const within = db
		.selectFrom('audit_entries')
		.select('sequence')
		.where('sequence', '>=', narrowed.from)
		.where('sequence', '<=', narrowed.to)
		.limit(1);
	// Two seeks. min() and max() in one statement would read the whole span.
	const row = await db
		.selectNoFrom([within.orderBy('sequence', 'asc').as('from'), within.orderBy('sequence', 'desc').as('to')])
		.executeTakeFirstOrThrow();
	return row.from === null || row.to === null ? null : { from: row.from, to: row.to };
}

async function ofTheTime(db: Queries, { fromMs, toMs }: AuditQuery, span: Span, order: Order): Promise<Span | null> {
	if (span.from > span.to || (fromMs === undefined && toMs === undefined)) {
		return span.from > span.to ? null : span;
	}
	let select = db
		.selectFrom('audit_blocks')
		.select('block')
		.where('block', '>=', Math.floor((span.from - 1) / BLOCK))
		.where('block', '<=', Math.floor((span.to - 1) / BLOCK));
	if (fromMs !== undefined) {
		select = select.where('max_at_ms', '>=', fromMs);
	}
	if (toMs !== undefined) {
		select = select.where('min_at_ms', '<=', toMs);
	}
	const row = await select.orderBy('block', order).limit(1).executeTakeFirst();
	if (row === undefined) {
		return null;
	}
	return order === 'desc'
		? { from: span.from, to: Math.min(span.to, (row.block + 1) * BLOCK) }
		: { from: Math.max(span.from, row.block * BLOCK + 1), to: span.to };
}
