'use client';

import type { DrillTimeline } from '@/lib/core/drill';
import type { DrillExpiry } from '@/lib/core/drill-view';
import { useMessages } from '../messages/use-messages';
import { nextMark, type Phase, scaleMs, toPhases } from './phases';

const COLOURS: Partial<Record<Phase['mark'], string>> = {
	killed: 'bg-dead',
	'tripwire-closed': 'bg-dead',
	proven: 'bg-suspect',
	purged: 'bg-accent',
	replaced: 'bg-superseded',
	alive: 'bg-ok',
};
const CELL = 'py-1.5 pr-3 align-middle';

type Props = {
	timeline: DrillTimeline;
	expiry: DrillExpiry;
	/** Null: it has ended. */
	elapsedMs: number | null;
};

function Bar({ phase, whole, growsTo }: { phase: Phase; whole: number; growsTo: number | null }) {
	const { t } = useMessages();
	const end = phase.toMs ?? growsTo;
	const percent = (ms: number) => `${Math.min(100, (ms / whole) * 100)}%`;
	return (
		<div aria-hidden="true" className="relative h-5 rounded-tag bg-hover">
			{end === null ? null : (
				<span
					className={`absolute inset-y-0 min-w-1 rounded-tag ${COLOURS[phase.mark] ?? 'bg-field'} ${phase.toMs === null ? 'opacity-45' : ''}`}
					style={{ left: percent(phase.fromMs), width: percent(Math.max(0, end - phase.fromMs)) }}
				/>
			)}
			{phase.ticks.map((tick) => (
				<span
					key={tick.mark}
					title={`${t.drills.marks[tick.mark]}: ${t.drills.span(tick.atMs)}`}
					className="absolute inset-y-0.5 w-0.5 bg-ink"
					style={{ left: percent(tick.atMs) }}
				/>
			))}
		</div>
	);
}

function Line({
	phase,
	whole,
	growsTo,
	ended,
}: {
	phase: Phase;
	whole: number;
	growsTo: number | null;
	ended: boolean;
}) {
	const { t } = useMessages();
	const { drills } = t;
	return (
		<tr data-mark={phase.mark} data-at={phase.toMs ?? ''}>
			<th scope="row" className={`${CELL} text-left font-semibold whitespace-nowrap`}>
				<span title={drills.marks[phase.mark]}>{drills.phases[phase.mark]}</span>
				{phase.ticks.map(({ mark, atMs }) => (
					<small key={mark} className="block text-caption font-normal text-ink3">
						{drills.phases[mark]} {drills.span(atMs)}
					</small>
				))}
			</th>
			<td className={`${CELL} w-full max-sm:hidden`}>
				<Bar phase={phase} whole={whole} growsTo={growsTo} />
			</td>
			<td className={`${CELL} text-right whitespace-nowrap text-ink2`}>
				{phase.toMs === null ? '' : `+${drills.span(phase.toMs - phase.fromMs)}`}
			</td>
			<td className="py-1.5 text-right whitespace-nowrap">
				{phase.toMs === null ? (
					<span className="text-ink3">{ended ? drills.notReached : drills.never}</span>
				) : (
					<span className="mono font-bold">{drills.span(phase.toMs)}</span>
				)}
			</td>
		</tr>
	);
}

/** What the session time-out would have cost, on the same scale: mostly far beyond its end. */
function ExpiryLine({ expiry, whole }: { expiry: DrillExpiry; whole: number }) {
	const { t } = useMessages();
	const atMs = expiry.afterMs ?? expiry.timeoutMs;
	if (atMs === null) return null;
	return (
		<tr className="border-t border-line2">
			<th scope="row" className={`${CELL} text-left font-medium whitespace-nowrap text-ink2`}>
				<span title={t.drills.byItselfAbout}>{t.drills.byItself}</span>
			</th>
			<td className={`${CELL} w-full max-sm:hidden`}>
				<div aria-hidden="true" className="relative h-5 overflow-hidden rounded-tag bg-hover">
					<span
						className="absolute inset-y-0 left-0 rounded-tag border border-dashed border-field"
						style={{ width: `${Math.min(104, (atMs / whole) * 100)}%` }}
					/>
				</div>
			</td>
			<td className={CELL} />
			<td className="mono py-1.5 text-right whitespace-nowrap text-ink2">{t.drills.span(atMs)}</td>
		</tr>
	);
}

/** One drill as bars over each other: kill, tripwire, proof, purge, replacement; beside it ZooKeeper's own way. */
export function TimelineChart({ timeline, expiry, elapsedMs }: Props) {
	const { t } = useMessages();
	const whole = scaleMs(timeline, elapsedMs);
	const next = nextMark(timeline);
	const { columns } = t.drills;
	return (
		<table className="w-full border-collapse">
			<caption className="sr-only">{t.drills.timeline}</caption>
			<thead className="sr-only">
				<tr>
					<th scope="col">{columns.phase}</th>
					<th scope="col" className="max-sm:hidden">
						{columns.bar}
					</th>
					<th scope="col">{columns.took}</th>
					<th scope="col">{columns.at}</th>
				</tr>
			</thead>
			<tbody>
				{toPhases(timeline).map((phase) => (
					<Line
						key={phase.mark}
						phase={phase}
						whole={whole}
						growsTo={phase.mark === next ? elapsedMs : null}
						ended={elapsedMs === null}
					/>
				))}
				<ExpiryLine expiry={expiry} whole={whole} />
			</tbody>
		</table>
	);
}
