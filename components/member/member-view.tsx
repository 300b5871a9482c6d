'use client';

import dynamic from 'next/dynamic';
import { memo, useMemo } from 'react';
import type { LiveMember } from '../live/live-cluster';
import { needsAttention } from '../live/not-alive';
import { useNow } from '../live/use-now';
import { useMessages } from '../messages/use-messages';
import { loadLater } from '../shell/load-later';
import { episodeOf } from './episode';
import { EvidenceTable } from './evidence-table';
import { ExpiryBar } from './expiry-bar';
import { MaintenanceNote } from './maintenance-note';
import { Conflicts, Identity, Owned, Raw, SelfReported } from './member-facts';
import { MemberSentence } from './member-sentence';
import { MissingList } from './missing-list';
import { QuantilesTable } from './quantiles-table';
import { Section } from './section';
import { Timeline } from './timeline';
import type { ReceivedDetail } from './use-member-detail';

const LatencyChart = dynamic(
	loadLater(() => import('../latency/latency-chart').then((module) => module.LatencyChart)),
	{
		ssr: false,
		loading: () => <div className="skeleton h-32" />,
	},
);

type Props = {
	clusterId: string;
	member: LiveMember;
	/** Null until it is read, and while it is that of an earlier incarnation. */
	received: ReceivedDetail | null;
	/** Nothing has been answered about it yet, neither detail nor error. */
	pending: boolean;
	clockOffsetMs: number;
	/** Two columns where there is room: on the member's own page. */
	wide: boolean;
};

function DetailSkeleton() {
	return (
		<div aria-hidden="true" className="flex flex-col gap-3.5">
			<div className="skeleton h-16" />
			<div className="skeleton h-40" />
			<div className="skeleton h-24" />
		</div>
	);
}

/**
 * Everything about one member, from the sentence to the raw data. The drawer and the member's own page show the same. Drawn anew
 * when something of this member changes, not with each event of its cluster.
 */
export const MemberView = memo(function MemberView(props: Props) {
	const { clusterId, member, received, pending, clockOffsetMs, wide } = props;
	const { t } = useMessages();
	const nowMs = useNow(1000, clockOffsetMs);
	const detail = received?.detail.czxid === member.czxid ? received.detail : null;
	const episode = useMemo(() => (detail ? episodeOf(detail.transitions) : null), [detail]);
	const sinceMs = received && nowMs > 0 ? Math.max(0, nowMs - clockOffsetMs - received.receivedAtMs) : 0;
	return (
		<div className={wide ? 'grid gap-x-10 gap-y-5 side:grid-cols-[1.15fr_1fr]' : 'flex flex-col gap-4'}>
			<div className="flex min-w-0 flex-col gap-4">
				<MemberSentence member={member} episode={episode} nowMs={nowMs} />
				<MaintenanceNote clusterId={clusterId} member={member} nowMs={nowMs} />
				{detail && episode && needsAttention(member.verdict) ? (
					<ExpiryBar episode={episode} sessionTimeoutMs={detail.sessionTimeoutMs} clockOffsetMs={clockOffsetMs} />
				) : null}
				{detail ? (
					<>
						<EvidenceTable evidence={detail.evidence} member={member} sinceMs={sinceMs} nowMs={nowMs} />
						<MissingList evidence={detail.evidence} verdict={member.verdict} />
					</>
				) : (
					<DetailSkeleton />
				)}
				<Conflicts member={member} clusterId={clusterId} />
			</div>
			<div className="flex min-w-0 flex-col gap-4">
				{detail ? (
					<>
						<Timeline transitions={detail.transitions} />
						<Section title={t.member.latency}>
							<LatencyChart points={detail.latency} thresholdMs={detail.probeTimeoutMs} />
							<QuantilesTable quantiles={detail.latencyQuantiles} />
						</Section>
						<Owned owned={detail.owned} path={member.path} />
					</>
				) : null}
				{/* Below what comes first, or it would be pushed away from below the eyes. */}
				{pending ? null : (
					<>
						<Identity member={member} nowMs={nowMs} />
						<SelfReported values={member.selfReported} />
					</>
				)}
				{detail ? <Raw text={detail.rawText} version={detail.dataVersion} /> : null}
			</div>
		</div>
	);
});
