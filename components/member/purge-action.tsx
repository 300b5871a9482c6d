'use client';

import { useState } from 'react';
import type { MeView } from '@/lib/core/view';
import type { Connection, LiveMember } from '../live/live-cluster';
import { useMessages } from '../messages/use-messages';
import { OnePurgeDialog, type PurgeTarget, useOpenPurge } from './purge-host';

export function mayPurge(role: MeView['role']): boolean {
	return role === 'operator' || role === 'admin';
}

/** Only these are proven; everything else is decided again on the server anyway. */
export function isPurgeable(member: Pick<LiveMember, 'verdict' | 'ephemeralOwner'>): boolean {
	return (member.verdict === 'dead' || member.verdict === 'superseded') && member.ephemeralOwner !== '0x0';
}

/** An administrator may override what cannot be reached; the dialog spells out what that means. */
export function mayOpenPurge(member: Pick<LiveMember, 'verdict' | 'ephemeralOwner'>, role: MeView['role']): boolean {
	const overridable = role === 'admin' && member.verdict === 'unreachable' && member.ephemeralOwner !== '0x0';
	return mayPurge(role) && (isPurgeable(member) || overridable);
}

type Props = { clusterId: string; member: LiveMember; role: MeView['role']; connection: Connection; quiet?: boolean };

/** The way to the purge dialog; where it is closed, a sentence says why (unless `quiet`). */
export function PurgeAction({ clusterId, member, role, connection, quiet = false }: Props) {
	const { t } = useMessages();
	const openOnPage = useOpenPurge();
	const [target, setTarget] = useState<PurgeTarget | null>(null);
	const [open, setOpen] = useState(false);
	const why = !mayPurge(role)
		? t.member.purgeRole
		: !mayOpenPurge(member, role)
			? t.member.purgeOnlyProven
			: connection !== 'live'
				? t.member.purgeStale
				: null;
	function start() {
		const wanted = { path: member.path, czxid: member.czxid, id: member.id };
		if (openOnPage) {
			openOnPage(wanted);
			return;
		}
		setTarget(wanted);
		setOpen(true);
	}
	return (
		<>
			<button
				type="button"
				className="btn btn-danger max-w-full"
				disabled={why !== null}
				title={why ?? undefined}
				onClick={start}
			>
				<span className="truncate">{t.member.purge(member.id)}</span>
			</button>
			{why !== null && !quiet ? <p className="order-last basis-full text-caption text-ink3">{why}</p> : null}
			{target ? (
				<OnePurgeDialog clusterId={clusterId} role={role} target={target} open={open} onOpenChange={setOpen} />
			) : null}
		</>
	);
}
