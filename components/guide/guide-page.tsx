'use client';

import { useMemo } from 'react';
import { useEnsemble } from '../ensemble/use-ensemble';
import { useCluster } from '../live/use-cluster';
import { useMessages } from '../messages/use-messages';
import { Freshness } from '../shell/freshness';
import { LoadingText } from '../shell/loading-text';
import { PageHeader } from '../shell/page-header';
import { PageState } from '../shell/page-state';
import { Refusal } from '../shell/refusal';
import { useGuideWords } from './guide-words';
import { StepItem } from './step-item';
import { toSteps } from './steps';

/** From a config to a cluster whose deaths can be proven: each step as it is now, and what is to be done for it. */
export function GuidePage({ clusterId }: { clusterId: string }) {
	const { t } = useMessages();
	const words = useGuideWords();
	const live = useCluster(clusterId);
	const { view, failed, retry } = useEnsemble(clusterId);
	const { cluster, members } = live;
	const steps = useMemo(
		() => (cluster === null || view === null ? [] : toSteps(cluster, view, [...members.values()])),
		[cluster, members, view],
	);
	if (live.refusal) return <Refusal refusal={live.refusal} />;
	if (cluster === null || view === null) {
		return failed ? (
			<PageState title={words.failedTitle} text={words.failedText} tone="bad" heading="h1">
				<button type="button" className="btn" onClick={retry}>
					{t.shell.retry}
				</button>
			</PageState>
		) : (
			<>
				<PageHeader title={t.guide.title} summary={<LoadingText />} />
				<div aria-hidden="true" className="flex flex-col gap-2 px-4 nav:px-6">
					{['config', 'zookeeper', 'members', 'sessions', 'provable'].map((step) => (
						<div key={step} className="skeleton h-16" />
					))}
				</div>
			</>
		);
	}
	const done = steps.filter(({ state }) => state === 'done').length;
	const isOld = failed || live.connection === 'stale';
	return (
		<>
			<PageHeader title={t.guide.title} summary={words.summary(done, steps.length)} aside={<Freshness live={live} />} />
			<ol className={`mx-4 mb-12 max-w-dialog-wide nav:mx-6 panel ${isOld ? 'grayscale-55' : ''}`}>
				{steps.map((step) => (
					<StepItem key={step.id} step={step} cluster={cluster} ensemble={view} />
				))}
			</ol>
		</>
	);
}
