'use client';

import { useCluster } from '../live/use-cluster';
import { useNow } from '../live/use-now';
import { useMessages } from '../messages/use-messages';
import { Freshness } from '../shell/freshness';
import { LoadingText } from '../shell/loading-text';
import { PageHeader } from '../shell/page-header';
import { PageState } from '../shell/page-state';
import { Refusal } from '../shell/refusal';
import { Age } from '../verdict/age';
import { ReachabilityMatrix } from './reachability-matrix';
import { ServersTable } from './servers-table';
import { Sight } from './sight';
import { Tripwires } from './tripwires';
import { useEnsemble } from './use-ensemble';

function Skeleton({ title }: { title: string }) {
	return (
		<>
			<PageHeader title={title} summary={<LoadingText />} />
			<div aria-hidden="true" className="flex flex-col gap-4 px-4 nav:px-6">
				<div className="skeleton h-40" />
				<div className="skeleton h-16" />
				<div className="skeleton h-32" />
			</div>
		</>
	);
}

/** The ensemble as this console sees it: what it sees, what it cannot and how to enable it, and who reaches whom. */
export function EnsemblePage({ clusterId }: { clusterId: string }) {
	const { t } = useMessages();
	const live = useCluster(clusterId);
	const nowMs = useNow(1000, live.clockOffsetMs);
	const { view, failed, retry } = useEnsemble(clusterId);
	if (live.refusal) return <Refusal refusal={live.refusal} />;
	const again = (
		<button type="button" className="btn" onClick={retry}>
			{t.shell.retry}
		</button>
	);
	if (!view) {
		return failed ? (
			<PageState title={t.ensemble.failedTitle} text={t.ensemble.failedText} tone="bad" heading="h1">
				{again}
			</PageState>
		) : (
			<Skeleton title={t.ensemble.title} />
		);
	}
	const answered = view.servers.filter((server) => server.answered).length;
	const old = failed || live.connection === 'stale' || !view.following;
	return (
		<>
			<PageHeader
				title={t.ensemble.title}
				summary={
					view.sweptAtMs === null
						? t.ensemble.neverSwept
						: t.ensemble.summary(answered, view.servers.length, view.leader)
				}
				aside={
					<>
						{view.sweptAtMs === null ? null : (
							<span className="text-small text-ink3">
								<Age atMs={view.sweptAtMs} nowMs={nowMs} text={t.ensemble.swept} />
							</span>
						)}
						{failed ? again : null}
						<Freshness live={live} />
					</>
				}
			/>
			<div className={`flex flex-col gap-6 px-4 pb-12 nav:px-6 ${old ? 'grayscale-55' : ''}`}>
				<ServersTable view={view} />
				<div className="grid gap-x-10 gap-y-6 side:grid-cols-[1.6fr_1fr]">
					<Sight view={view} />
					<Tripwires tripwires={view.tripwires} />
				</div>
				<ReachabilityMatrix view={view} />
			</div>
		</>
	);
}
