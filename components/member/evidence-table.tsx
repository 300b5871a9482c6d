'use client';

import type { EvidenceCell, EvidenceRow, MemberDetail } from '@/lib/core/view';
import type { LiveMember } from '../live/live-cluster';
import { useMessages } from '../messages/use-messages';
import { ExitFact, HealthFact, OrphanFact, PhiFact, SessionFact } from './evidence-facts';
import { Fact } from './fact';
import { Section } from './section';
import { SuspicionsTable } from './suspicions-table';

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
type Props = { evidence: MemberDetail['evidence']; member: LiveMember; sinceMs: number; nowMs: number };

function Cell({ cell, sinceMs, heldMs }: { cell: EvidenceCell; sinceMs: number; heldMs?: number | null }) {
	const { t, f } = useMessages();
	const aside = f.join([
		cell.rttMs === null ? null : f.latency(cell.rttMs),
		cell.state === 'open' && heldMs != null ? t.member.heldFor(heldMs + sinceMs) : null,
		cell.ageMs === null || cell.state === 'open' ? null : f.duration(cell.ageMs + sinceMs),
	]);
	return (
		<>
			<span className={CELL_INK[cell.state]}>{t.verdicts.cells[cell.state]}</span>
			{aside === '' ? null : <small className="block text-caption text-ink3">{aside}</small>}
		</>
	);
}

function Row({ row, sinceMs, named }: { row: EvidenceRow; sinceMs: number; named: boolean }) {
	const { f } = useMessages();
	return (
		<tr className="border-t border-line2 align-top">
			<th scope="row" className="px-2.5 py-1.5 text-left font-medium">
				<span className="mono">{row.endpoint}</span>
				<small className="block text-caption text-ink3">{f.join([row.addressName, named ? row.observer : null])}</small>
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
			<small className="text-caption text-ink3">
				{f.join([
					t.member.sweepServers(sweep.serversAnswered, sweep.servers),
					sweep.ageMs === null ? null : f.ago(sweep.ageMs + sinceMs),
					sweep.complete || sweep.ageMs === null ? null : t.member.incomplete,
				])}
			</small>
			{sweep.gaps.map((gap) => (
				<small key={gap} className="block text-caption text-suspect-ink">
					{t.verdicts.gaps[gap]}
				</small>
			))}
		</div>
	);
}

function Addresses({ rows, sinceMs, named }: { rows: readonly EvidenceRow[]; sinceMs: number; named: boolean }) {
	const { t } = useMessages();
	const head = 'px-2.5 py-1.5 text-left text-caption font-medium whitespace-nowrap text-ink3';
	return (
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
				{rows.map((row) => (
					<Row key={`${row.observer} ${row.addressName} ${row.endpoint}`} row={row} sinceMs={sinceMs} named={named} />
				))}
				{rows.length === 0 ? (
					<tr className="border-t border-line2">
						<td colSpan={4} className="px-2.5 py-1.5 text-ink3">
							{t.verdicts.reasons['no-address']}
						</td>
					</tr>
				) : null}
			</tbody>
		</table>
	);
}

/** Every atom that speaks for or against the member: by address and observer, then what the process, the ensemble and others say. */
export function EvidenceTable({ evidence, member, sinceMs, nowMs }: Props) {
	const { t, f } = useMessages();
	const observers = new Set(evidence.rows.map((row) => row.observer));
	return (
		<Section title={t.member.evidenceOn(member.czxid)} aside={<span className="label">{f.list([...observers])}</span>}>
			<div className="overflow-x-auto rounded-control border border-line text-small">
				<Addresses rows={evidence.rows} sinceMs={sinceMs} named={observers.size > 1} />
				<dl className="grid grid-cols-[minmax(5.75rem,auto)_1fr] [&_dd]:px-2.5 [&_dd]:py-1.5 [&_dt]:px-2.5 [&_dt]:py-1.5">
					<HealthFact evidence={evidence} sinceMs={sinceMs} />
					<SessionFact evidence={evidence} sinceMs={sinceMs} member={member} nowMs={nowMs} />
					<Fact name={t.member.sweeps} atom="sweeps">
						<SweepLine sweep={evidence.sweep} sinceMs={sinceMs} />
					</Fact>
					<OrphanFact evidence={evidence} sinceMs={sinceMs} />
					<ExitFact evidence={evidence} sinceMs={sinceMs} />
					<PhiFact evidence={evidence} sinceMs={sinceMs} />
					<Fact name={t.member.vetoes} atom="vetoes">
						{evidence.vetoes.length === 0 ? (
							<span className="text-ink3">{t.member.noVetoes}</span>
						) : (
							evidence.vetoes.map((veto) => (
								<span key={veto} className="block text-alive-ink">
									{t.verdicts.reasons[veto]}
								</span>
							))
						)}
					</Fact>
				</dl>
				<SuspicionsTable suspicions={evidence.suspicions} sinceMs={sinceMs} />
			</div>
		</Section>
	);
}
