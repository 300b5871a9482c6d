'use client';

import { DialogWindow } from '../shell/dialog-window';
import type { DialogsProps } from './drill-dialogs';
import { OrderForm } from './order-form';
import { ScheduleForm } from './schedule-form';

export function DrillWindow({ request, clusterId, view, onClose, onDone }: DialogsProps) {
	return (
		<DialogWindow request={request} onClose={onClose}>
			{(shown, going) =>
				shown.kind === 'drill' ? (
					<OrderForm clusterId={clusterId} candidate={shown.candidate} going={going} onDone={onDone} />
				) : (
					<ScheduleForm
						clusterId={clusterId}
						view={view}
						isEnd={shown.kind === 'end-schedule'}
						going={going}
						onDone={onDone}
					/>
				)
			}
		</DialogWindow>
	);
}
