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

/**
 * By how much the page must be scrolled so that what is read stays where it is on the screen, px: the chosen row if it is in
 * sight, else the first row in sight that is there both before and after. 0 while the table's beginning is in sight.
 */
export function driftPx(
	before: Reading,
	after: Reading,
	view: { readonly scrollY: number; readonly heightPx: number; readonly selected: string | null },
): number {
	const { rowHeightPx } = after;
	const aboveTable = view.scrollY - before.topPx;
	if (before.asked !== after.asked || before.rowHeightPx !== rowHeightPx || aboveTable <= 0) return 0;
	const movedPx = after.topPx - before.topPx;
	if (before.rows === after.rows) return movedPx;
	const first = Math.ceil(aboveTable / rowHeightPx);
	const last = Math.floor((aboveTable + view.heightPx) / rowHeightPx) - 1;
	const inSight = before.rows.slice(first, Math.min(last + 1, first + CANDIDATES_MAX)).map((row) => row.path);
	const candidates = view.selected !== null && inSight.includes(view.selected) ? [view.selected, ...inSight] : inSight;
	const places = new Map<string, number>();
	const wanted = new Set(candidates);
	after.rows.forEach((row, index) => {
		if (wanted.has(row.path)) places.set(row.path, index);
	});
	for (const path of candidates) {
		const now = places.get(path);
		if (now !== undefined) return movedPx + (now - first - inSight.indexOf(path)) * rowHeightPx;
	}
	return movedPx;
}

/**
 * Keeps what is read in its place while rows come and go above it, and while what stands above the table grows and shrinks.
 * Returns the first row's distance from the document's top, px, for the virtualizer. Meanwhile the browser's own scroll
 * anchoring, which not all have and which would do it a second time, is off.
 */
export function useSteadyScroll(
	body: RefObject<HTMLElement | null>,
	{ rows, asked, rowHeightPx, selected }: Omit<Reading, 'topPx'> & { readonly selected: string | null },
): number {
	const [topPx, setTopPx] = useState(0);
	const before = useRef<Reading | null>(null);
	useEffect(() => {
		const { style } = document.documentElement;
		style.overflowAnchor = 'none';
		return () => {
			style.overflowAnchor = '';
		};
	}, []);
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
	return topPx;
}
