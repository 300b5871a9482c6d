/** Where the cells of the roll-call board lie. Pure: pixels in CSS units, y downwards, origin at the canvas' top left. */

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
const LABEL_HEIGHT = 18;

/** The more members, the smaller a cell: 12 are seen at arm's length, 10,000 fit on one screen. */
export function cellSizeFor(members: number): CellSize {
	if (members <= 60) return { size: 18, gap: 4 };
	if (members <= 600) return { size: 13, gap: 3 };
	if (members <= 2_500) return { size: 9, gap: 2 };
	return { size: 6, gap: 1 };
}

/** `labelsAbove`: a group's name stands above its cells (narrow screens) instead of beside them. */
export function layOutBoard(groups: readonly BoardGroup[], width: number, labelsAbove: boolean): BoardLayout {
	const total = groups.reduce((sum, group) => sum + group.paths.length, 0);
	const cell = cellSizeFor(total);
	const step = cell.size + cell.gap;
	const columns = Math.max(1, Math.floor((width - 2 * BOARD_MARGIN + cell.gap) / step));
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
		y = Math.max(top + rows * step - cell.gap, y + LABEL_HEIGHT) + GROUP_GAP;
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
