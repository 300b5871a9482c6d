import { describe, expect, it } from 'vitest';
import { driftPx, type Reading, rowsMoved } from '@/components/members/use-steady-scroll';
import { liveMember } from './live-member';

const ROW = 37;
const rows = (ids: readonly number[]) => ids.map((id) => liveMember(`m-${id}`));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const reading = (ids: readonly number[], over: Partial<Reading> = {}): Reading => ({
	rows: rows(ids),
	asked: 'id',
	rowHeightPx: ROW,
	topPx: 600,
	...over,
});
/** Row 100 stands at the window's top. */
const view = { scrollY: 600 + 100 * ROW, heightPx: 20 * ROW, selected: null };

describe('what is read stays where it is', () => {
	const before = reading(range(0, 1_000));

	it('when rows come and go above it', () => {
		expect(driftPx(before, reading([-2, -1, ...range(0, 1_000)]), view)).toBe(2 * ROW);
		expect(driftPx(before, reading(range(3, 1_000)), view)).toBe(-3 * ROW);
	});

	it('when rows come and go below it', () => {
		expect(driftPx(before, reading([...range(0, 150), 5_000, ...range(150, 1_000)]), view)).toBe(0);
	});

	it('when what stands above the table grows', () => {
		expect(driftPx(before, { ...before, topPx: 640 }, view)).toBe(40);
	});

	it('the chosen row rather than the first, where both cannot', () => {
		const between = [...range(0, 105), 5_000, ...range(105, 1_000)];
		expect(driftPx(before, reading(between), view)).toBe(0);
		const path = liveMember('m-110').path;
		expect(driftPx(before, reading(between), { ...view, selected: path })).toBe(ROW);
	});

	it('the next one where the first is gone', () => {
		expect(driftPx(before, reading(range(0, 1_000).filter((id) => id !== 100)), view)).toBe(-ROW);
		expect(driftPx(before, reading(range(0, 1_000).filter((id) => id < 95 || id > 102)), view)).toBe(-8 * ROW);
	});

	it('but not while the table begins in sight, and not when the reader asked for something else', () => {
		expect(driftPx(before, reading([-1, ...range(0, 1_000)]), { ...view, scrollY: 300 })).toBe(0);
		expect(driftPx(before, reading([-1, ...range(0, 1_000)], { asked: 'group' }), view)).toBe(0);
	});

	it('by whole rows in the table itself, before anything above it is drawn', () => {
		expect(rowsMoved(before, reading([-2, -1, ...range(0, 1_000)]), view)).toBe(2);
		expect(rowsMoved(before, reading(range(90, 1_000)), view)).toBe(-90);
		expect(rowsMoved(before, before, view)).toBe(0);
		expect(rowsMoved(before, reading([]), view)).toBe(0);
		expect(rowsMoved(before, reading(range(90, 1_000), { asked: 'group' }), view)).toBe(0);
	});
});
