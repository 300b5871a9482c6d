import type { AuditEntriesTable } from '../../database/tables';
import { endOf, type Order, type Question, ROWS, type Span } from './store-dialect';

/** Sequences that answer, in order, and how far they were looked for. */
export type Found = { readonly sequences: readonly number[]; readonly reached: number };

export type ReadRows = (sequences: readonly number[], order: Order) => Promise<AuditEntriesTable[]>;

/** Entries that may follow each other closely are asked for in growing numbers: a page needs few, an export all. */
export const FOUND = { first: 64, factor: 8, max: 4_096 } as const;

export const more = (count: number): number => Math.min(FOUND.max, count * FOUND.factor);

/** What a statement for the first `max` sequences of the span came to. */
export function foundIn(sequences: readonly number[], max: number, span: Span, order: Order): Found {
	const last = sequences.length === max ? sequences.at(-1) : undefined;
	return { sequences, reached: last ?? endOf(span, order) };
}

/** Finds many sequences at once and reads their rows in pieces. */
export function inPieces(find: (span: Span, order: Order) => Promise<Found>, readRows: ReadRows): Question {
	let left: Found | null = null;
	return {
		async read(span, order) {
			const { sequences, reached } = left ?? (await find(span, order));
			const now = sequences.slice(0, ROWS);
			const last = now.at(-1);
			left = sequences.length > ROWS ? { sequences: sequences.slice(ROWS), reached } : null;
			return { rows: await readRows(now, order), reached: left === null || last === undefined ? reached : last };
		},
	};
}
