'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { PendingOverrideView } from '@/lib/core/override-view';
import { loadLater } from '../shell/load-later';

export type OverrideRequest = { readonly kind: 'approve' | 'withdraw'; readonly override: PendingOverrideView };

export type OverrideDialogsProps = {
	clusterId: string;
	/** Null: closed. */
	request: OverrideRequest | null;
	onClose: () => void;
	/** Something was sent: the list may have changed. */
	onSent: () => void;
};

const OverrideWindow = dynamic(
	loadLater(() => import('./override-window').then((module) => module.OverrideWindow)),
	{
		ssr: false,
	},
);

/** Approving and withdrawing. Their code is loaded when the first one is opened. */
export function OverrideDialogs(props: OverrideDialogsProps) {
	const [wanted, setWanted] = useState(false);
	if (props.request !== null && !wanted) {
		setWanted(true);
	}
	return wanted ? <OverrideWindow {...props} /> : null;
}
