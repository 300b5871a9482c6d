'use client';

import { Check, TriangleAlert } from 'lucide-react';
import type { EnsembleView } from '@/lib/core/view';
import type { Catalogue } from '../messages/catalogue';
import { useMessages } from '../messages/use-messages';
import { WithNames } from '../shell/with-names';
import { type Finding, toFindings, toReading, toRemedies } from './findings';
import { Part } from './part';

type ProblemCode = keyof Catalogue['ensemble']['problems'];

function isKnown(code: string, problems: Catalogue['ensemble']['problems']): code is ProblemCode {
	return Object.hasOwn(problems, code);
}

/** What is wrong and what to do, in the operator's language; null for a code that this build has no sentence for. */
function useSentences(finding: Finding): { what: string; remedy: string } | null {
	const { t } = useMessages();
	if (finding.kind === 'gap') {
		return { what: t.verdicts.gaps[finding.code], remedy: t.ensemble.gapRemedies[finding.code] };
	}
	const { problems, problemRemedies } = t.ensemble;
	return isKnown(finding.code, problems)
		? { what: problems[finding.code], remedy: problemRemedies[finding.code] }
		: null;
}

function FindingItem({ finding }: { finding: Finding }) {
	const { t, f } = useMessages();
	const sentences = useSentences(finding);
	const reading = toReading(finding);
	return (
		<li
			className="flex items-start gap-2.5 border-t border-line2 px-3.5 py-3 first:border-t-0"
			data-finding={finding.code}
		>
			<TriangleAlert size={14} aria-hidden="true" className="mt-0.5 shrink-0 text-suspect-ink" />
			<div className="min-w-0 flex-1">
				<p>
					{finding.server === null ? null : <b className="mono mr-2 font-semibold">{finding.server}</b>}
					<span className="font-semibold">
						<WithNames text={sentences?.what ?? finding.detail} />
					</span>
				</p>
				{sentences ? (
					<p className="text-ink2">
						<WithNames text={sentences.remedy} />
					</p>
				) : null}
				{toRemedies(finding).map(({ file, lines }) => (
					<div key={file} className="mt-1.5">
						<span className="label">{t.ensemble.remedyIn[file]}</span>
						<pre className="mono mt-0.5 rounded-control border border-line bg-bg px-2.5 py-1.5 whitespace-pre-wrap wrap-anywhere">
							{lines.join('\n')}
						</pre>
					</div>
				))}
				{sentences && reading !== '' ? (
					<p className="mt-1 text-caption text-ink3 wrap-anywhere">
						{t.ensemble.detail}
						{f.colon}
						<span className="mono text-caption">{reading}</span>
					</p>
				) : null}
			</div>
		</li>
	);
}

/** What is wrong with what can be seen, each with what mends it; nothing where all is well. */
export function Findings({ view }: { view: EnsembleView }) {
	const findings = toFindings(view);
	return findings.length === 0 ? null : (
		<ul className="panel">
			{findings.map((finding) => (
				<FindingItem key={`${finding.server} ${finding.code} ${finding.detail}`} finding={finding} />
			))}
		</ul>
	);
}

/** What can and cannot be seen of the ensemble, each gap with what mends it. */
export function Sight({ view }: { view: EnsembleView }) {
	const { t } = useMessages();
	const down = view.servers.some((server) => !server.answered);
	const note = !view.following
		? t.ensemble.sightOld
		: view.sweptAtMs === null
			? t.ensemble.neverSwept
			: view.sweepComplete
				? down
					? t.ensemble.sightWellDown
					: t.ensemble.sightWell
				: t.ensemble.sightGaps;
	const well = view.following && view.sweepComplete;
	return (
		<Part title={t.ensemble.sight}>
			<p className="mb-2 flex max-w-text items-start gap-2" data-sight={well ? 'well' : 'gaps'}>
				{well ? <Check size={15} aria-hidden="true" className="mt-0.5 shrink-0 text-ok" /> : null}
				<span>{note}</span>
			</p>
			<Findings view={view} />
		</Part>
	);
}
