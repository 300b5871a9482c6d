'use client';

import { type RefObject, useLayoutEffect, useState } from 'react';

/** The element's inner width in CSS pixels, kept up to date; 0 until it is measured. */
export function useElementWidth(ref: RefObject<HTMLElement | null>): number {
	const [width, setWidth] = useState(0);
	useLayoutEffect(() => {
		const element = ref.current;
		if (!element) return;
		const observer = new ResizeObserver(() => setWidth(element.clientWidth));
		observer.observe(element);
		setWidth(element.clientWidth);
		return () => observer.disconnect();
	}, [ref]);
	return width;
}
