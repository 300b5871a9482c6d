'use client';

import Link from 'next/link';
import { useMemo } from 'react';
import type { MeView } from '@/lib/core/view';
import type { LiveCluster, LiveMember } from '../live/live-cluster';
import { useNow } from '../live/use-now';
import { episodeOf } from '../member/episode';
import { isPurgeable, mayOpenPurge, PurgeAction } from '../member/purge-action';
import { type ReceivedDetail, useMemberDetail } from '../member/use-member-detail';
import { addressText } from '../members/member-cells';
import { useMessages } from '../messages/use-messages';
import { VerdictName } from '../verdict/verdict-name';
import { VERDICT_INK } from '../verdict/verdict-sign';

type Props = {
	clusterId: string;
	member: LiveMember;
	role: MeView['role'];
	live: LiveCluster;
	selected: boolean;
	/** Null where a selection makes no sense. */
	onSelect: ((wanted: boolean) => void) | null;
};

function Countdown({ member, nowMs }: { member: LiveMember; nowMs: number }) {
	const { t } = useMessages();
	if (member.session.state === 'connected') return null;
	const expiresInMs = member.session.expiresInMs;
	if (expiresInMs === null || nowMs === 0) return <span className="text-ink3">{t.suspects.removalUnknown}</span>;
	return <span>{t.suspects.removesItself(expiresInMs - (nowMs - member.sentAtMs))}</span>;
}

function Heading({ clusterId, member, nowMs, selected, onSelect }: Omit<Props, 'role' | 'live'> & { nowMs: number }) {
	const { t } = useMessages();
	return (
		<div className="flex flex-wrap items-center gap-x-3 gap-y-1">
			{onSelect ? (
				<label className="-m-1 grid size-6 place-items-center pointer-coarse:-m-3.5 pointer-coarse:size-11">
					<input
						type="checkbox"
						className="size-4 accent-dead-fill disabled:opacity-40"
						aria-label={t.suspects.select(member.id)}
						title={isPurgeable(member) ? undefined : t.suspects.notSelectable}
						disabled={!isPurgeable(member)}
						checked={selected && isPurgeable(member)}
						onChange={(event) => onSelect(event.target.checked)}
					/>
				</label>
			) : null}
			<VerdictName verdict={member.verdict} />
			<h2 className="min-w-0 text-section font-bold">
				<Link
					href={`/c/${encodeURIComponent(clusterId)}/member?path=${encodeURIComponent(member.path)}`}
					title={member.path}
					className="underline-offset-2 wrap-anywhere hover:underline"
				>
					{member.id}
				</Link>
			</h2>
			<span className="text-ink3">{member.group}</span>
			<span className="mono text-ink3">{addressText(member)}</span>
			<span className="text-small text-ink2 sm:ml-auto">
				<Countdown member={member} nowMs={nowMs} />
			</span>
		</div>
	);
}

/** What others say: who reported the exit, who suspects it too. `nowMs`: this browser's clock. */
function Others({ received, nowMs }: { received: ReceivedDetail; nowMs: number }) {
	const { t } = useMessages();
	const { exitReport, suspicions } = received.detail.evidence;
	const sinceMs = Math.max(0, nowMs - received.receivedAtMs);
	const counting = suspicions.filter(({ standing }) => standing === 'counts').length;
	return (
		<>
			{exitReport ? (
				<p className="wrap-anywhere" title={exitReport.detail || undefined} data-exit-report>
					{t.evidence.exitSentence(exitReport.reporter, exitReport.ageMs + sinceMs)}
				</p>
			) : null}
			{suspicions.length > 0 ? <p data-suspicions>{t.evidence.othersSay(suspicions.length, counting)}</p> : null}
		</>
	);
}

/** One unwell member: what speaks for its death so far, what a proof still lacks, and the button where it is proven. */
export function SuspectCard(props: Props) {
	const { clusterId, member, role, live } = props;
	const { t } = useMessages();
	const nowMs = useNow(1000, live.clockOffsetMs);
	const { received } = useMemberDetail(clusterId, member.path, member);
	const detail = received?.detail.czxid === member.czxid ? received.detail : null;
	const episode = useMemo(() => (detail ? episodeOf(detail.transitions) : null), [detail]);
	const provenMs =
		episode?.firstSignAtMs != null && episode.provenAtMs !== null ? episode.provenAtMs - episode.firstSignAtMs : null;
	const forMs = nowMs === 0 ? 0 : Math.max(0, nowMs - member.sinceAtMs);
	const proven = member.verdict === 'dead' || member.verdict === 'superseded';
	return (
		<li className="panel flex flex-col gap-3 p-4" data-verdict={member.verdict} data-member={member.path}>
			<Heading {...props} nowMs={nowMs} />
			<div className="grid gap-x-8 gap-y-3 md:grid-cols-2">
				<div>
					<p className={`mb-1 font-semibold ${VERDICT_INK[member.verdict]}`}>
						{t.verdicts.headlines[member.verdict](forMs, provenMs)}
					</p>
					<ul aria-label={t.suspects.proof} className="flex flex-col gap-0.5">
						{member.reasons.map((reason) => (
							<li key={reason} data-reason={reason}>
								{t.verdicts.reasons[reason]}
							</li>
						))}
					</ul>
					{received && detail ? <Others received={received} nowMs={nowMs - live.clockOffsetMs} /> : null}
				</div>
				<div className="text-ink2">
					{detail === null ? <p className="text-ink3">{t.suspects.loadingProof}</p> : null}
					{detail && detail.evidence.missing.length > 0 ? (
						<>
							<h3 className="label mb-1 tracking-normal">{t.member.missing}</h3>
							<ul className="flex flex-col gap-0.5">
								{detail.evidence.missing.map((code) => (
									<li key={code} data-missing={code} className="flex items-baseline gap-2">
										<span aria-hidden="true" className="size-2 shrink-0 rounded-full border border-field" />
										{t.verdicts.reasons[code]}
									</li>
								))}
							</ul>
						</>
					) : null}
					{detail && proven && detail.evidence.missing.length === 0 ? <p>{t.member.nothingMissing}</p> : null}
					<p className="mt-1 text-ink3">{t.verdicts.advice[member.verdict]}</p>
				</div>
			</div>
			{mayOpenPurge(member, role) ? (
				<div className="flex flex-wrap items-center gap-3">
					<PurgeAction clusterId={clusterId} member={member} role={role} connection={live.connection} />
				</div>
			) : null}
		</li>
	);
}
