'use client';

import type { EvidenceCell, EvidenceRow, MemberDetail } from '@/lib/core/view';
import { useMessages } from '../messages/use-messages';
import { Section } from './section';

const CELL_INK: Record<EvidenceCell['state'], string> = {
	open: 'text-alive-ink',
	accepted: 'text-alive-ink',
	closed: 'text-dead-ink',
	refused: 'text-dead-ink',
	silent: 'text-suspect-ink',
	'timed-out': 'text-unreachable-ink',
	failed: 'text-suspect-ink',
	none: 'text-ink3',
};

/** `sinceMs`: how long ago the detail was received; the ages in it are that much older by now. */
type Props = { evidence: MemberDetail['evidence']; czxid: string; sinceMs: number };

function Cell({ cell, sinceMs, heldMs }: { cell: EvidenceCell; sinceMs: number; heldMs?: number | null }) {
	const { t, f } = useMessages();
	const aside = [
		cell.rttMs === null ? null : f.latency(cell.rttMs),
		cell.state === 'open' && heldMs != null ? t.member.heldFor(heldMs + sinceMs) : null,
		cell.ageMs === null || cell.state === 'open' ? null : f.duration(cell.ageMs + sinceMs),
	].filter((text) => text !== null);
	return (
		<>
			<span className={CELL_INK[cell.state]}>{t.verdicts.cells[cell.state]}</span>
			{aside.length > 0 ? <small className="block text-[11px] text-ink3">{aside.join(', ')}</small> : null}
		</>
	);
}

function Row({ row, sinceMs, named }: { row: EvidenceRow; sinceMs: number; named: boolean }) {
	const { f } = useMessages();
	return (
		<tr className="border-t border-line2 align-top">
			<th scope="row" className="px-2.5 py-1.5 text-left font-[450]">
				<span className="mono [overflow-wrap:anywhere]">{row.endpoint}</span>
				<small className="block text-[11px] text-ink3">
					{row.addressName}
					{named ? `, ${row.observer}` : ''}
				</small>
			</th>
			<td className="px-2.5 py-1.5">
				<Cell cell={row.tripwire} sinceMs={sinceMs} heldMs={row.tripwireHeldMs} />
			</td>
			<td className="px-2.5 py-1.5">
				<Cell cell={row.lastProbe} sinceMs={sinceMs} />
			</td>
			<td className="px-2.5 py-1.5 text-right">{f.number(row.refusalRounds)}</td>
		</tr>
	);
}

function SweepLine({ sweep, sinceMs }: { sweep: MemberDetail['evidence']['sweep']; sinceMs: number }) {
	const { t, f } = useMessages();
	const gone = sweep.goneForMs !== null || sweep.sweepsGone > 0;
	const text = gone
		? t.member.sweepGone(sweep.sweepsGone, sweep.goneForMs)
		: sweep.ageMs === null
			? t.member.sweepUnknown
			: sweep.complete
				? t.member.sweepListed
				: t.member.sweepUnknown;
	return (
		<div>
			<span className={gone ? 'text-dead-ink' : ''}>{text}</span>{' '}
			<small className="text-[11px] text-ink3">
				{t.member.sweepServers(sweep.serversAnswered, sweep.servers)}
				{sweep.ageMs === null ? '' : `, ${f.ago(sweep.ageMs + sinceMs)}`}
				{sweep.complete || sweep.ageMs === null ? '' : `, ${t.member.incomplete}`}
			</small>
			{sweep.gaps.map((gap) => (
				<small key={gap} className="block text-[11.5px] text-suspect-ink">
					{t.verdicts.gaps[gap]}
				</small>
			))}
		</div>
	);
}

/** Every atom that speaks for or against the member: by address and observer, then what the ensemble says, then the vetoes. */
export function EvidenceTable({ evidence, czxid, sinceMs }: Props) {
	const { t, f } = useMessages();
	const observers = new Set(evidence.rows.map((row) => row.observer));
	const head = 'px-2.5 py-1.5 text-left text-[11px] font-[450] whitespace-nowrap text-ink3';
	return (
		<Section title={t.member.evidenceOn(czxid)} aside={<span className="label">{f.list([...observers])}</span>}>
			<div className="overflow-x-auto rounded-[9px] border border-line text-[12px]">
				<table className="w-full border-collapse">
					<thead className="bg-bg">
						<tr>
							<th scope="col" className={head}>
								{t.member.address}
							</th>
							<th scope="col" className={head} title={t.member.tripwireExplained}>
								{t.member.tripwire}
							</th>
							<th scope="col" className={head}>
								{t.member.probe}
							</th>
							<th scope="col" className={`${head} text-right`}>
								{t.member.refusals}
							</th>
						</tr>
					</thead>
					<tbody>
						{evidence.rows.map((row) => (
							<Row
								key={`${row.observer} ${row.addressName} ${row.endpoint}`}
								row={row}
								sinceMs={sinceMs}
								named={observers.size > 1}
							/>
						))}
						{evidence.rows.length === 0 ? (
							<tr className="border-t border-line2">
								<td colSpan={4} className="px-2.5 py-1.5 text-ink3">
									{t.verdicts.reasons['no-address']}
								</td>
							</tr>
						) : null}
					</tbody>
				</table>
				<dl className="grid grid-cols-[minmax(92px,auto)_1fr] border-t border-line2 [&>*]:px-2.5 [&>*]:py-1.5">
					<dt className="text-ink2">{t.member.sweeps}</dt>
					<dd>
						<SweepLine sweep={evidence.sweep} sinceMs={sinceMs} />
					</dd>
					<dt className="border-t border-line2 text-ink2">{t.member.vetoes}</dt>
					<dd className="border-t border-line2">
						{evidence.vetoes.length === 0 ? (
							<span className="text-ink3">{t.member.noVetoes}</span>
						) : (
							evidence.vetoes.map((veto) => (
								<span key={veto} className="block text-alive-ink">
									{t.verdicts.reasons[veto]}
								</span>
							))
						)}
					</dd>
				</dl>
			</div>
		</Section>
	);
}
