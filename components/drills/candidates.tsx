'use client';

import { useState } from 'react';
import type { DrillCandidate, DrillsView } from '@/lib/core/drill-view';
import type { MeView } from '@/lib/core/view';
import { Part } from '../ensemble/part';
import { mayPurge } from '../member/purge-action';
import { useMessages } from '../messages/use-messages';

/** Rows shown at first. */
const SHOWN_AT_FIRST = 12;

/** What speaks against it now; that nobody purges it can be answered in the dialog. */
export function obstaclesOf(candidate: DrillCandidate): DrillCandidate['whyNot'] {
	return candidate.whyNot.filter((refusal) => refusal !== 'nobody-purges');
}

/** How to opt in, where nobody has. */
function Nobody() {
	const { t } = useMessages();
	return (
		<div className="panel max-w-text px-4 py-4 text-body">
			<h3 className="font-bold">{t.drills.noneTitle}</h3>
			<p className="mt-1 text-ink2">{t.drills.noneText}</p>
			<ul className="mt-1 list-disc pl-5 text-ink2">
				<li>{t.drills.noneAgent}</li>
				<li>{t.drills.noneDemo}</li>
				<li>{t.drills.noneDocs}</li>
			</ul>
		</div>
	);
}

function Row(props: { candidate: DrillCandidate; mayOrder: boolean; dead: boolean; onDrill: () => void }) {
	const { t } = useMessages();
	const { candidate, mayOrder, dead, onDrill } = props;
	const obstacles = obstaclesOf(candidate);
	// While a drill runs, all else that speaks against another is mostly its doing.
	const isRunning = obstacles.includes('drill-running');
	const notes = [
		candidate.replaced ? t.drills.replacedYes : t.drills.replacedNo,
		candidate.recovers ? null : t.drills.byHandOnly,
	];
	return (
		<tr
			className="border-t border-line2 align-middle"
			data-candidate={candidate.path}
			data-open={obstacles.length === 0}
		>
			<th scope="row" className="max-w-44 min-w-28 px-3 py-2 text-left font-semibold break-words">
				{candidate.id}
				<small className="block text-caption font-normal text-ink3">{candidate.group}</small>
			</th>
			<td className="px-3 py-2">
				{obstacles.length === 0 ? (
					<span className="text-alive-ink">{t.drills.ready}</span>
				) : isRunning ? (
					<span className="text-body text-ink3">{t.drills.refusals['drill-running']}</span>
				) : (
					<ul className="text-body text-suspect-ink">
						{obstacles.map((refusal) => (
							<li key={refusal}>{t.drills.refusals[refusal]}</li>
						))}
					</ul>
				)}
				<small className="block text-caption text-ink3">{notes.filter((note) => note !== null).join(' · ')}</small>
			</td>
			{mayOrder ? (
				<td className="px-3 py-2 text-right">
					<button
						type="button"
						className="btn"
						aria-label={t.drills.drill(candidate.id)}
						disabled={dead || obstacles.length > 0}
						onClick={onDrill}
					>
						{t.drills.drillShort}
					</button>
				</td>
			) : null}
		</tr>
	);
}

/** Who allows drills, and what speaks against each just now. */
export function Candidates(props: {
	view: DrillsView;
	role: MeView['role'];
	old: boolean;
	onDrill: (candidate: DrillCandidate) => void;
}) {
	const { t } = useMessages();
	const [shownMax, setShownMax] = useState(SHOWN_AT_FIRST);
	const { view, role, old, onDrill } = props;
	const mayOrder = mayPurge(role);
	const rest = view.eligible.length - shownMax;
	return (
		<Part title={t.drills.candidates} note={t.drills.candidatesAbout}>
			{mayOrder ? null : <p className="mb-2 text-body text-ink2">{t.drills.viewerOnly}</p>}
			{view.eligible.length === 0 ? (
				<Nobody />
			) : (
				<div className="panel overflow-hidden">
					<table className="w-full border-collapse">
						<caption className="sr-only">{t.drills.candidates}</caption>
						<thead className="sr-only">
							<tr>
								<th scope="col">{t.drills.member}</th>
								<th scope="col">{t.drills.state}</th>
								{mayOrder ? <th scope="col">{t.drills.drillShort}</th> : null}
							</tr>
						</thead>
						<tbody>
							{view.eligible.slice(0, shownMax).map((candidate) => (
								<Row
									key={candidate.path}
									candidate={candidate}
									mayOrder={mayOrder}
									dead={old}
									onDrill={() => onDrill(candidate)}
								/>
							))}
						</tbody>
					</table>
				</div>
			)}
			{rest > 0 ? (
				<button type="button" className="btn mt-2" onClick={() => setShownMax(shownMax + 100)}>
					{t.drills.more(Math.min(rest, 100))}
				</button>
			) : null}
		</Part>
	);
}
