'use client';

import Link from 'next/link';
import { VERDICTS } from '@/lib/core/reason';
import { ApiError } from '../live/fetch-json';
import { needsAttention, notAliveOf, registeredOf } from '../live/not-alive';
import { useNow } from '../live/use-now';
import { useMessages } from '../messages/use-messages';
import { PageHeader } from '../shell/page-header';
import { PageState } from '../shell/page-state';
import { recoveryText } from '../shell/recovery-text';
import { Refusal } from '../shell/refusal';
import { type ClusterSummary, useClusters } from '../shell/use-current-cluster';
import { VERDICT_INK, VerdictSign } from '../verdict/verdict-sign';

function Counts({ cluster }: { cluster: ClusterSummary }) {
	const { t, f } = useMessages();
	const shown = VERDICTS.filter(
		(verdict) => verdict !== 'left' && (cluster.counts[verdict] > 0 || verdict === 'alive'),
	);
	return (
		<ul className="flex flex-wrap gap-x-5 gap-y-1">
			{shown.map((verdict) => (
				<li key={verdict} className="flex items-baseline gap-1.5">
					<span className="self-center">
						<VerdictSign verdict={verdict} />
					</span>
					<b
						className={`text-title leading-7 ${needsAttention(verdict) ? `font-bold ${VERDICT_INK[verdict]}` : 'font-normal text-ink2'}`}
					>
						{f.number(cluster.counts[verdict])}
					</b>
					<span className="text-ink3">{t.verdicts.inline[verdict]}</span>
				</li>
			))}
		</ul>
	);
}

function ClusterCard({ cluster, nowMs }: { cluster: ClusterSummary; nowMs: number }) {
	const { t } = useMessages();
	const notAlive = notAliveOf(cluster.counts);
	const { ensemble } = cluster;
	const answered = ensemble.servers.filter((server) => server.answered).length;
	const facts = [
		ensemble.following ? t.clusters.ensemble(answered, ensemble.servers.length) : t.clusters.notFollowing,
		recoveryText(t, cluster),
		cluster.observedAtMs === null
			? t.clusters.neverSeen
			: nowMs > 0
				? t.clusters.seen(nowMs - cluster.observedAtMs)
				: '',
	];
	return (
		<li>
			<Link
				href={`/c/${encodeURIComponent(cluster.id)}`}
				className="panel flex h-full flex-col gap-3 p-4 hover:border-field"
			>
				<div className="flex items-baseline justify-between gap-3">
					<h2 className="truncate text-section font-bold">{cluster.name}</h2>
					<span className={notAlive > 0 ? 'font-semibold text-dead-ink' : 'text-alive-ink'}>
						{registeredOf(cluster.counts) === 0
							? t.clusters.empty
							: notAlive > 0
								? t.clusters.notAlive(notAlive)
								: t.clusters.allWell}
					</span>
				</div>
				<Counts cluster={cluster} />
				<p className={`text-small ${ensemble.following ? 'text-ink3' : 'text-unreachable-ink'}`}>
					{facts.filter((fact) => fact !== '').join(' · ')}
				</p>
				{ensemble.following && !ensemble.sweepComplete ? (
					<p className="text-small text-suspect-ink">{t.clusters.sweepsIncomplete}</p>
				) : null}
			</Link>
		</li>
	);
}

/** Every cluster of this console, those with somebody missing first. */
export function ClustersPage() {
	const { t } = useMessages();
	const { data, error, mutate } = useClusters(2_000);
	const nowMs = useNow(1000);
	if (error instanceof ApiError && error.status === 401) return <Refusal refusal="signed-out" />;
	if (error instanceof ApiError && error.status === 403) return <Refusal refusal="forbidden" />;
	if (error && !data) {
		return (
			<PageState title={t.shell.offlineTitle} text={t.shell.offlineText} tone="bad" heading="h1">
				<button type="button" className="btn" onClick={() => mutate()}>
					{t.shell.retry}
				</button>
			</PageState>
		);
	}
	const all = [...(data?.clusters ?? [])].sort(
		(a, b) => notAliveOf(b.counts) - notAliveOf(a.counts) || a.name.localeCompare(b.name),
	);
	return (
		<>
			<PageHeader
				title={t.clusters.title}
				summary={data ? t.clusters.summary(all.length) : t.shell.loading}
				aside={error ? <span className="text-small text-suspect-ink">{t.shell.offlineTitle}</span> : null}
			/>
			{data && all.length === 0 ? <PageState title={t.clusters.none} text={t.clusters.noneText} /> : null}
			<ul className="grid gap-3 px-4 pb-8 sm:grid-cols-[repeat(auto-fill,minmax(20.625rem,1fr))] nav:px-6">
				{data
					? all.map((cluster) => <ClusterCard key={cluster.id} cluster={cluster} nowMs={nowMs} />)
					: [0, 1].map((key) => <li key={key} className="skeleton h-36" />)}
			</ul>
		</>
	);
}
