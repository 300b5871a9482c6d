/** Where the cells of the roll-call board lie. Pure: CSS pixels as at a desk, y downwards, origin at the canvas' top left. */

export type CellSize = { readonly size: number; readonly gap: number };
export type BoardGroup = { readonly name: string; readonly paths: readonly string[] };

export type BoardLayout = {
	readonly cell: CellSize;
	readonly columns: number;
	readonly width: number;
	readonly height: number;
	readonly groups: readonly {
		readonly name: string;
		readonly count: number;
		readonly top: number;
		readonly first: number;
	}[];
	readonly cells: readonly { readonly path: string; readonly x: number; readonly y: number }[];
};

const GROUP_GAP = 8;
/** Room around the cells for the frame of the selected one. */
export const BOARD_MARGIN = 4;
/** A group is at least as high as its label. */
export const LABEL_HEIGHT = 18;

/** Cells grow with the room as long as the board is no higher than this, so that what is below stays in sight. */
const GROWS_TO_HEIGHT = 180;
const GROWN: readonly CellSize[] = [
	{ size: 32, gap: 6 },
	{ size: 24, gap: 5 },
	{ size: 18, gap: 4 },
	{ size: 13, gap: 3 },
	{ size: 9, gap: 2 },
];

/** The more members, the smaller a cell at least is: 12 are seen from afar, 10,000 fit on one screen. */
function cellSizeMin(members: number): CellSize {
	if (members <= 60) return { size: 18, gap: 4 };
	if (members <= 600) return { size: 13, gap: 3 };
	if (members <= 2_500) return { size: 9, gap: 2 };
	return { size: 6, gap: 1 };
}

/** The largest cells whose board is low enough. `labelsAbove`: a group's name stands above its cells (narrow screens). */
export function layOutBoard(groups: readonly BoardGroup[], width: number, labelsAbove: boolean): BoardLayout {
	const least = cellSizeMin(groups.reduce((sum, group) => sum + group.paths.length, 0));
	const grown = GROWN.filter((cell) => cell.size > least.size).find(
		(cell) => heightOf(groups, cell, width, labelsAbove) <= GROWS_TO_HEIGHT,
	);
	return layOutCells(groups, grown ?? least, width, labelsAbove);
}

function columnsOf({ size, gap }: CellSize, width: number): number {
	return Math.max(1, Math.floor((width - 2 * BOARD_MARGIN + gap) / (size + gap)));
}

/** Lower edge of a group's cells, or of its label where that reaches further down. */
function bottomOf(y: number, rows: number, { size, gap }: CellSize, labelsAbove: boolean): number {
	const top = labelsAbove ? y + LABEL_HEIGHT : y;
	return Math.max(top + rows * (size + gap) - gap, y + LABEL_HEIGHT);
}

function heightOf(groups: readonly BoardGroup[], cell: CellSize, width: number, labelsAbove: boolean): number {
	const columns = columnsOf(cell, width);
	const end = groups.reduce(
		(y, group) => bottomOf(y, Math.ceil(group.paths.length / columns), cell, labelsAbove) + GROUP_GAP,
		BOARD_MARGIN,
	);
	return end - GROUP_GAP + BOARD_MARGIN;
}

function layOutCells(groups: readonly BoardGroup[], cell: CellSize, width: number, labelsAbove: boolean): BoardLayout {
	const step = cell.size + cell.gap;
	const columns = columnsOf(cell, width);
	let y = BOARD_MARGIN;
	const placed: BoardLayout['groups'][number][] = [];
	const cells: BoardLayout['cells'][number][] = [];
	for (const group of groups) {
		placed.push({ name: group.name, count: group.paths.length, top: y, first: cells.length });
		const top = labelsAbove ? y + LABEL_HEIGHT : y;
		group.paths.forEach((path, index) => {
			cells.push({ path, x: BOARD_MARGIN + (index % columns) * step, y: top + Math.floor(index / columns) * step });
		});
		const rows = Math.ceil(group.paths.length / columns);
		y = bottomOf(y, rows, cell, labelsAbove) + GROUP_GAP;
	}
	return { cell, columns, width, height: Math.max(0, y - GROUP_GAP + BOARD_MARGIN), groups: placed, cells };
}

/** Index of the cell under a point, gaps counted half to each neighbour; null beside the cells. */
export function cellAt(layout: BoardLayout, x: number, y: number): number | null {
	const half = layout.cell.gap / 2;
	const reach = layout.cell.size + half;
	let low = 0;
	let high = layout.cells.length - 1;
	// Cells are in reading order: find the first whose lower edge is below the point.
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((layout.cells[middle]?.y ?? 0) + reach < y) low = middle + 1;
		else high = middle;
	}
	for (let index = low; index < layout.cells.length; index++) {
		const cell = layout.cells[index];
		if (!cell || cell.y - half > y) return null;
		if (x >= cell.x - half && x <= cell.x + reach && y <= cell.y + reach) return index;
	}
	return null;
}

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End';

/** Where an arrow key leads. Up and down stay in the column, across groups too; at the edge it stays where it is. */
export function moveOnBoard(layout: BoardLayout, index: number, key: Arrow): number {
	const last = layout.cells.length - 1;
	const from = layout.cells[index];
	if (!from) return Math.max(0, Math.min(last, index));
	if (key === 'ArrowLeft') return Math.max(0, index - 1);
	if (key === 'ArrowRight') return Math.min(last, index + 1);
	if (key === 'Home') return 0;
	if (key === 'End') return last;
	const down = key === 'ArrowDown';
	let next = index;
	let rowY: number | null = null;
	let best = index;
	for (;;) {
		next += down ? 1 : -1;
		const cell = layout.cells[next];
		if (!cell) return best;
		if (cell.y === from.y) continue;
		if (rowY === null) {
			rowY = cell.y;
			best = next;
		} else if (cell.y !== rowY) return best;
		const nearer = Math.abs(cell.x - from.x) < Math.abs((layout.cells[best]?.x ?? 0) - from.x);
		if (nearer) best = next;
	}
}
