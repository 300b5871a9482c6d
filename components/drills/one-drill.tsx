'use client';

import Link from 'next/link';
import type { DrillReport, DrillsView, RunningDrill } from '@/lib/core/drill-view';
import { useNow } from '../live/use-now';
import { useMessages } from '../messages/use-messages';
import { TimelineChart } from './timeline-chart';

const memberHref = (cluster: string, path: string) =>
	`/c/${encodeURIComponent(cluster)}/member?path=${encodeURIComponent(path)}`;

/** What is waited for; where a person has to act, the way to it. */
function Waiting({ clusterId, drill }: { clusterId: string; drill: RunningDrill }) {
	const { t } = useMessages();
	const { proven, purged, replaced } = drill.timeline;
	if (proven === null) return <p className="text-ink2">{t.drills.waitsProof}</p>;
	if (purged !== null) return replaced === null ? <p className="text-ink2">{t.drills.waitsReplacement}</p> : null;
	if (drill.purge !== 'by-hand') return null;
	return (
		<p className="flex flex-wrap items-center gap-x-3 gap-y-2">
			<span>{t.drills.purgeNow}</span>
			<Link href={memberHref(clusterId, drill.path)} className="btn">
				{t.drills.toPurge(drill.id)}
			</Link>
		</p>
	);
}

/** The drill under way, with its time running on between two answers. */
export function RunningPanel(props: { clusterId: string; drill: RunningDrill; receivedAtMs: number; old: boolean }) {
	const { t } = useMessages();
	const nowMs = useNow(200);
	const { clusterId, drill, receivedAtMs, old } = props;
	const sinceMs = nowMs === 0 || old ? 0 : Math.max(0, nowMs - receivedAtMs);
	const elapsedMs = drill.elapsedMs + sinceMs;
	return (
		<section className="panel px-4 py-4 nav:px-5" aria-labelledby="drill-running" data-drill={drill.drillId}>
			<div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4">
				<h2 id="drill-running" className="text-section font-bold wrap-anywhere">
					{t.drills.running(drill.id)} <span className="font-medium text-suspect-ink">{t.drills.runningNow}</span>
				</h2>
				<span className="text-small text-ink3">
					{t.drills.startedBy(drill.by, drill.scheduled)} · {t.drills.elapsed(elapsedMs)}
				</span>
			</div>
			<TimelineChart timeline={drill.timeline} expiry={drill.expiry} elapsedMs={elapsedMs} />
			<div role="status" className="mt-3 text-body">
				<Waiting clusterId={clusterId} drill={drill} />
			</div>
		</section>
	);
}

/** How many times faster than the session's own end; null where there is nothing to compare. */
function timesFaster({ timeline, expiry }: DrillReport): number | null {
	const { purged } = timeline;
	return purged === null || purged === 0 || expiry.afterMs === null ? null : Math.floor(expiry.afterMs / purged);
}

/** One report's timeline. */
export function ReportPanel(props: { report: DrillsView['reports'][number]; isLatest: boolean }) {
	const { t, f } = useMessages();
	const { report, isLatest } = props;
	const times = timesFaster(report);
	return (
		<section className="panel px-4 py-4 nav:px-5" aria-labelledby="drill-report" data-drill={report.drillId}>
			<div className="mb-1 flex flex-wrap items-baseline justify-between gap-x-4">
				<h2 id="drill-report" tabIndex={-1} className="text-section font-bold outline-none wrap-anywhere">
					{isLatest ? t.drills.latest(report.id) : t.drills.shown(report.id)}
				</h2>
				<span className="text-small text-ink3">
					{t.drills.startedBy(report.by, report.scheduled)} · {f.dateTime(report.orderedAtMs)}
				</span>
			</div>
			<p className="mb-3 max-w-text text-body text-ink2 wrap-anywhere">
				{t.drills.outcomeTexts[report.outcome]} {report.reason}
			</p>
			<TimelineChart timeline={report.timeline} expiry={report.expiry} elapsedMs={null} />
			<p className="mt-3 flex flex-wrap gap-x-4 text-body text-ink2">
				{times !== null && times > 1 ? <span>{t.drills.saved(times)}</span> : null}
				<Link href={`/audit?entry=${report.auditId}`} className="underline underline-offset-2">
					{t.drills.toAudit}
				</Link>
			</p>
		</section>
	);
}
