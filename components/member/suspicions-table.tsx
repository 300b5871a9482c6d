'use client';

import type { SuspicionView } from '@/lib/core/view';
import { useMessages } from '../messages/use-messages';

type Props = { suspicions: readonly SuspicionView[]; sinceMs: number };

function Line({ suspicion, sinceMs }: { suspicion: SuspicionView; sinceMs: number }) {
	const { t, f } = useMessages();
	const { refused, timedOut, standing } = suspicion;
	const says = [
		refused.length > 0 ? t.evidence.refusedAt(refused.length) : null,
		timedOut.length > 0 ? t.evidence.timedOutAt(timedOut.length) : null,
	].filter((text) => text !== null);
	const counts = standing === 'counts';
	return (
		<tr className="border-t border-line2 align-top" data-suspicion={suspicion.observer} data-standing={standing}>
			<th scope="row" className="px-2.5 py-1.5 text-left font-medium">
				<span className="wrap-anywhere">{suspicion.observer}</span>
				<small className="block text-caption text-ink3">{suspicion.failureDomain}</small>
			</th>
			<td className="px-2.5 py-1.5" title={[...refused, ...timedOut].join(', ') || undefined}>
				<span className={refused.length > 0 ? 'text-dead-ink' : 'text-unreachable-ink'}>
					{says.length > 0 ? f.list(says) : t.evidence.suspects}
				</span>
				<small className="block text-caption text-ink3">{t.evidence.raised(suspicion.raisedAgeMs + sinceMs)}</small>
			</td>
			<td className="px-2.5 py-1.5 whitespace-nowrap text-ink2">{f.ago(suspicion.readAgeMs + sinceMs)}</td>
			<td className={`px-2.5 py-1.5 ${counts ? '' : 'text-ink2'}`}>{t.evidence.standings[standing]}</td>
		</tr>
	);
}

/** What other observers say against the member, and whether each one's word counts in a proof. */
export function SuspicionsTable({ suspicions, sinceMs }: Props) {
	const { t } = useMessages();
	if (suspicions.length === 0) return null;
	const head = 'px-2.5 py-1.5 text-left text-caption font-medium whitespace-nowrap text-ink3';
	const { says, read, counts } = t.evidence.othersColumns;
	return (
		<table className="w-full border-collapse border-t border-line2">
			<caption className="sr-only">{t.evidence.others}</caption>
			<thead className="bg-bg">
				<tr>
					{[t.evidence.others, says, read, counts].map((text) => (
						<th key={text} scope="col" className={head}>
							{text}
						</th>
					))}
				</tr>
			</thead>
			<tbody>
				{suspicions.map((suspicion) => (
					<Line key={suspicion.observer} suspicion={suspicion} sinceMs={sinceMs} />
				))}
			</tbody>
		</table>
	);
}
