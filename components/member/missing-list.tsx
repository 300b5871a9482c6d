'use client';

import type { Verdict } from '@/lib/core/reason';
import type { MemberDetail } from '@/lib/core/view';
import { useMessages } from '../messages/use-messages';
import { Section } from './section';

/** What a proof still lacks; for a living member, what it would lack if it died now. */
export function MissingList({ missing, verdict }: { missing: MemberDetail['evidence']['missing']; verdict: Verdict }) {
	const { t } = useMessages();
	if (verdict === 'left') return null;
	const proven = verdict === 'dead' || verdict === 'superseded';
	if (missing.length === 0) return proven ? <p className="text-ink2">{t.member.nothingMissing}</p> : null;
	return (
		<Section title={verdict === 'alive' ? t.member.ifItDied : t.member.missing}>
			<ul className="flex flex-col gap-0.5">
				{missing.map((code) => (
					<li key={code} data-missing={code} className="flex items-baseline gap-2 text-ink2">
						<span aria-hidden="true" className="size-[7px] shrink-0 rounded-full border border-field" />
						{t.verdicts.reasons[code]}
					</li>
				))}
			</ul>
		</Section>
	);
}
