'use client';

import { useEffect, useState } from 'react';
import { useCluster } from '@/components/live/use-cluster';
import { useNow } from '@/components/live/use-now';
import { useMessages } from '@/components/messages/use-messages';
import type { MemberRow } from '@/lib/core/view';
import { CopyText } from './copy-text';
import { findReplacement, type Purged } from './replacement';

type Seen = { readonly row: MemberRow; readonly afterMs: number };

/**
 * Counts from the purge until its replacement registers, as this browser sees both: one clock, never two compared.
 * @param props.purgedAtMs Date.now() when the outcome arrived
 * @param props.replacedBefore a successor was registered already when the purge was sent
 */
export function FailoverClock(props: { cluster: string; purged: Purged; purgedAtMs: number; replacedBefore: boolean }) {
	const { t, f } = useMessages();
	const live = useCluster(props.cluster);
	const nowMs = useNow(200);
	const [seen, setSeen] = useState<Seen | null>(null);
	const { cluster, purged, purgedAtMs } = props;
	useEffect(() => {
		if (seen !== null || live.connection !== 'live') {
			return;
		}
		const row = findReplacement(live.members.values(), purged);
		if (row !== null) {
			setSeen({ row, afterMs: Math.max(0, Date.now() - purgedAtMs) });
		}
	}, [live, purged, purgedAtMs, seen]);
	return (
		<div className="panel mt-2 px-3 py-2" data-testid="failover" data-cluster={cluster}>
			<p className="flex flex-wrap items-baseline gap-x-2">
				<span className="text-[11.5px] text-ink3">{t.purge.failover}</span>
				{seen === null && (
					<>
						<span className="mono font-semibold" aria-hidden>
							{f.duration(nowMs - purgedAtMs)}
						</span>
						<span className="text-ink2">
							{live.connection === 'live' ? t.purge.failoverWaiting : t.purge.failoverBlind}
						</span>
					</>
				)}
				<span role="status">
					{seen !== null &&
						(props.replacedBefore
							? t.purge.failoverAlready(seen.row.id)
							: t.purge.failoverDone(seen.row.id, seen.afterMs))}
				</span>
			</p>
			{seen !== null && (
				<p className="flex flex-wrap items-center gap-x-2 text-[12px] text-ink3">
					{t.purge.failoverIncarnation} <CopyText text={seen.row.czxid} name={t.purge.failoverIncarnation} />
				</p>
			)}
		</div>
	);
}
