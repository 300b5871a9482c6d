import type { AuditQuery } from '@/lib/core/ports';
import type { AuditEntriesTable, Queries } from '../../database/tables';
import type { SearchTerms } from '../search';

/** Rows that one statement returns: at 256 kB of detail each, at most 8 MB. */
export const ROWS = 32;

/** Sequences, both included. */
export type Span = { readonly from: number; readonly to: number };
export type Order = 'asc' | 'desc';

/** A question to the log, made ready for entries that are there already. */
export type Question = {
	/** Sequences that the first statement looks through. */
	readonly first: number;
	/** The same for the next one, after one over `size` of them. `isFull`: it gave ROWS entries. */
	next(size: number, last: { readonly tookMs: number; readonly isFull: boolean }): number;
	/** The first ROWS entries of the window that answer, in order. */
	read(window: Span, order: Order): Promise<AuditEntriesTable[]>;
};

/** What the audit store does differently on each database. */
export type StoreDialect = {
	prepare(db: Queries, query: AuditQuery, terms: SearchTerms): Promise<Question>;
};
