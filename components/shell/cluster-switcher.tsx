'use client';

import { Check, ChevronDown } from 'lucide-react';
import Link from 'next/link';
import { type FocusEvent, type KeyboardEvent, useId, useRef, useState } from 'react';
import type { ClusterView } from '@/lib/core/view';
import { useMessages } from '../messages/use-messages';
import { type ClusterSummary, useClusters } from './use-current-cluster';

function Description({ cluster }: { cluster: ClusterSummary | ClusterView | undefined }) {
	const { t } = useMessages();
	const ensemble = cluster?.ensemble;
	// Its line is there from the start: what stands below must not move when it comes.
	const text =
		ensemble === undefined
			? '\u00a0'
			: ensemble.following
				? t.shell.servers(ensemble.servers.length, ensemble.leader)
				: t.shell.ensembleSilent;
	return (
		<small className="block truncate text-caption text-ink3" title={text.trim() || undefined}>
			{text}
		</small>
	);
}

/** The cluster's name and, where there are several, a list of links to the others. */
export function ClusterSwitcher({ current, live }: { current: string | null; live: ClusterView | null }) {
	const { t } = useMessages();
	const { data } = useClusters();
	const [open, setOpen] = useState(false);
	const button = useRef<HTMLButtonElement>(null);
	const listId = useId();
	const all = data?.clusters ?? [];
	const shown = live ?? all.find((cluster) => cluster.id === current);
	const box = 'w-full rounded-control border border-line bg-panel px-2.5 py-2 text-left max-nav:py-1';
	const name = (
		<span className="min-w-0 flex-1">
			<span className="block truncate" title={shown?.name ?? current ?? undefined}>
				{shown?.name ?? current ?? t.shell.chooseCluster}
			</span>
			<Description cluster={shown} />
		</span>
	);
	if (all.length < 2) return <div className={`${box} flex items-center`}>{name}</div>;

	function onBlur(event: FocusEvent) {
		if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
	}
	function onKeyDown(event: KeyboardEvent) {
		if (event.key !== 'Escape' || !open) return;
		event.stopPropagation();
		setOpen(false);
		button.current?.focus();
	}
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: Escape and leaving close what the button opens
		<div className="relative" onBlur={onBlur} onKeyDown={onKeyDown}>
			<button
				ref={button}
				type="button"
				aria-expanded={open}
				aria-controls={listId}
				onClick={() => setOpen(!open)}
				className={`${box} flex items-center gap-2 hover:bg-hover`}
			>
				{name}
				<ChevronDown size={14} aria-hidden="true" className="text-ink3" />
			</button>
			<ul
				id={listId}
				hidden={!open}
				className="absolute inset-x-0 top-full z-30 mt-1 max-h-80 overflow-auto rounded-control border border-line bg-panel p-1 shadow-panel"
			>
				{all.map((cluster) => (
					<li key={cluster.id}>
						<Link
							href={`/c/${encodeURIComponent(cluster.id)}`}
							onClick={() => setOpen(false)}
							aria-current={cluster.id === current ? 'true' : undefined}
							className="flex items-center gap-2 rounded-control px-2 py-1.5 hover:bg-hover"
						>
							<span className="min-w-0 flex-1 truncate">{cluster.name}</span>
							{cluster.id === current ? <Check size={14} aria-hidden="true" /> : null}
						</Link>
					</li>
				))}
				<li className="mt-1 border-t border-line2 pt-1">
					<Link href="/" onClick={() => setOpen(false)} className="block rounded-control px-2 py-1.5 hover:bg-hover">
						{t.shell.allClusters}
					</Link>
				</li>
			</ul>
		</div>
	);
}
