import type { AuditQuery } from '@/lib/core/ports';
import type { AuditEntriesTable, Queries } from '../../database/tables';
import type { SearchTerms } from '../search';

/** Sequences, both included. */
export type Span = { readonly from: number; readonly to: number };
export type Order = 'asc' | 'desc';

/**
 * Entries that answer, in order, and the sequence up to which all have been looked at by now; often without any entry.
 */
export type Piece = { readonly rows: readonly AuditEntriesTable[]; readonly reached: number };

/** A question to the log, made ready for entries that are there already; it remembers how its words were best found so far. */
export type Question = {
	/** Goes on from the beginning of the span, in order, by one entry at least. */
	read(span: Span, order: Order): Promise<Piece>;
};

/** Sequences that answer, in order, and how far they were looked for. */
export type Found = { readonly sequences: readonly number[]; readonly reached: number };
export type Find = (span: Span, order: Order) => Promise<Found>;

/** What the audit store does differently on each database. */
export type StoreDialect = {
	/** Sequences in the span that the filters leave, whatever is searched for: the first `max`, in order. */
	findByColumns(db: Queries, query: AuditQuery, span: Span, order: Order, max: number): Promise<readonly number[]>;
	/** How entries are found that the filters leave and whose text holds every one of the words, of which there is at least one. */
	findByWords(db: Queries, query: AuditQuery, terms: SearchTerms): Find;
};

/** The last sequence of a span in this order. */
export function endOf(span: Span, order: Order): number {
	return order === 'desc' ? span.from : span.to;
}

/** What is left of a span behind a sequence that it came to. */
export function behind(span: Span, order: Order, reached: number): Span {
	return order === 'desc' ? { from: span.from, to: reached - 1 } : { from: reached + 1, to: span.to };
}
