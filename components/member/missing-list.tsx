'use client';

import type { ReasonCode, Verdict } from '@/lib/core/reason';
import type { MemberDetail } from '@/lib/core/view';
import { useMessages } from '../messages/use-messages';
import { Section } from './section';

/** Missing because the member lives: it would come by itself with its death, and says nothing about being prepared for it. */
const COMES_WITH_DEATH = new Set<ReasonCode>([
	'veto-tripwire-open',
	'veto-session-connected',
	'veto-health-answers',
	'address-answers',
	'rounds-missing',
	'sweep-missing',
	'session-settling',
	'session-touched',
]);

/** What a proof still lacks; for a living member, what it would lack if it died now. */
export function MissingList({ missing, verdict }: { missing: MemberDetail['evidence']['missing']; verdict: Verdict }) {
	const { t } = useMessages();
	if (verdict === 'left') return null;
	const shown = verdict === 'alive' ? missing.filter((code) => !COMES_WITH_DEATH.has(code)) : missing;
	const proven = verdict === 'dead' || verdict === 'superseded';
	if (shown.length === 0) return proven ? <p className="text-ink2">{t.member.nothingMissing}</p> : null;
	return (
		<Section title={verdict === 'alive' ? t.member.ifItDied : t.member.missing}>
			<ul className="flex flex-col gap-0.5">
				{shown.map((code) => (
					<li key={code} data-missing={code} className="flex items-baseline gap-2 text-ink2">
						<span aria-hidden="true" className="size-[7px] shrink-0 rounded-full border border-field" />
						{t.verdicts.reasons[code]}
					</li>
				))}
			</ul>
		</Section>
	);
}
