'use client';

import { useEffect } from 'react';

/** Nobody reads what has not been touched for so long: rows may move. */
const UNTOUCHED_MS = 60_000;
const TOUCHES = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'scroll', 'focusin'] as const;

/** Sorts again while nobody is at the screen, as on a wall: who has just died belongs above those who have long recovered. */
export function useCalmResort(unsorted: boolean, resort: () => void): void {
	useEffect(() => {
		if (!unsorted) return;
		let timer = window.setTimeout(sort, UNTOUCHED_MS);
		function wait() {
			window.clearTimeout(timer);
			timer = window.setTimeout(sort, UNTOUCHED_MS);
		}
		function sort() {
			// Whoever has gone down to a row may be reading it for as long as they like.
			if (window.scrollY > 0) wait();
			else resort();
		}
		for (const touch of TOUCHES) window.addEventListener(touch, wait, { passive: true, capture: true });
		return () => {
			window.clearTimeout(timer);
			for (const touch of TOUCHES) window.removeEventListener(touch, wait, { capture: true });
		};
	}, [unsorted, resort]);
}
