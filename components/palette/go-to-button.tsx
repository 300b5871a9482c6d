'use client';

import { Search } from 'lucide-react';
import { useMessages } from '../messages/use-messages';
import { useModifier } from './use-modifier';

/** Opens the palette with a pointer, and shows the keys that do. `narrow`: a sign alone. */
export function GoToButton({ narrow = false, onOpen }: { narrow?: boolean; onOpen: () => void }) {
	const { t } = useMessages();
	const modifier = useModifier();
	if (narrow) {
		return (
			<button
				type="button"
				onClick={onOpen}
				aria-label={t.palette.openHint}
				title={t.palette.openHint}
				className="grid size-7 place-items-center rounded-control text-ink3 pointer-coarse:size-11 hover:bg-hover hover:text-ink"
			>
				<Search size={15} aria-hidden="true" />
			</button>
		);
	}
	return (
		<button
			type="button"
			onClick={onOpen}
			title={t.palette.openHint}
			aria-keyshortcuts="Control+K Meta+K"
			className="flex min-h-8 w-full items-center gap-2 rounded-control border border-line px-2.5 py-1 text-left text-ink3 hover:bg-hover hover:text-ink"
		>
			<Search size={13} aria-hidden="true" />
			<span className="min-w-0 flex-1 truncate">{t.palette.open}</span>
			<kbd className="text-caption">{modifier} K</kbd>
		</button>
	);
}
