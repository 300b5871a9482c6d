'use client';

import { Dialog } from '@base-ui/react/dialog';
import { type ReactNode, type RefObject, useRef, useState } from 'react';

type Props<Request> = {
	/** What it is opened for; null: it is closed. */
	request: Request | null;
	onClose: () => void;
	/** `going`: whoever sends something sets it, so that the outcome is not lost on them. */
	children: (shown: Request, going: RefObject<boolean>) => ReactNode;
};

/**
 * The frame of a small dialog. What is inside starts anew each time it opens; while something is under way it stays, so
 * that its outcome is not lost on whoever asked for it.
 */
export function DialogWindow<Request>({ request, onClose, children }: Props<Request>) {
	const going = useRef(false);
	// Kept while it fades, and so that a new one is told from the last.
	const [shown, setShown] = useState<Request | null>(request);
	if (request !== null && request !== shown) {
		setShown(request);
	}
	return (
		<Dialog.Root
			open={request !== null}
			disablePointerDismissal
			onOpenChange={(open) => {
				if (!open && !going.current) {
					onClose();
				}
			}}
		>
			<Dialog.Portal>
				<Dialog.Backdrop className="fixed inset-0 z-60 bg-scrim" />
				<Dialog.Viewport className="fixed inset-0 z-60 grid place-items-center-safe scroll-pb-28 overflow-y-auto p-3 sm:p-6">
					<Dialog.Popup className="w-full max-w-dialog overflow-clip rounded-dialog border border-line bg-panel shadow-panel">
						{shown === null ? null : children(shown, going)}
					</Dialog.Popup>
				</Dialog.Viewport>
			</Dialog.Portal>
		</Dialog.Root>
	);
}
