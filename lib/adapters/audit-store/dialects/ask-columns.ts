import type { AuditQuery } from '@/lib/core/ports';
import { FOUND, type Found, foundIn, inPieces, more, type ReadRows } from './in-pieces';
import type { Order, Question, Span } from './store-dialect';

/** Filters of one index (migration 0004-audit-search). */
const INDEXED_TOGETHER = 2;
/** Entries whose columns one statement looks at, where no index answers alone. */
const LOOKED_AT = 262_144;

/** A question without words, by what its database does for one window: the first `max` sequences that the filters leave. */
export function askColumns(
	query: AuditQuery,
	findByColumns: (window: Span, order: Order, max: number) => Promise<readonly number[]>,
	readRows: ReadRows,
): Question {
	let max: number = FOUND.first;
	async function find(span: Span, order: Order): Promise<Found> {
		const window = columnsWindow(query, span, order);
		const found = foundIn(await findByColumns(window, order, max), max, window, order);
		max = more(max);
		return found;
	}
	return inPieces(find, readRows);
}

/**
 * How far one statement may look for what filters leave: all the way where an index gives it in order, else only so far that
 * it ends soon although nothing answers.
 */
export function columnsWindow(query: AuditQuery, span: Span, order: Order): Span {
	if (isAnsweredByIndex(query)) {
		return span;
	}
	return order === 'desc'
		? { from: Math.max(span.from, span.to - LOOKED_AT + 1), to: span.to }
		: { from: span.from, to: Math.min(span.to, span.from + LOOKED_AT - 1) };
}

function isAnsweredByIndex({ cluster, actor, action, outcome, member, fromMs, toMs }: AuditQuery): boolean {
	const compared = [cluster, actor, action, outcome].filter((value) => value !== undefined).length;
	const isOneIndex = member === undefined ? compared <= INDEXED_TOGETHER : compared === 0;
	return isOneIndex && fromMs === undefined && toMs === undefined;
}
