'use client';

import type { LiveMember } from '../live/live-cluster';
import { useMessages } from '../messages/use-messages';
import { VERDICT_INK } from '../verdict/verdict-sign';
import type { Episode } from './episode';

type Props = { member: LiveMember; episode: Episode | null; nowMs: number };

/** The verdict and its reasons as somebody would say them: what it is, why, what it means, what happens by itself. */
export function MemberSentence({ member, episode, nowMs }: Props) {
	const { t, f } = useMessages();
	const forMs = nowMs === 0 ? 0 : Math.max(0, nowMs - member.sinceAtMs);
	const provenMs =
		episode?.firstSignAtMs != null && episode.provenAtMs !== null ? episode.provenAtMs - episode.firstSignAtMs : null;
	const expiresInMs = member.session.expiresInMs;
	const leftMs = expiresInMs === null || nowMs === 0 ? null : expiresInMs - (nowMs - member.sentAtMs);
	const unwell = member.verdict !== 'alive' && member.verdict !== 'left';
	const shownExpiry = leftMs !== null && unwell && member.session.state !== 'connected';
	return (
		<div className="flex flex-col gap-1.5 text-lead leading-prose">
			<p>
				<b className={`font-bold ${VERDICT_INK[member.verdict]}`}>
					{t.verdicts.headlines[member.verdict](forMs, provenMs)}
				</b>
				{f.sentenceGap}
				{member.reasons.map((reason) => (
					<span key={reason} data-reason={reason}>
						{t.verdicts.reasons[reason]}
						{f.sentenceGap}
					</span>
				))}
				{shownExpiry ? <span>{t.member.expiry(leftMs)}</span> : null}
			</p>
			{t.verdicts.advice[member.verdict] ? <p className="text-ink2">{t.verdicts.advice[member.verdict]}</p> : null}
			{member.unreadable ? (
				<p className="text-suspect-ink">
					{t.verdicts.unreadable[member.unreadable.code]}{' '}
					<span className="mono text-ink3 wrap-anywhere">{member.unreadable.detail}</span>
				</p>
			) : null}
		</div>
	);
}
