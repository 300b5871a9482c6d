'use client';

import { type RefObject, useEffect, useRef } from 'react';
import type { LiveMember } from '../live/live-cluster';
import { takesLetters } from '../shell/takes-letters';

type Options = {
	rows: readonly LiveMember[];
	box: RefObject<HTMLElement | null>;
	/** Path of the open drawer's member: j and k then take the drawer along. */
	selected: string | null;
	onOpen: (path: string) => void;
	scrollToIndex: (index: number) => void;
};

function linkOf(box: HTMLElement | null, path: string): HTMLElement | null {
	return box?.querySelector<HTMLElement>(`[data-member-link="${CSS.escape(path)}"]`) ?? null;
}

/** j and k (and the arrows, from a row) move from row to row, wherever the focus is on the page. Enter is the link's own. */
export function useRowKeys(options: Options) {
	const latest = useRef(options);
	latest.current = options;
	const cursor = useRef<string | null>(null);
	useEffect(() => {
		function onKeyDown(event: KeyboardEvent) {
			if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
			const { rows, box, selected, onOpen, scrollToIndex } = latest.current;
			const focused =
				document.activeElement instanceof HTMLElement ? document.activeElement.dataset.memberLink : undefined;
			const inRow = focused !== undefined;
			const down = event.key === 'j' || (inRow && event.key === 'ArrowDown');
			const up = event.key === 'k' || (inRow && event.key === 'ArrowUp');
			if ((!down && !up) || rows.length === 0 || takesLetters(event.target)) return;
			event.preventDefault();
			const at = focused ?? selected ?? cursor.current;
			const index = rows.findIndex((row) => row.path === at);
			const next = index < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, index + (down ? 1 : -1)));
			const path = rows[next]?.path;
			if (path === undefined) return;
			cursor.current = path;
			scrollToIndex(next);
			// The row may have to be drawn first.
			requestAnimationFrame(() =>
				requestAnimationFrame(() => linkOf(box.current, path)?.focus({ preventScroll: true })),
			);
			if (selected !== null) onOpen(path);
		}
		document.addEventListener('keydown', onKeyDown);
		return () => document.removeEventListener('keydown', onKeyDown);
	}, []);
}
