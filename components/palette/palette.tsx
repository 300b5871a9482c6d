'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { loadLater } from '../shell/load-later';
import type { PaletteKind } from './use-keyboard';

export type PaletteProps = {
	open: PaletteKind | null;
	onOpen: (open: PaletteKind | null) => void;
	/** The cluster that pages and members are of; null: none is known. */
	cluster: string | null;
};

const PaletteWindow = dynamic(
	loadLater(() => import('./palette-window').then((module) => module.PaletteWindow)),
	{ ssr: false },
);

/** The command palette and the list of keys. Their code is loaded when one is opened. */
export function Palette(props: PaletteProps) {
	const [wanted, setWanted] = useState(false);
	if (props.open !== null && !wanted) setWanted(true);
	return wanted ? <PaletteWindow {...props} /> : null;
}
