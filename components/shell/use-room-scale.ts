'use client';

import { useSyncExternalStore } from 'react';

/** What a rem is at a desk, in CSS pixels: lengths in scripts are given for it. */
const DESK_REM_PX = 16;

let scale: number | null = null;

function read(): number {
	return (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || DESK_REM_PX) / DESK_REM_PX;
}

function subscribe(onChange: () => void): () => void {
	function update() {
		scale = read();
		onChange();
	}
	const observer = new MutationObserver(update);
	observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-room'] });
	window.addEventListener('resize', update);
	update();
	return () => {
		observer.disconnect();
		window.removeEventListener('resize', update);
	};
}

/** How much larger than at a desk everything is drawn (app/globals.css): 1, on a wall 2. For what scripts measure and draw. */
export function useRoomScale(): number {
	return useSyncExternalStore(
		subscribe,
		() => {
			scale ??= read();
			return scale;
		},
		() => 1,
	);
}
