'use client';

import { useEffect, useState } from 'react';

/** Rises when the theme changes, chosen or the system's: a canvas does not repaint by itself. */
export function useThemeVersion(): number {
	const [version, setVersion] = useState(0);
	useEffect(() => {
		const rise = () => setVersion((count) => count + 1);
		const observer = new MutationObserver(rise);
		observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
		const media = window.matchMedia('(prefers-color-scheme: dark)');
		media.addEventListener('change', rise);
		return () => {
			observer.disconnect();
			media.removeEventListener('change', rise);
		};
	}, []);
	return version;
}
