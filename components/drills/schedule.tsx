'use client';

import type { DrillsView } from '@/lib/core/drill-view';
import type { MeView } from '@/lib/core/view';
import { Part } from '../ensemble/part';
import { useMessages } from '../messages/use-messages';

/** When drills come by themselves; an administrator changes it. */
export function Schedule(props: {
	schedule: DrillsView['schedule'];
	role: MeView['role'];
	old: boolean;
	onChange: () => void;
	onEnd: () => void;
}) {
	const { t } = useMessages();
	const { schedule, role, old, onChange, onEnd } = props;
	return (
		<Part title={t.drills.schedule} note={t.drills.scheduleNeeds}>
			<div className="panel flex flex-wrap items-center justify-between gap-3 px-4 py-3">
				{schedule === null ? (
					<p className="text-ink2">{t.drills.scheduleNone}</p>
				) : (
					<div className="min-w-0">
						<p>{t.drills.scheduleText(schedule.everyMs, schedule.group)}</p>
						<p className="text-small text-ink2">{t.drills.scheduleNext(schedule.nextAtMs)}</p>
						<p className="text-small text-ink3 wrap-anywhere">{t.drills.scheduleBy(schedule.by, schedule.reason)}</p>
					</div>
				)}
				{role === 'admin' ? (
					<span className="flex flex-wrap gap-2">
						<button type="button" className="btn" disabled={old} onClick={onChange}>
							{schedule === null ? t.drills.scheduleSet : t.drills.scheduleChange}
						</button>
						{schedule === null ? null : (
							<button type="button" className="btn" disabled={old} onClick={onEnd}>
								{t.drills.scheduleEnd}
							</button>
						)}
					</span>
				) : (
					<p className="text-small text-ink3">{t.drills.scheduleAdmin}</p>
				)}
			</div>
		</Part>
	);
}
