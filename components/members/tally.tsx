'use client';

import { VERDICTS } from '@/lib/core/reason';
import type { VerdictCounts } from '@/lib/core/view';
import { needsAttention } from '../live/not-alive';
import { useMessages } from '../messages/use-messages';
import { VERDICT_INK, VerdictSign } from '../verdict/verdict-sign';
import type { VerdictFilter } from './member-query';

type Props = { counts: VerdictCounts; pressed: VerdictFilter | null; onPress: (verdict: VerdictFilter | null) => void };

/** How many there are of each verdict, worst first; a verdict that nobody has is not shown. Pressing one shows only those. */
export function Tally({ counts, pressed, onPress }: Props) {
	const { t, f } = useMessages();
	const shown = VERDICTS.filter((verdict) => verdict !== 'left' && (counts[verdict] > 0 || verdict === 'alive'));
	return (
		<ul aria-label={t.members.tally} className="flex flex-wrap gap-x-1.5 gap-y-0.5">
			{shown.map((verdict) => {
				const loud = needsAttention(verdict);
				return (
					<li key={verdict}>
						<button
							type="button"
							aria-pressed={pressed === verdict}
							title={t.members.showOnly(t.verdicts.inline[verdict])}
							onClick={() => onPress(pressed === verdict ? null : verdict)}
							className="flex items-baseline gap-1.5 rounded-control px-2 py-1 hover:bg-hover aria-pressed:bg-hover aria-pressed:inset-ring aria-pressed:inset-ring-field"
						>
							<span className="self-center">
								<VerdictSign verdict={verdict} />
							</span>
							<b
								className={`text-title leading-8 tracking-tight ${loud ? `font-bold ${VERDICT_INK[verdict]}` : 'font-normal text-ink2'}`}
							>
								{f.number(counts[verdict])}
							</b>
							<span className="text-ink3">{t.verdicts.inline[verdict]}</span>
						</button>
					</li>
				);
			})}
		</ul>
	);
}
