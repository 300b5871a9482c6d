'use client';

import { RULES } from '@/lib/core/policy';
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

/** A connection that is held long enough by now only waits for its end. */
function comesWithDeath(code: ReasonCode, { rows }: MemberDetail['evidence']): boolean {
	const held = rows.some(
		({ tripwire, tripwireHeldMs }) => tripwire.state === 'open' && (tripwireHeldMs ?? 0) >= RULES.tripwireHeldMsMin,
	);
	return COMES_WITH_DEATH.has(code) || (code === 'tripwire-not-held' && held);
}

/** What a proof still lacks; for a living member, what it would lack if it died now. */
export function MissingList({ evidence, verdict }: { evidence: MemberDetail['evidence']; verdict: Verdict }) {
	const { t } = useMessages();
	if (verdict === 'left') return null;
	const { missing } = evidence;
	const shown = verdict === 'alive' ? missing.filter((code) => !comesWithDeath(code, evidence)) : missing;
	const proven = verdict === 'dead' || verdict === 'superseded';
	if (shown.length === 0) return proven ? <p className="text-ink2">{t.member.nothingMissing}</p> : null;
	return (
		<Section title={verdict === 'alive' ? t.member.ifItDied : t.member.missing}>
			<ul className="flex flex-col gap-0.5">
				{shown.map((code) => (
					<li key={code} data-missing={code} className="flex items-baseline gap-2 text-ink2">
						<span aria-hidden="true" className="size-2 shrink-0 rounded-full border border-field" />
						{t.verdicts.reasons[code]}
					</li>
				))}
			</ul>
		</Section>
	);
}
