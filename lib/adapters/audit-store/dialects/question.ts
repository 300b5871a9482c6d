import type { AuditQuery } from '@/lib/core/ports';
import type { AuditEntriesTable, Queries } from '../../database/tables';
import type { SearchTerms } from '../search';
import { endOf, type Find, type Found, type Order, type Question, type Span, type StoreDialect } from './store-dialect';

/** Rows of one piece: at 256 kB of detail each, at most 8 MB. */
const ROWS = 32;
/** Entries that may follow each other closely are asked for in growing numbers: a page needs few, an export all. */
export const FOUND = { first: 64, factor: 8, max: 4_096 } as const;
/** Filters of one index (migration 0004-audit-search). */
const INDEXED_TOGETHER = 2;
/** Entries whose columns one statement looks at, where no index answers alone. */
const LOOKED_AT = 262_144;

export const more = (count: number): number => Math.min(FOUND.max, count * FOUND.factor);

/** Makes a question ready: many sequences are found at once, and their rows read in pieces. */
export function askStore(dialect: StoreDialect, db: Queries, query: AuditQuery, terms: SearchTerms): Question {
	const hasWords = terms.long.length + terms.short.length > 0;
	const find = hasWords ? dialect.findByWords(db, query, terms) : byColumns(dialect, db, query);
	let left: Found | null = null;
	return {
		async read(span, order) {
			const { sequences, reached } = left ?? (await find(span, order));
			const now = sequences.slice(0, ROWS);
			const last = now.at(-1);
			left = sequences.length > ROWS ? { sequences: sequences.slice(ROWS), reached } : null;
			return { rows: await readRows(db, now, order), reached: left === null || last === undefined ? reached : last };
		},
	};
}

function byColumns(dialect: StoreDialect, db: Queries, query: AuditQuery): Find {
	let max: number = FOUND.first;
	return async (span, order) => {
		const found = await findInWindow(dialect, db, query, span, order, max);
		max = more(max);
		return found;
	};
}

/**
 * The first `max` sequences that the filters leave, as far as one statement may look: all the way where an index gives them
 * in order, else only so far that it ends soon although nothing answers.
 */
export async function findInWindow(
	{ findByColumns }: Pick<StoreDialect, 'findByColumns'>,
	db: Queries,
	query: AuditQuery,
	span: Span,
	order: Order,
	max: number,
): Promise<Found> {
	const window = isAnsweredByIndex(query) ? span : firstOf(span, order, LOOKED_AT);
	return foundIn(await findByColumns(db, query, window, order, max), max, window, order);
}

/** What a statement for the first `max` sequences of the span came to. */
export function foundIn(sequences: readonly number[], max: number, span: Span, order: Order): Found {
	const last = sequences.length === max ? sequences.at(-1) : undefined;
	return { sequences, reached: last ?? endOf(span, order) };
}

function firstOf(span: Span, order: Order, size: number): Span {
	return order === 'desc'
		? { from: Math.max(span.from, span.to - size + 1), to: span.to }
		: { from: span.from, to: Math.min(span.to, span.from + size - 1) };
}

function isAnsweredByIndex({ cluster, actor, action, outcome, member, fromMs, toMs }: AuditQuery): boolean {
	const compared = [cluster, actor, action, outcome].filter((value) => value !== undefined).length;
	const isOneIndex = member === undefined ? compared <= INDEXED_TOGETHER : compared === 0;
	return isOneIndex && fromMs === undefined && toMs === undefined;
}

async function readRows(db: Queries, sequences: readonly number[], order: Order): Promise<AuditEntriesTable[]> {
	return sequences.length === 0
		? []
		: db
				.selectFrom('audit_entries')
				.selectAll()
				.where('sequence', 'in', sequences)
				.orderBy('sequence', order)
				.execute();
}
