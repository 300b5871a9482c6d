'use client';

import { type RefObject, useId, useState } from 'react';
import type { DrillsView } from '@/lib/core/drill-view';
import { useMessages } from '../messages/use-messages';
import { ReasonForm } from '../recovery/reason-form';
import { putRecovery } from '../recovery/recovery-client';

const HOUR_MS = 3_600_000;
const HOURS_MAX = 720;

type Props = {
	clusterId: string;
	view: DrillsView;
	/** No further drills, instead of a new schedule. */
	isEnd: boolean;
	going: RefObject<boolean>;
	onDone: () => void;
};

/** How often, of which group, and why; or the end of it. */
export function ScheduleForm({ clusterId, view, isEnd, going, onDone }: Props) {
	const { t } = useMessages();
	const [hoursId, groupId] = [useId(), useId()];
	const [hours, setHours] = useState(String((view.schedule?.everyMs ?? 24 * HOUR_MS) / HOUR_MS));
	const [group, setGroup] = useState(view.schedule?.group ?? '');
	const texts = t.drills.scheduleDialog;
	const groups = [
		...new Set([...view.eligible.map((each) => each.group), ...(group === '' ? [] : [group])]),
	].toSorted();
	const every = Number(hours);
	const isValid = hours.trim() !== '' && every >= 1 && every <= HOURS_MAX;
	const drills = isEnd ? null : { everyMs: Math.round(every * HOUR_MS), group: group === '' ? null : group };
	return (
		<ReasonForm
			title={isEnd ? texts.endTitle : texts.title}
			text={isEnd ? texts.endText : `${texts.text} ${t.drills.scheduleNeeds}`}
			go={isEnd ? t.drills.scheduleEnd : t.drills.scheduleSet}
			block={isEnd || isValid ? null : texts.hoursBad}
			going={going}
			send={(reason) => putRecovery(clusterId, { drills, reason })}
			onDone={onDone}
		>
			{isEnd ? null : (
				<div className="grid gap-3 px-5 pb-4 sm:grid-cols-2 sm:px-6">
					<div>
						<label htmlFor={hoursId} className="mb-1 block text-small text-ink2">
							{texts.every} ({texts.hours})
						</label>
						<input
							id={hoursId}
							className="field"
							inputMode="decimal"
							value={hours}
							onChange={(event) => setHours(event.target.value)}
							autoComplete="off"
						/>
					</div>
					<div>
						<label htmlFor={groupId} className="mb-1 block text-small text-ink2">
							{texts.group}
						</label>
						<select id={groupId} className="field" value={group} onChange={(event) => setGroup(event.target.value)}>
							<option value="">{texts.anyGroup}</option>
							{groups.map((name) => (
								<option key={name} value={name}>
									{name}
								</option>
							))}
						</select>
					</div>
				</div>
			)}
		</ReasonForm>
	);
}
