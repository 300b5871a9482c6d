'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { DrillCandidate, DrillsView } from '@/lib/core/drill-view';
import { loadLater } from '../shell/load-later';

export type DialogRequest =
	/** The incarnation it was opened for: if the member registers again, the order is refused. */
	| { readonly kind: 'drill'; readonly candidate: DrillCandidate }
	| { readonly kind: 'schedule' }
	| { readonly kind: 'end-schedule' };

export type DialogsProps = {
	clusterId: string;
	view: DrillsView;
	/** Null: closed. */
	request: DialogRequest | null;
	onClose: () => void;
	onDone: () => void;
};

const DrillWindow = dynamic(
	loadLater(() => import('./drill-window').then((module) => module.DrillWindow)),
	{ ssr: false },
);

/** The page's dialogs. Their code is loaded when the first one is opened. */
export function DrillDialogs(props: DialogsProps) {
	const [wanted, setWanted] = useState(false);
	if (props.request !== null && !wanted) {
		setWanted(true);
	}
	return wanted ? <DrillWindow {...props} /> : null;
}
