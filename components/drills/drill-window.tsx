'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useRef, useState } from 'react';
import type { DialogRequest, DialogsProps } from './drill-dialogs';
import { OrderForm } from './order-form';
import { ScheduleForm } from './schedule-form';

/**
 * The dialogs' frame. What is inside starts anew each time one opens; while an order is under way it stays, so that its
 * outcome is not lost on whoever asked for it.
 */
export function DrillWindow(props: DialogsProps) {
	const going = useRef(false);
	const { request, clusterId, view } = props;
	// Kept while it fades, and so that a new one is told from the last.
	const [shown, setShown] = useState<DialogRequest | null>(request);
	if (request !== null && request !== shown) {
		setShown(request);
	}
	const inside = { clusterId, going, onDone: props.onDone };
	return (
		<Dialog.Root
			open={request !== null}
			disablePointerDismissal
			onOpenChange={(open) => {
				if (!open && !going.current) {
					props.onClose();
				}
			}}
		>
			<Dialog.Portal>
				<Dialog.Backdrop className="fixed inset-0 z-60 bg-black/45" />
				<Dialog.Viewport className="fixed inset-0 z-60 grid [place-items:safe_center] overflow-y-auto p-3 sm:p-6">
					<Dialog.Popup className="w-full max-w-[560px] overflow-clip rounded-[14px] border border-line bg-panel shadow-panel">
						{shown === null ? null : shown.kind === 'drill' ? (
							<OrderForm {...inside} candidate={shown.candidate} />
						) : (
							<ScheduleForm {...inside} view={view} isEnd={shown.kind === 'end-schedule'} />
						)}
					</Dialog.Popup>
				</Dialog.Viewport>
			</Dialog.Portal>
		</Dialog.Root>
	);
}
