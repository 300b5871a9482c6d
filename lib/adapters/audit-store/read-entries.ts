import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditQuery, Clock } from '@/lib/core/ports';
import type { RollcallDatabase } from '../database/database';
import type { AuditEntriesTable, Queries } from '../database/tables';
import { type Order, ROWS, type Span } from './dialects/store-dialect';
import { STORE_DIALECTS } from './dialects/store-dialects';
import { parseSearch } from './search';

/** Entries of one row of `audit_blocks` (migration 0004-audit-search), as a power of two. */
const BLOCK_BITS = 10;
const BLOCK = 2 ** BLOCK_BITS;

export type Direction = 'newest-first' | 'oldest-first';

/** Entries that answer, and the sequence up to which all have been looked at by now; often without any entry. */
export type Piece = { readonly rows: readonly AuditEntriesTable[]; readonly reached: number };

/**
 * Entries with `from <= sequence <= to` that answer the query, in order, in small pieces with a turn of the event loop
 * between: bounded memory, and no long pause however long the log is. By sequence, so that entries appended meanwhile
 * neither shift nor repeat anything. Throws AuditQueryError before the first piece.
 */
export async function* readEntries(
	{ db, dialect }: Pick<RollcallDatabase, 'db' | 'dialect'>,
	asked: AuditQuery,
	range: Span & { readonly direction: Direction },
	clock: Clock,
): AsyncGenerator<Piece> {
	const query = asStored(asked);
	const terms = parseSearch(query.q ?? '');
	const order = range.direction === 'newest-first' ? 'desc' : 'asc';
	let rest = await existing(db, query, range, order);
	if (rest === null) {
		return;
	}
	// Made ready after the last entry is known: what is appended from here on may hold what a plan does not know.
	const question = await STORE_DIALECTS[dialect].prepare(db, query, terms);
	let size = question.first;
	while (rest !== null) {
		const window: Span =
			order === 'desc'
				? { from: Math.max(rest.from, rest.to - size + 1), to: rest.to }
				: { from: rest.from, to: Math.min(rest.to, rest.from + size - 1) };
		const startedAtMs = clock.nowMs();
		const rows = await question.read(window, order);
		const isFull = rows.length === ROWS;
		size = question.next(size, { tookMs: clock.nowMs() - startedAtMs, isFull });
		const last = isFull ? rows.at(-1)?.sequence : undefined;
		const remaining: Span =
			order === 'desc'
				? { from: rest.from, to: (last ?? window.from) - 1 }
				: { from: (last ?? window.to) + 1, to: rest.to };
		yield { rows, reached: order === 'desc' ? remaining.to + 1 : remaining.from - 1 };
		await nextTurn();
		rest = await existing(db, query, remaining, order);
	}
}

/** As an entry has it (boundDraft): PostgreSQL refuses a NUL also in a question. */
function asStored(query: AuditQuery): AuditQuery {
	const stored = (text: string | undefined) => text?.replaceAll('\0', '\u2400');
	const { cluster, actor, outcome, member } = query;
	return {
		...query,
		cluster: stored(cluster),
		actor: stored(actor),
		outcome: stored(outcome),
		member: stored(member),
	};
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
