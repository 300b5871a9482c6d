'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useState } from 'react';
import { CommandList } from './command-list';
import { HelpList } from './help-list';
import type { PaletteProps } from './palette';
import type { PaletteKind } from './use-keyboard';

/** One dialog for both, so that the focus goes back to where the first of them was opened. */
export function PaletteWindow({ open, onOpen, cluster }: PaletteProps) {
	// Kept while it fades.
	const [shown, setShown] = useState<PaletteKind>(open ?? 'palette');
	if (open !== null && open !== shown) setShown(open);
	return (
		<Dialog.Root open={open !== null} onOpenChange={(next) => next || onOpen(null)}>
			<Dialog.Portal>
				<Dialog.Backdrop className="fixed inset-0 z-60 bg-scrim" />
				<Dialog.Viewport className="fixed inset-0 z-60 flex items-start justify-center overflow-y-auto p-3 sm:px-6 sm:pt-[12vh]">
					<Dialog.Popup className="w-full max-w-dialog overflow-clip rounded-dialog border border-line bg-panel shadow-panel outline-none">
						{shown === 'palette' ? (
							<CommandList cluster={cluster} onDone={() => onOpen(null)} onHelp={() => onOpen('help')} />
						) : (
							<HelpList />
						)}
					</Dialog.Popup>
				</Dialog.Viewport>
			</Dialog.Portal>
		</Dialog.Root>
	);
}
