'use client';

import type { TransitionView } from '@/lib/core/view';
import { useMessages } from '../messages/use-messages';
import { VerdictSign } from '../verdict/verdict-sign';
import { Section } from './section';

const SHOWN_MAX = 30;

/** Changes of verdict, oldest first, each with its reasons. */
export function Timeline({ transitions }: { transitions: readonly TransitionView[] }) {
	const { t, f } = useMessages();
	const shown = transitions.slice(-SHOWN_MAX);
	return (
		<Section title={t.member.timeline}>
			{shown.length === 0 ? <p className="text-ink3">{t.member.noTransitions}</p> : null}
			<ol className="flex flex-col text-small">
				{shown.map((each, index) => (
					<li
						// biome-ignore lint/suspicious/noArrayIndexKey: two changes may share a millisecond, and the list only grows
						key={`${each.atMs} ${index}`}
						className="grid grid-cols-[5.75rem_0.875rem_1fr] items-baseline gap-x-2 py-0.5"
					>
						<time dateTime={new Date(each.atMs).toISOString()} title={f.dateTime(each.atMs)} className="mono text-ink3">
							{f.timeExact(each.atMs)}
						</time>
						<span className="mt-0.5 self-start">
							<VerdictSign verdict={each.to} />
						</span>
						<span>
							{t.member.became(t.verdicts.inline[each.from], t.verdicts.inline[each.to])}
							{each.reasons.length > 0 ? (
								<span className="mono block text-caption text-ink3">{each.reasons.join(', ')}</span>
							) : null}
						</span>
					</li>
				))}
			</ol>
		</Section>
	);
}
