'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { MeView } from '@/lib/core/view';
import type { Connection, LiveMember } from '../live/live-cluster';
import { useMessages } from '../messages/use-messages';

const PurgeDialog = dynamic(() => import('../purge/purge-dialog').then((module) => module.PurgeDialog), { ssr: false });

export function mayPurge(role: MeView['role']): boolean {
	return role === 'operator' || role === 'admin';
}

/** Only these are proven; everything else is decided again on the server anyway. */
export function isPurgeable(member: Pick<LiveMember, 'verdict' | 'ephemeralOwner'>): boolean {
	return (member.verdict === 'dead' || member.verdict === 'superseded') && member.ephemeralOwner !== '0x0';
}

type Props = { clusterId: string; member: LiveMember; role: MeView['role']; connection: Connection; quiet?: boolean };

/** The way to the purge dialog; where it is closed, a sentence says why (unless `quiet`). */
export function PurgeAction({ clusterId, member, role, connection, quiet = false }: Props) {
	const { t } = useMessages();
	// The dialog keeps the incarnation it was opened for: if the member registers again, it must say so, not move on.
	const [target, setTarget] = useState<{ path: string; czxid: string; id: string } | null>(null);
	const [open, setOpen] = useState(false);
	const why = !mayPurge(role)
		? t.member.purgeRole
		: !isPurgeable(member)
			? t.member.purgeOnlyProven
			: connection !== 'live'
				? t.member.purgeStale
				: null;
	function start() {
		setTarget({ path: member.path, czxid: member.czxid, id: member.id });
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
			{why !== null && !quiet ? <p className="text-[11.5px] text-ink3">{why}</p> : null}
			{target ? (
				<PurgeDialog cluster={clusterId} members={[target]} role={role} open={open} onOpenChange={setOpen} />
			) : null}
		</>
	);
}
