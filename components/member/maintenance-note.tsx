'use client';

import { Wrench } from 'lucide-react';
import Link from 'next/link';
import { maintenanceOf, NO_SETTINGS } from '@/lib/core/settings';
import type { MeView } from '@/lib/core/view';
import type { LiveMember } from '../live/live-cluster';
import { useMessages } from '../messages/use-messages';
import { useRecovery } from '../recovery/use-recovery';

/** It is begun for half an hour at least. */
const REFRESH_MS = 10_000;

type Props = { clusterId: string; member: LiveMember; nowMs: number };

/** That automatic recovery leaves it alone, until when and why; nothing where it does not. */
export function MaintenanceNote({ clusterId, member, nowMs }: Props) {
	const { t, f } = useMessages();
	const { view } = useRecovery(clusterId, REFRESH_MS);
	const one =
		view && nowMs > 0 ? maintenanceOf({ ...NO_SETTINGS, maintenance: view.maintenance }, member, nowMs) : null;
	if (one === null) return null;
	return (
		<p className="flex items-baseline gap-2 text-ink2" data-testid="maintenance">
			<Wrench size={13} aria-hidden="true" className="shrink-0 self-center text-superseded-ink" />
			<span className="min-w-0 wrap-anywhere">
				{t.member.underMaintenance(f.toTheMinute(one.untilMs))} <span className="text-ink3">{one.reason}</span>
			</span>
		</p>
	);
}

/** The way to begin a maintenance of this member, for whoever may. */
export function MaintenanceLink({ clusterId, path, role }: { clusterId: string; path: string; role: MeView['role'] }) {
	const { t } = useMessages();
	if (role === 'viewer') return null;
	const query = new URLSearchParams({ maintain: path });
	return (
		<Link href={`/c/${encodeURIComponent(clusterId)}/recovery?${query}`} className="btn">
			{t.member.maintenance}
		</Link>
	);
}
