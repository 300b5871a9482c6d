'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { MeView } from '@/lib/core/view';
import type { LiveMember } from '../live/live-cluster';
import { useMessages } from '../messages/use-messages';
import { loadLater } from '../shell/load-later';

const PurgeDialog = dynamic(
	loadLater(() => import('../purge/purge-dialog').then((module) => module.PurgeDialog)),
	{ ssr: false },
);

type Target = { path: string; czxid: string; id: string };
type Props = {
	clusterId: string;
	role: MeView['role'];
	selected: readonly LiveMember[];
	/** False while the connection to the console is lost. */
	enabled: boolean;
	onClear: () => void;
};

/** The bar at the foot of the page while members are selected, and the dialog for all of them at once. */
export function PurgeSelection({ clusterId, role, selected, enabled, onClear }: Props) {
	const { t } = useMessages();
	// Frozen when the dialog opens: exactly these incarnations, whatever the stream says meanwhile.
	const [targets, setTargets] = useState<Target[]>([]);
	const [open, setOpen] = useState(false);
	function start() {
		setTargets(selected.map(({ path, czxid, id }) => ({ path, czxid, id })));
		setOpen(true);
	}
	function onOpenChange(next: boolean) {
		setOpen(next);
		if (!next) onClear();
	}
	return (
		<>
			{selected.length > 0 ? (
				<div className="fixed inset-x-3 bottom-3 z-20 flex flex-wrap items-center gap-3 rounded-panel border border-line bg-panel px-4 py-3 shadow-panel nav:left-57 nav:right-6">
					<span role="status">{t.suspects.selected(selected.length)}</span>
					<span className="flex-1" />
					<button type="button" className="btn" onClick={onClear}>
						{t.suspects.clearSelection}
					</button>
					<button
						type="button"
						className="btn btn-danger"
						disabled={!enabled}
						title={enabled ? undefined : t.member.purgeStale}
						onClick={start}
					>
						{t.suspects.purgeSelected(selected.length)}
					</button>
				</div>
			) : null}
			{targets.length > 0 ? (
				<PurgeDialog cluster={clusterId} members={targets} role={role} open={open} onOpenChange={onOpenChange} />
			) : null}
		</>
	);
}
