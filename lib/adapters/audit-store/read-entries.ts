import type { AuditQuery } from '@/lib/core/ports';
import type { RollcallDatabase } from '../database/database';
import type { Queries } from '../database/tables';
import { askStore } from './dialects/question';
import { behind, type Piece, type Span } from './dialects/store-dialect';
import { STORE_DIALECTS } from './dialects/store-dialects';
import { parseSearch } from './search';

/** Entries of one row of `audit_blocks` (migration 0004-audit-search), as a power of two. */
const BLOCK_BITS = 10;
const BLOCK = 2 ** BLOCK_BITS;

export type Direction = 'newest-first' | 'oldest-first';

/**
 * Entries with `from <= sequence <= to` that answer the query, in order, in small pieces: bounded memory however
 * long the log is. By sequence, so that entries appended meanwhile neither shift nor repeat anything. Throws AuditQueryError before the first piece.
 */
export async function* readEntries(
	{ reading, dialect }: Pick<RollcallDatabase, 'reading' | 'dialect'>,
	asked: AuditQuery,
	range: Span & { readonly direction: Direction },
): AsyncGenerator<Piece> {
	const query = asStored(asked);
	const terms = parseSearch(query.q ?? '');
	const order = range.direction === 'newest-first' ? 'desc' : 'asc';
	let rest = await existing(reading, query, range);
	if (rest === null) {
		return;
	}
	// Made ready after the last entry is known: what is appended from here on may hold what a plan does not know.
	const question = askStore(STORE_DIALECTS[dialect], reading, query, terms);
	while (rest !== null) {
		const piece = await question.read(rest, order);
		yield piece;
		rest = await existing(reading, query, behind(rest, order, piece.reached));
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
 * The span narrowed to entries that exist and, of a time asked for, to the blocks that have entries of it; null: there are
 * none. What is torn out or of another time costs no walk across it.
 */
async function existing(db: Queries, query: AuditQuery, span: Span): Promise<Span | null> {
	const narrowed = await ofTheTime(db, query, span);
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

async function ofTheTime(db: Queries, { fromMs, toMs }: AuditQuery, span: Span): Promise<Span | null> {
	if (span.from > span.to || (fromMs === undefined && toMs === undefined)) {
		return span.from > span.to ? null : span;
	}
	let blocks = db
		.selectFrom('audit_blocks')
		.select('block')
		.where('block', '>=', Math.floor((span.from - 1) / BLOCK))
		.where('block', '<=', Math.floor((span.to - 1) / BLOCK))
		.limit(1);
	if (fromMs !== undefined) {
		blocks = blocks.where('max_at_ms', '>=', fromMs);
	}
	if (toMs !== undefined) {
		blocks = blocks.where('min_at_ms', '<=', toMs);
	}
	const { first, last } = await db
		.selectNoFrom([blocks.orderBy('block', 'asc').as('first'), blocks.orderBy('block', 'desc').as('last')])
		.executeTakeFirstOrThrow();
	return first === null || last === null
		? null
		: { from: Math.max(span.from, first * BLOCK + 1), to: Math.min(span.to, (last + 1) * BLOCK) };
}
