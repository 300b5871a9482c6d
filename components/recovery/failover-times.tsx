'use client';

import { useMemo } from 'react';
import type { FailoverView } from '@/lib/core/recovery-view';
import { Part } from '../ensemble/part';
import { useMessages } from '../messages/use-messages';
import { type FailoverStats, toFailoverStats } from './failover-bins';

const HEIGHT = 84;

/** How long replacements took, against what ZooKeeper alone would have waited. */
export function FailoverTimes({ failovers }: { failovers: readonly FailoverView[] }) {
	const { t } = useMessages();
	const stats = useMemo(() => toFailoverStats(failovers), [failovers]);
	return (
		<Part title={t.recovery.failover} note={t.recovery.failoverNote}>
			<div className="panel px-3.5 py-3" data-testid="failovers">
				{stats === null ? <p className="text-ink2">{t.recovery.failoverEmpty}</p> : <Figure stats={stats} />}
			</div>
		</Part>
	);
}

function Figure({ stats }: { stats: FailoverStats }) {
	const { t, f } = useMessages();
	const { n, medianMs, p95Ms, worstMs, sessionTimeoutMs } = stats;
	return (
		<figure>
			<dl className="flex flex-wrap gap-x-7 gap-y-2">
				<Stat name={t.recovery.median} value={f.duration(medianMs)} strong />
				<Stat name={t.recovery.p95} value={f.duration(p95Ms)} />
				<Stat name={t.recovery.worst} value={f.duration(worstMs)} />
				{sessionTimeoutMs === null ? null : (
					<Stat name={t.recovery.sessionTimeout} value={f.duration(sessionTimeoutMs)} faint />
				)}
			</dl>
			<Bars stats={stats} />
			<figcaption className="mt-1 text-small text-ink3">
				{t.recovery.failoverSummary(n)}
				<span className="sr-only">
					{f.sentenceGap}
					{t.recovery.histogram(n, medianMs, p95Ms, worstMs, sessionTimeoutMs)}
				</span>
			</figcaption>
		</figure>
	);
}

function Stat({ name, value, strong, faint }: { name: string; value: string; strong?: boolean; faint?: boolean }) {
	return (
		<div>
			<dt className="label">{name}</dt>
			<dd className={`text-heading leading-6 ${strong ? 'font-bold' : 'font-medium'} ${faint ? 'text-ink3' : ''}`}>
				{value}
			</dd>
		</div>
	);
}

/** Bars from 0 to the end of the axis, with a line where the session time-out stands. */
function Bars({ stats }: { stats: FailoverStats }) {
	const { t, f } = useMessages();
	const most = Math.max(...stats.bins.map(({ count }) => count));
	const timeout = stats.sessionTimeoutMs;
	const at = timeout === null ? null : (timeout / stats.endMs) * 100;
	return (
		<div aria-hidden="true" className="mt-3">
			<div className="relative flex items-end gap-px border-b border-line" style={{ height: HEIGHT }}>
				{stats.bins.map((bin) => (
					<span
						key={bin.fromMs}
						title={bin.count === 0 ? undefined : t.recovery.bar(bin.count, bin.fromMs, bin.toMs)}
						className="min-w-0 flex-1 rounded-t-dot bg-superseded"
						// One among a thousand is still to be seen.
						style={{ height: bin.count === 0 ? 0 : Math.max(3, Math.round((bin.count / most) * (HEIGHT - 6))) }}
					/>
				))}
				{at === null || timeout === null ? null : (
					<span
						className="absolute inset-y-0 w-0 border-l-2 border-dashed border-field"
						style={{ left: `${at}%` }}
						title={t.recovery.sessionTimeoutNote(timeout)}
					/>
				)}
			</div>
			<div className="relative mt-1 h-4 text-caption text-ink3">
				<span className="absolute left-0">{f.duration(0)}</span>
				{at === null || timeout === null ? (
					<span className="absolute right-0">{f.duration(stats.endMs)}</span>
				) : (
					<span className="absolute -translate-x-full pr-0.5 whitespace-nowrap" style={{ left: `${at}%` }}>
						{t.recovery.sessionTimeoutNote(timeout)}
					</span>
				)}
			</div>
		</div>
	);
}
