'use client';

import dynamic from 'next/dynamic';
import { createContext, type ReactNode, useContext, useState } from 'react';
import type { MeView } from '@/lib/core/view';
import { loadLater } from '../shell/load-later';

const PurgeDialog = dynamic(
	loadLater(() => import('../purge/purge-dialog').then((module) => module.PurgeDialog)),
	{ ssr: false },
);

/** The incarnation a dialog is opened for: if the member registers again, the dialog says so and does not move on. */
export type PurgeTarget = { readonly path: string; readonly czxid: string; readonly id: string };

const OpenContext = createContext<((target: PurgeTarget) => void) | null>(null);

/** Opens the page's dialog; null where the page has none and the button keeps its own. */
export function useOpenPurge(): ((target: PurgeTarget) => void) | null {
	return useContext(OpenContext);
}

type DialogProps = {
	clusterId: string;
	role: MeView['role'];
	target: PurgeTarget;
	open: boolean;
	onOpenChange: (open: boolean) => void;
};

export function OnePurgeDialog({ clusterId, role, target, open, onOpenChange }: DialogProps) {
	return <PurgeDialog cluster={clusterId} members={[target]} role={role} open={open} onOpenChange={onOpenChange} />;
}

type Props = { clusterId: string; role: MeView['role']; children: ReactNode };

/**
 * Holds the purge dialog above what it was opened from: a purged member's card goes at once, its outcome is still to
 * be read.
 */
export function PurgeHost({ clusterId, role, children }: Props) {
	const [target, setTarget] = useState<PurgeTarget | null>(null);
	const [open, setOpen] = useState(false);
	function start(next: PurgeTarget) {
		setTarget(next);
		setOpen(true);
	}
	return (
		<OpenContext.Provider value={start}>
			{children}
			{target ? (
				<OnePurgeDialog clusterId={clusterId} role={role} target={target} open={open} onOpenChange={setOpen} />
			) : null}
		</OpenContext.Provider>
	);
}
