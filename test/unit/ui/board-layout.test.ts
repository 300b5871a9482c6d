import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellAt, layOutBoard, moveOnBoard } from '@/components/members/board-layout';

const group = (name: string, count: number) => ({
	name,
	paths: Array.from({ length: count }, (_, i) => `/${name}/${i}`),
});
const anyBoard = fc.record({
	counts: fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 5 }),
	width: fc.integer({ min: 60, max: 1_400 }),
	labelsAbove: fc.boolean(),
});

describe('the roll-call board', () => {
	it('has one cell a member, none over another or beyond the edge, and finds each under its own middle', () => {
		fc.assert(
			fc.property(anyBoard, ({ counts, width, labelsAbove }) => {
				const layout = layOutBoard(
					counts.map((count, i) => group(`g${i}`, count)),
					width,
					labelsAbove,
				);
				expect(layout.cells.length).toBe(counts.reduce((sum, count) => sum + count, 0));
				const half = layout.cell.size / 2;
				for (const [index, cell] of layout.cells.entries()) {
					expect(cell.x + layout.cell.size).toBeLessThanOrEqual(Math.max(width, 30));
					expect(cell.y + layout.cell.size).toBeLessThanOrEqual(layout.height);
					expect(cellAt(layout, cell.x + half, cell.y + half)).toBe(index);
				}
			}),
			{ numRuns: 60 },
		);
	});

	it('its cells grow with the room while it stays low, and are never smaller than their number allows', () => {
		const size = (counts: number[], width: number) =>
			layOutBoard(
				counts.map((count, i) => group(`g${i}`, count)),
				width,
				false,
			).cell.size;
		expect(size([1, 7, 4], 1_050)).toBe(32);
		expect(size([180, 120, 12], 1_050)).toBe(13);
		expect(size([180, 120, 12], 1_500)).toBe(18);
		fc.assert(
			fc.property(anyBoard, ({ counts, width, labelsAbove }) => {
				const groups = counts.map((count, i) => group(`g${i}`, count));
				const total = counts.reduce((sum, count) => sum + count, 0);
				const layout = layOutBoard(groups, width, labelsAbove);
				const least = total <= 60 ? 18 : 13;
				expect(layout.cell.size).toBeGreaterThanOrEqual(least);
				if (layout.cell.size > least) expect(layout.height).toBeLessThanOrEqual(180);
			}),
		);
	});

	it('says nothing is under a point beside the cells', () => {
		const layout = layOutBoard([group('a', 3)], 400, false);
		expect(cellAt(layout, 390, 10)).toBeNull();
		expect(cellAt(layout, 10, 5_000)).toBeNull();
	});

	it('10,000 members fit on a screen of 1440x900', () => {
		const layout = layOutBoard([group('gateway', 6_000), group('service', 4_000)], 1_050, false);
		expect(layout.height).toBeLessThan(900);
	});

	it('arrow keys stay on the board, and up undoes down inside a full column', () => {
		fc.assert(
			fc.property(anyBoard, fc.nat(), ({ counts, width, labelsAbove }, seed) => {
				const layout = layOutBoard(
					counts.map((count, i) => group(`g${i}`, count)),
					width,
					labelsAbove,
				);
				const index = seed % layout.cells.length;
				for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'] as const) {
					expect(layout.cells[moveOnBoard(layout, index, key)]).toBeDefined();
				}
				const down = moveOnBoard(layout, index, 'ArrowDown');
				if (down === index) return;
				expect(layout.cells[down]?.y).toBeGreaterThan(layout.cells[index]?.y ?? 0);
				if (layout.cells[down]?.x === layout.cells[index]?.x) expect(moveOnBoard(layout, down, 'ArrowUp')).toBe(index);
			}),
			{ numRuns: 60 },
		);
	});
});
