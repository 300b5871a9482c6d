'use client';

import { useState } from 'react';
import type { MeView } from '@/lib/core/view';
import { refusalOf } from '../live/refusal-of';
import { useCluster } from '../live/use-cluster';
import { useNow } from '../live/use-now';
import { useMessages } from '../messages/use-messages';
import { Freshness } from '../shell/freshness';
import { LoadingText } from '../shell/loading-text';
import { PageHeader } from '../shell/page-header';
import { PageState } from '../shell/page-state';
import { Refusal } from '../shell/refusal';
import { Candidates } from './candidates';
import { type DialogRequest, DrillDialogs } from './drill-dialogs';
import { ReportPanel, RunningPanel } from './one-drill';
import { ReportsTable } from './reports-table';
import { Schedule } from './schedule';
import { Trend } from './trend';
import { useDrills } from './use-drills';

/** Unanswered for longer than this, what is shown is called old. */
const FRESH_MS_MAX = 8_000;

function Skeleton({ title }: { title: string }) {
	return (
		<>
			<PageHeader title={title} summary={<LoadingText />} />
			<div aria-hidden="true" className="flex flex-col gap-4 px-4 nav:px-6">
				<div className="skeleton h-56" />
				<div className="skeleton h-40" />
			</div>
		</>
	);
}

/** Killing a member on purpose: who may be, what happens now, and how it went before. */
export function DrillsPage({ clusterId, role }: { clusterId: string; role: MeView['role'] }) {
	const { t } = useMessages();
	const live = useCluster(clusterId);
	const nowMs = useNow(1000);
	const { view, receivedAtMs, error, retry } = useDrills(clusterId);
	const [dialog, setDialog] = useState<DialogRequest | null>(null);
	const [chosen, setChosen] = useState<string | null>(null);
	const refusal = live.refusal ?? refusalOf(error);
	if (refusal) return <Refusal refusal={refusal} />;
	const again = (
		<button type="button" className="btn" onClick={retry}>
			{t.shell.retry}
		</button>
	);
	if (!view) {
		return error ? (
			<PageState title={t.drills.failedTitle} text={t.drills.failedText} tone="bad" heading="h1">
				{again}
			</PageState>
		) : (
			<Skeleton title={t.drills.title} />
		);
	}
	const ageMs = nowMs === 0 ? 0 : Math.max(0, nowMs - receivedAtMs);
	const unanswered = error !== null && ageMs > FRESH_MS_MAX;
	const old = unanswered || live.connection === 'stale';
	const [latest] = view.reports;
	const report = view.reports.find((each) => each.drillId === chosen) ?? (view.running ? undefined : latest);
	function done() {
		setDialog(null);
		setChosen(null);
		retry();
	}
	return (
		<>
			<PageHeader
				title={t.drills.title}
				summary={t.drills.summary}
				aside={
					<>
						{unanswered ? (
							<>
								<span role="status" className="text-small text-suspect-ink">
									{t.drills.old(ageMs)}
								</span>
								{again}
							</>
						) : null}
						<Freshness live={live} />
					</>
				}
			/>
			<div className={`flex flex-col gap-7 px-4 pb-12 nav:px-6 ${old ? 'grayscale-55' : ''}`}>
				{view.running ? (
					<RunningPanel clusterId={clusterId} drill={view.running} receivedAtMs={receivedAtMs} old={old} />
				) : null}
				{report ? <ReportPanel report={report} isLatest={report === latest} /> : null}
				<div className="grid gap-x-8 gap-y-7 side:grid-cols-[1fr_1.25fr]">
					<div className="flex min-w-0 flex-col gap-7">
						<Candidates
							view={view}
							role={role}
							old={old}
							onDrill={(candidate) => setDialog({ kind: 'drill', candidate })}
						/>
						<Schedule
							schedule={view.schedule}
							role={role}
							old={old}
							onChange={() => setDialog({ kind: 'schedule' })}
							onEnd={() => setDialog({ kind: 'end-schedule' })}
						/>
					</div>
					<div className="flex min-w-0 flex-col gap-7">
						<ReportsTable
							clusterId={clusterId}
							reports={view.reports}
							shown={report?.drillId ?? null}
							onShow={setChosen}
						/>
						<Trend trend={view.trend} />
					</div>
				</div>
			</div>
			<DrillDialogs clusterId={clusterId} view={view} request={dialog} onClose={() => setDialog(null)} onDone={done} />
		</>
	);
}
