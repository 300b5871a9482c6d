'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { loadLater } from '../shell/load-later';
import type { PurgeTarget } from './readiness';

export type PurgeDialogProps = {
	cluster: string;
	members: PurgeTarget[];
	role: 'viewer' | 'operator' | 'admin';
	open: boolean;
	onOpenChange(open: boolean): void;
};

const PurgeWindow = dynamic(
	loadLater(() => import('./purge-window').then((module) => module.PurgeWindow)),
	{ ssr: false },
);

/**
 * The way to a purge: a live dry run, a reason, the typed id, and what became of it. Its code is loaded when it is first
 * opened. Focus returns to where it was; Esc closes it, except while a purge is under way.
 */
export function PurgeDialog(props: PurgeDialogProps) {
	const [wanted, setWanted] = useState(props.open);
	if (props.open && !wanted) {
		setWanted(true);
	}
	return wanted ? <PurgeWindow {...props} /> : null;
}
