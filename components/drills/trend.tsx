'use client';

import type { DrillDay, DrillsView } from '@/lib/core/drill-view';
import { Part } from '../ensemble/part';
import { useMessages } from '../messages/use-messages';

const LEVELS = [
	{ mark: 'alive', colour: 'bg-alive' },
	{ mark: 'purged', colour: 'bg-accent' },
	{ mark: 'proven', colour: 'bg-suspect' },
] as const;

/** Bars over each other, the shortest in front: until the proof, the purge, and the replacement's life. */
function Bars({ day, whole }: { day: DrillDay; whole: number }) {
	const percent = (ms: number) => `${Math.min(100, (ms / whole) * 100)}%`;
	return (
		<div aria-hidden="true" className="relative h-4 overflow-hidden rounded-tag bg-hover">
			{day.expiry === null ? null : (
				<span
					className="absolute inset-y-0 border-r-2 border-dashed border-field"
					style={{ width: percent(day.expiry) }}
				/>
			)}
			{LEVELS.map(({ mark, colour }) => {
				const ms = day[mark];
				return ms === null ? null : (
					<span
						key={mark}
						className={`absolute inset-y-0 left-0 rounded-tag ${colour}`}
						style={{ width: percent(ms) }}
					/>
				);
			})}
		</div>
	);
}

/** How the medians went from day to day. */
export function Trend({ trend }: { trend: DrillsView['trend'] }) {
	const { t } = useMessages();
	if (trend.length === 0) return null;
	const whole = Math.max(
		...trend.flatMap(({ expiry, alive, purged, proven }) => expiry ?? alive ?? purged ?? proven ?? 0),
		1,
	);
	return (
		<Part title={t.drills.trend} note={t.drills.trendAbout}>
			<div className="panel overflow-hidden px-3 py-2">
				<table className="w-full border-collapse">
					<caption className="sr-only">{t.drills.trend}</caption>
					<thead>
						<tr className="text-caption text-ink3">
							<th scope="col" className="py-1 pr-3 text-left font-medium">
								{t.drills.trendDay}
							</th>
							<th scope="col" className="w-full py-1 pr-3 text-left font-medium max-sm:hidden">
								<span className="sr-only">{t.drills.columns.bar}</span>
							</th>
							{(['proven', 'purged', 'alive'] as const).map((mark) => (
								<th key={mark} scope="col" className="py-1 pl-3 text-right font-medium whitespace-nowrap">
									{t.drills.phases[mark]}
								</th>
							))}
						</tr>
					</thead>
					<tbody>
						{trend.toReversed().map((day) => (
							<tr key={day.day}>
								<th scope="row" className="py-1 pr-3 text-left font-medium whitespace-nowrap">
									{day.day}
									<small className="block text-caption text-ink3">
										{t.drills.trendComplete(day.complete, day.drills)}
									</small>
								</th>
								<td className="w-full py-1 pr-3 max-sm:hidden">
									<Bars day={day} whole={whole} />
								</td>
								{(['proven', 'purged', 'alive'] as const).map((mark) => {
									const ms = day[mark];
									return (
										<td key={mark} className="mono py-1 pl-3 text-right whitespace-nowrap">
											{ms === null ? '–' : t.drills.span(ms)}
										</td>
									);
								})}
							</tr>
						))}
					</tbody>
				</table>
			</div>
		</Part>
	);
}
