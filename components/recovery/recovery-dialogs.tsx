'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { RecoveryView } from '@/lib/core/recovery-view';
import type { Maintenance } from '@/lib/core/settings';
import { loadLater } from '../shell/load-later';
import type { KnobChange } from './knob-draft';

/** What a person wants to change; each is asked for its reason first. */
export type DialogRequest =
	| { readonly kind: 'kill-switch'; readonly on: boolean }
	/** `path` null: the cluster's switch. `to` null: as the config says. */
	| { readonly kind: 'switch'; readonly path: string | null; readonly to: boolean | null }
	| { readonly kind: 'knobs'; readonly changes: readonly KnobChange[]; readonly onDone: () => void }
	/** `path`: of the member that it is meant for; null: to be chosen. */
	| { readonly kind: 'begin-maintenance'; readonly path: string | null }
	| { readonly kind: 'end-maintenance'; readonly one: Maintenance };

export type DialogsProps = {
	clusterId: string;
	view: RecoveryView;
	/** Null: closed. */
	request: DialogRequest | null;
	onClose: () => void;
	onDone: (view: RecoveryView) => void;
};

const RecoveryWindow = dynamic(
	loadLater(() => import('./recovery-window').then((module) => module.RecoveryWindow)),
	{
		ssr: false,
	},
);

/** The page's dialogs. Their code is loaded when the first one is opened. */
export function RecoveryDialogs(props: DialogsProps) {
	const [wanted, setWanted] = useState(false);
	if (props.request !== null && !wanted) {
		setWanted(true);
	}
	return wanted ? <RecoveryWindow {...props} /> : null;
}
