'use client';

import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { LiveMember } from '../live/live-cluster';

/** How far down from the window's top a row is looked for that is still there. */
const CANDIDATES_MAX = 60;

export type Reading = {
	readonly rows: readonly LiveMember[];
	/** The reader's own doing (sort, filter, search): what is another with it may lie elsewhere. */
	readonly asked: string;
	readonly rowHeightPx: number;
	/** Of the first row, from the document's top. */
	readonly topPx: number;
};

type Rows = Omit<Reading, 'topPx'>;
type View = { readonly scrollY: number; readonly heightPx: number; readonly selected: string | null };

const isAnother = (before: Reading, after: Rows, { scrollY }: View) =>
	before.asked !== after.asked || before.rowHeightPx !== after.rowHeightPx || scrollY <= before.topPx;

/**
 * By how many rows what is read has gone down in the table: the chosen row if it is in sight, else the first row in sight that
 * is there both before and after. 0 while the table's beginning is in sight, and when the reader asked for something else.
 */
export function rowsMoved(before: Reading, after: Rows, view: View): number {
	if (before.rows === after.rows || isAnother(before, after, view)) return 0;
	const aboveTable = view.scrollY - before.topPx;
	const first = Math.ceil(aboveTable / after.rowHeightPx);
	const last = Math.floor((aboveTable + view.heightPx) / after.rowHeightPx) - 1;
	const inSight = before.rows.slice(first, Math.min(last + 1, first + CANDIDATES_MAX)).map((row) => row.path);
	const candidates = view.selected !== null && inSight.includes(view.selected) ? [view.selected, ...inSight] : inSight;
	const places = new Map<string, number>();
	const wanted = new Set(candidates);
	after.rows.forEach((row, index) => {
		if (wanted.has(row.path)) places.set(row.path, index);
	});
	for (const path of candidates) {
		const now = places.get(path);
		if (now !== undefined) return now - first - inSight.indexOf(path);
	}
	return 0;
}

/** By how much the page must be scrolled so that what is read stays where it is on the screen, px. */
export function driftPx(before: Reading, after: Reading, view: View): number {
	if (isAnother(before, after, view)) return 0;
	return after.topPx - before.topPx + rowsMoved(before, after, view) * after.rowHeightPx;
}

/** The browser's own scroll anchoring, which not all have and which would do it a second time, is off. */
function useOwnAnchoring(): void {
	useEffect(() => {
		const { style } = document.documentElement;
		style.overflowAnchor = 'none';
		return () => {
			style.overflowAnchor = '';
		};
	}, []);
}

/**
 * Keeps what is read in its place while rows come and go above it, and while what stands above the table grows and shrinks.
 * @returns `topPx`: the first row's distance from the document's top, for the virtualizer; `readAtPx`: where the page is to be
 * scrolled once these rows are drawn, null before the first are: the rows to be drawn are those there, or what is read would be
 * missing until the browser has told of the scroll.
 */
export function useSteadyScroll(
	body: RefObject<HTMLElement | null>,
	{ rows, asked, rowHeightPx, selected }: Rows & { readonly selected: string | null },
): { topPx: number; readAtPx: number | null } {
	const [topPx, setTopPx] = useState(0);
	const before = useRef<Reading | null>(null);
	/*#__NOINLINE__*/ useOwnAnchoring();
	// After each drawing: anything above may have changed its height.
	useLayoutEffect(() => {
		const area = body.current?.getBoundingClientRect();
		if (!area) return;
		const { scrollY, innerHeight } = window;
		const after = { rows, asked, rowHeightPx, topPx: area.top + scrollY };
		const off = before.current ? driftPx(before.current, after, { scrollY, heightPx: innerHeight, selected }) : 0;
		before.current = after;
		if (off !== 0) window.scrollBy({ top: off, behavior: 'instant' });
		setTopPx(Math.round(after.topPx));
	});
	if (before.current === null) return { topPx, readAtPx: null };
	const { scrollY, innerHeight: heightPx } = window;
	const moved = rowsMoved(before.current, { rows, asked, rowHeightPx }, { scrollY, heightPx, selected });
	return { topPx, readAtPx: scrollY + moved * rowHeightPx };
}
