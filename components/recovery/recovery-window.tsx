'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useRef, useState } from 'react';
import { BeginMaintenance } from './begin-maintenance';
import { ChangePane } from './change-pane';
import type { DialogRequest, DialogsProps } from './recovery-dialogs';

/**
 * The dialogs' frame. What is inside starts anew each time one opens; while a change is under way it stays, so that its
 * outcome is not lost on whoever asked for it.
 */
export function RecoveryWindow(props: DialogsProps) {
	const going = useRef(false);
	const { request } = props;
	// Kept while it fades, and so that a new one is told from the last.
	const [shown, setShown] = useState<DialogRequest | null>(request);
	if (request !== null && request !== shown) {
		setShown(request);
	}
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
						{shown === null ? null : shown.kind === 'begin-maintenance' ? (
							<BeginMaintenance {...props} going={going} />
						) : (
							<ChangePane {...props} shown={shown} going={going} />
						)}
					</Dialog.Popup>
				</Dialog.Viewport>
			</Dialog.Portal>
		</Dialog.Root>
	);
}
