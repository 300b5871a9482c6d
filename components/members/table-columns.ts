import type { Sort } from './member-order';

export const COLUMNS = ['verdict', 'id', 'group', 'address', 'latency', 'answered', 'session', 'age'] as const;
export type Column = (typeof COLUMNS)[number];

/** What a header sorts by. The verdict's is the order with the unwell on top. */
export const COLUMN_SORT: Record<Column, Sort> = {
	verdict: 'attention',
	id: 'id',
	group: 'group',
	address: 'address',
	latency: 'latency',
	answered: 'answered',
	session: 'session',
	age: 'age',
};

export type TableShape = {
	readonly columns: readonly Column[];
	/** Address under the id, no sparkline: for a phone. */
	readonly compact: boolean;
	readonly rowHeightPx: number;
};

/** Columns by the table's own width (not the window's: the drawer takes its share). What is left out is in the drawer. */
export function tableShapeFor(widthPx: number): TableShape {
	if (widthPx < 560) return { columns: ['verdict', 'id', 'latency'], compact: true, rowHeightPx: 54 };
	const left = new Set<Column>();
	if (widthPx < 980) left.add('age');
	if (widthPx < 880) left.add('group');
	if (widthPx < 680) left.add('answered');
	return { columns: COLUMNS.filter((column) => !left.has(column)), compact: false, rowHeightPx: 37 };
}

/** Widths in px of `table-layout: fixed`; the id takes what remains. */
export const COLUMN_WIDTH: Record<Column, number | null> = {
	verdict: 122,
	id: null,
	group: 112,
	address: 158,
	latency: 168,
	answered: 100,
	session: 146,
	age: 84,
};
export const COMPACT_WIDTH: Partial<Record<Column, number>> = { verdict: 118, latency: 92 };
