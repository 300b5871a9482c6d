'use client';

import { useQueryState } from 'nuqs';
import { useMemo, useState } from 'react';
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
import { FailoverTimes } from './failover-times';
import { History } from './history';
import { KnobsTable } from './knobs-table';
import { MaintenanceList } from './maintenance-list';
import { type DialogRequest, RecoveryDialogs } from './recovery-dialogs';
import { Scorecard } from './scorecard';
import { StatePanel } from './state-panel';
import { Switches } from './switches';
import { useRecovery } from './use-recovery';

/** Unanswered for longer than this, what is shown is called old: two rounds missed. */
const FRESH_MS_MAX = 6_000;

function Skeleton({ title }: { title: string }) {
	return (
		<>
			<PageHeader title={title} summary={<LoadingText />} />
			<div aria-hidden="true" className="flex flex-col gap-4 px-4 nav:px-6">
				<div className="skeleton h-36" />
				<div className="skeleton h-28" />
				<div className="skeleton h-40" />
			</div>
		</>
	);
}

/** What happens by itself in one cluster, who can stop it, under which rules, and how it went so far. */
export function RecoveryPage({ clusterId, role }: { clusterId: string; role: MeView['role'] }) {
	const { t } = useMessages();
	const live = useCluster(clusterId);
	const nowMs = useNow(1000, live.clockOffsetMs);
	const { view, receivedAtMs, error, retry, take } = useRecovery(clusterId);
	const [maintain, setMaintain] = useQueryState('maintain');
	const [asked, setDialog] = useState<DialogRequest | null>(null);
	// A link from a member brings its path along.
	const linked = useMemo<DialogRequest | null>(
		() => (maintain === null || role === 'viewer' ? null : { kind: 'begin-maintenance', path: maintain }),
		[maintain, role],
	);
	const dialog = asked ?? linked;
	function close() {
		setDialog(null);
		void setMaintain(null);
	}
	const refusal = live.refusal ?? refusalOf(error);
	if (refusal) return <Refusal refusal={refusal} />;
	const again = (
		<button type="button" className="btn" onClick={retry}>
			{t.shell.retry}
		</button>
	);
	if (!view) {
		return error ? (
			<PageState title={t.recovery.failedTitle} text={t.recovery.failedText} tone="bad" heading="h1">
				{again}
			</PageState>
		) : (
			<Skeleton title={t.recovery.title} />
		);
	}
	const ageMs = nowMs === 0 ? 0 : Math.max(0, nowMs - live.clockOffsetMs - receivedAtMs);
	const unanswered = error !== null && ageMs > FRESH_MS_MAX;
	const old = unanswered || live.connection === 'stale';
	const part = { view, role, old, nowMs, onAsk: setDialog };
	return (
		<>
			<PageHeader
				title={t.recovery.title}
				summary={t.recovery.summary}
				aside={
					<>
						{unanswered ? (
							<>
								<span role="status" className="text-small text-suspect-ink">
									{t.recovery.old(ageMs)}
								</span>
								{again}
							</>
						) : null}
						<Freshness live={live} />
					</>
				}
			/>
			<div className={`flex flex-col gap-7 px-4 pb-12 nav:px-6 ${old ? 'grayscale-55' : ''}`}>
				<StatePanel {...part} />
				<div className="grid gap-x-8 gap-y-7 side:grid-cols-[1.25fr_1fr]">
					<MaintenanceList {...part} />
					<Switches {...part} />
				</div>
				<History clusterId={clusterId} enabled={view.automaticRecovery} />
				<div className="grid gap-x-8 gap-y-7 side:grid-cols-[1.25fr_1fr]">
					<FailoverTimes failovers={view.outcomes.failovers} />
					<Scorecard clusterId={clusterId} outcomes={view.outcomes} />
				</div>
				<KnobsTable {...part} />
			</div>
			<RecoveryDialogs clusterId={clusterId} view={view} request={dialog} onClose={close} onDone={take} />
		</>
	);
}

/** What each part of the page gets. `nowMs` is the console's clock, 0 before the first render in a browser. */
export type PartProps = {
	readonly view: NonNullable<ReturnType<typeof useRecovery>['view']>;
	readonly role: MeView['role'];
	readonly old: boolean;
	readonly nowMs: number;
	readonly onAsk: (request: DialogRequest) => void;
};
