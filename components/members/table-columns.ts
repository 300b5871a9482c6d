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
	/** CSS pixels of a column in `table-layout: fixed`; null: what remains. */
	widthOf(column: Column): number | null;
};

/** Widths in px at a desk; the id takes what remains. */
const COLUMN_WIDTH: Record<Column, number | null> = {
	verdict: 120,
	id: null,
	group: 108,
	address: 146,
	latency: 158,
	answered: 98,
	session: 160,
	age: 100,
};
const COMPACT_WIDTH: Partial<Record<Column, number>> = { verdict: 118, latency: 92 };

/** Given up in this order as the room shrinks; what is left out is in the drawer. */
const GIVEN_UP: readonly Column[] = ['age', 'group', 'answered', 'session', 'address'];
const ID_WIDTH_MIN = 132;
/** Beyond it the other columns share what remains: a name must not stand far from its figures. */
const ID_WIDTH_MAX = 340;
const COMPACT_BELOW_PX = 560;

function widthOf(columns: readonly Column[]): number {
	return columns.reduce((sum, column) => sum + (COLUMN_WIDTH[column] ?? ID_WIDTH_MIN), 0);
}

/** Columns by the table's own width (not the window's: the drawer takes its share). `scale`: of the room, 1 at a desk. */
export function tableShapeFor(tableWidthPx: number, scale = 1): TableShape {
	const widthPx = tableWidthPx / scale;
	const scaled = (width: number | null | undefined) => (width == null ? null : Math.round(width * scale));
	if (widthPx < COMPACT_BELOW_PX) {
		return {
			columns: ['verdict', 'id', 'latency'],
			compact: true,
			rowHeightPx: 54 * scale,
			widthOf: (column) => scaled(COMPACT_WIDTH[column]),
		};
	}
	let columns: readonly Column[] = COLUMNS;
	for (const next of GIVEN_UP) {
		if (widthOf(columns) <= widthPx) break;
		columns = columns.filter((column) => column !== next);
	}
	const others = widthOf(columns) - ID_WIDTH_MIN;
	const grown = Math.max(1, (widthPx - ID_WIDTH_MAX) / others);
	return {
		columns,
		compact: false,
		rowHeightPx: 37 * scale,
		widthOf: (column) => scaled(COLUMN_WIDTH[column] && COLUMN_WIDTH[column] * grown),
	};
}
