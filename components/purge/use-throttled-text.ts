'use client';

import { useEffect, useRef, useState } from 'react';

/**
 * Hands on a text for a live region at most every `everyMs`: what changed back in between is never said,
 * and the newest is always said in the end.
 */
export function useThrottledText(text: string, everyMs: number): string {
	const [said, setSaid] = useState('');
	const saidAtMs = useRef(Number.NEGATIVE_INFINITY);
	useEffect(() => {
		if (text === said) {
			return;
		}
		const wait = Math.max(0, saidAtMs.current + everyMs - performance.now());
		const timer = setTimeout(() => {
			saidAtMs.current = performance.now();
			setSaid(text);
		}, wait);
		return () => clearTimeout(timer);
	}, [text, said, everyMs]);
	return said;
}
