'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import type { RecoveryView } from '@/lib/core/recovery-view';
import { auditHref } from '../audit/audit-address';
import { Part } from '../ensemble/part';
import { useMessages } from '../messages/use-messages';

type Outcomes = RecoveryView['outcomes'];

/** Purges, what replaced them, and the mistakes among them. */
export function Scorecard({ clusterId, outcomes }: { clusterId: string; outcomes: Outcomes }) {
	const { t } = useMessages();
	const { purged, automatic, replaced, ghosts } = outcomes;
	const hrefOf = (filters: { action: string; outcome?: string }) =>
		auditHref({ filters: { cluster: clusterId, ...filters }, cursor: null, entry: null });
	return (
		<Part title={t.recovery.score} note={t.recovery.scoreNote}>
			<ul className="panel" data-testid="scorecard">
				<Line
					name={t.recovery.purged}
					count={purged}
					href={hrefOf({ action: 'member.purge', outcome: 'purged' })}
					note={purged === 0 ? t.recovery.scoreEmpty : t.recovery.purgedAutomatic(automatic)}
				/>
				<Line
					name={t.recovery.replaced}
					count={replaced}
					href={hrefOf({ action: 'member.replaced' })}
					note={purged === 0 ? null : t.recovery.replacedOf(Math.min(1, replaced / purged))}
				/>
				<Line
					name={t.recovery.ghosts}
					count={ghosts}
					href={hrefOf({ action: 'member.ghost' })}
					bad={ghosts > 0}
					note={
						ghosts > 0 ? (
							<span className="text-dead-ink">{t.recovery.ghostsSome}</span>
						) : purged === 0 ? null : (
							<span className="text-alive-ink">{t.recovery.ghostsNone}</span>
						)
					}
				/>
			</ul>
		</Part>
	);
}

function Line(props: { name: string; count: number; href: string; note: ReactNode; bad?: boolean }) {
	const { t, f } = useMessages();
	return (
		<li className="flex items-baseline gap-3 border-t border-line2 px-3.5 py-2.5 first:border-t-0">
			<b
				className={`min-w-12 text-right text-title leading-7 ${props.bad ? 'font-bold text-dead-ink' : 'font-medium'}`}
			>
				{f.number(props.count)}
			</b>
			<div className="min-w-0 flex-1">
				<p className="font-semibold">{props.name}</p>
				{props.note === null ? null : <p className="text-small text-ink2">{props.note}</p>}
			</div>
			{props.count === 0 ? null : (
				<Link
					href={props.href}
					className="text-small whitespace-nowrap text-accent underline"
					aria-label={`${props.name}${f.colon}${t.recovery.inAudit}`}
				>
					{t.recovery.inAudit}
				</Link>
			)}
		</li>
	);
}
