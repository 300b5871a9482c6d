'use client';

import type { EnsembleView } from '@/lib/core/view';
import { useMessages } from '../messages/use-messages';
import { Part } from './part';

/** Connections held to members, against what the console's file descriptors allow; says so when the limit binds. */
export function Tripwires({ tripwires: { open, max } }: Pick<EnsembleView, 'tripwires'>) {
	const { t } = useMessages();
	const full = open >= max;
	const share = max === 0 ? 100 : Math.min(100, (open / max) * 100);
	return (
		<Part title={t.ensemble.tripwires} note={t.ensemble.tripwiresExplained}>
			<p data-tripwires={full ? 'full' : 'free'} className={full ? 'font-semibold text-suspect-ink' : ''}>
				{t.ensemble.tripwiresHeld(open, max)}
			</p>
			<div aria-hidden="true" className="mt-1.5 h-1.5 max-w-70 overflow-hidden rounded-mark bg-line">
				<div className={`h-full rounded-mark ${full ? 'bg-suspect' : 'bg-field'}`} style={{ width: `${share}%` }} />
			</div>
			{full ? <p className="mt-2 max-w-text text-ink2">{t.ensemble.tripwiresAtLimit}</p> : null}
		</Part>
	);
}
