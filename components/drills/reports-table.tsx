'use client';

import type { DrillMark } from '@/lib/core/drill';
import type { DrillsView } from '@/lib/core/drill-view';
import { Part } from '../ensemble/part';
import { clusterUrl } from '../live/fetch-json';
import { useMessages } from '../messages/use-messages';

const SHOWN: readonly DrillMark[] = ['proven', 'purged', 'replaced', 'alive'];
const CELL = 'px-2 py-2 md:px-3';
const HEAD = `${CELL} text-caption font-medium whitespace-nowrap text-ink3`;
/** Columns that a phone has no room for. */
const WIDE: Partial<Record<DrillMark, string>> = { replaced: 'max-md:hidden', purged: 'max-sm:hidden' };

type Report = DrillsView['reports'][number];

function Row({ report, isShown, onShow }: { report: Report; isShown: boolean; onShow: () => void }) {
	const { t, f } = useMessages();
	const colour = report.outcome === 'complete' ? 'text-alive-ink' : 'text-suspect-ink';
	return (
		<tr className={`border-t border-line2 ${isShown ? 'bg-hover' : ''}`} data-report={report.drillId}>
			<th scope="row" className={`${CELL} text-left font-medium`}>
				<button
					type="button"
					className="text-left underline decoration-line underline-offset-2 hover:decoration-ink"
					aria-label={t.drills.show(report.id, report.orderedAtMs)}
					aria-pressed={isShown}
					onClick={onShow}
				>
					{report.id}
				</button>
				<small className="block text-caption text-ink3">{f.dateTime(report.orderedAtMs)}</small>
			</th>
			<td className={`${CELL} ${colour} whitespace-nowrap`} title={t.drills.outcomeTexts[report.outcome]}>
				{t.drills.outcomes[report.outcome]}
			</td>
			{SHOWN.map((mark) => {
				const atMs = report.timeline[mark];
				return (
					<td key={mark} className={`${CELL} ${WIDE[mark] ?? ''} mono text-right whitespace-nowrap`}>
						{atMs === null ? '–' : t.drills.span(atMs)}
					</td>
				);
			})}
			<td className={`${CELL} mono text-right whitespace-nowrap text-ink3 max-md:hidden`}>
				{report.expiry.afterMs === null ? '–' : t.drills.span(report.expiry.afterMs)}
			</td>
		</tr>
	);
}

function Export({ clusterId }: { clusterId: string }) {
	const { t } = useMessages();
	const href = (format: 'csv' | 'json') => clusterUrl(clusterId, `/drills?format=${format}`);
	return (
		<p className="flex items-center gap-2 text-small text-ink3">
			{t.drills.exportAs}
			<a className="btn" href={href('csv')} download>
				{t.drills.exportCsv}
			</a>
			<a className="btn" href={href('json')} download>
				{t.drills.exportJson}
			</a>
		</p>
	);
}

/** Past drills, newest first; one can be looked at again. */
export function ReportsTable(props: {
	clusterId: string;
	reports: DrillsView['reports'];
	shown: string | null;
	onShow: (drillId: string) => void;
}) {
	const { t } = useMessages();
	const { clusterId, reports, shown, onShow } = props;
	return (
		<Part
			title={t.drills.reports}
			note={reports.length === 0 ? t.drills.noReports : t.drills.reportsAbout(reports.length)}
		>
			{reports.length === 0 ? null : (
				<>
					<div className="panel mb-2 overflow-hidden">
						<table className="w-full border-collapse">
							<caption className="sr-only">{t.drills.reports}</caption>
							<thead>
								<tr>
									<th scope="col" className={`${HEAD} text-left`}>
										{t.drills.member}
									</th>
									<th scope="col" className={`${HEAD} text-left`}>
										{t.drills.outcome}
									</th>
									{SHOWN.map((mark) => (
										<th
											key={mark}
											scope="col"
											className={`${HEAD} ${WIDE[mark] ?? ''} text-right`}
											title={t.drills.marks[mark]}
										>
											{t.drills.phases[mark]}
										</th>
									))}
									<th scope="col" className={`${HEAD} text-right max-md:hidden`} title={t.drills.byItselfAbout}>
										{t.drills.byItself}
									</th>
								</tr>
							</thead>
							<tbody>
								{reports.map((report) => (
									<Row
										key={report.drillId}
										report={report}
										isShown={report.drillId === shown}
										onShow={() => onShow(report.drillId)}
									/>
								))}
							</tbody>
						</table>
					</div>
					<Export clusterId={clusterId} />
				</>
			)}
		</Part>
	);
}
