'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { takesLetters } from '../shell/takes-letters';
import { type KeyDeed, pageHref, stepKeys } from './keys';
import { stepRow } from './row-step';

export type PaletteKind = 'palette' | 'help';

/** The keys of every page. `open` says which window they have opened. */
export function useKeyboard(cluster: string | null) {
	const router = useRouter();
	const [open, setOpen] = useState<PaletteKind | null>(null);
	const latest = useRef({ cluster, router });
	latest.current = { cluster, router };
	useEffect(() => {
		let sequence: number | null = null;
		/** Whether the press was taken. */
		function carryOut(deed: KeyDeed): boolean {
			switch (deed.kind) {
				case 'palette':
				case 'help':
					setOpen(deed.kind);
					return true;
				case 'row':
					return stepRow(deed.by);
				case 'page': {
					const href = pageHref(deed.page, latest.current.cluster);
					if (href !== null) latest.current.router.push(href);
					return true;
				}
			}
		}
		function onKeyDown(event: KeyboardEvent) {
			// A key alone that only changes the next one: '?' takes Shift.
			if (event.defaultPrevented || event.isComposing || event.key === 'Shift') return;
			if (takesLetters(event.target)) {
				sequence = null;
				return;
			}
			const step = stepKeys(sequence, event, event.timeStamp);
			sequence = step.sequence;
			if (step.deed !== null && carryOut(step.deed)) event.preventDefault();
		}
		document.addEventListener('keydown', onKeyDown);
		return () => document.removeEventListener('keydown', onKeyDown);
	}, []);
	return { open, setOpen };
}
