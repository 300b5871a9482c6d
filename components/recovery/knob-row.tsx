'use client';

import { ChevronDown } from 'lucide-react';
import type { KnobView } from '@/lib/core/recovery-view';
import { useMessages } from '../messages/use-messages';
import { type KnobDraft, SETTLE_MS_SAFE } from './knob-draft';
import { graspedText, valueText } from './knob-text';
import { useKnobWords } from './knob-words';

type Props = {
	knob: KnobView;
	open: boolean;
	onToggle: () => void;
	editing: boolean;
	/** As typed; undefined: not touched. */
	text: string | undefined;
	draft: KnobDraft | undefined;
	/** The reader may put it back. */
	putBack: boolean;
	onType: (text: string) => void;
};

/** One knob: a line, and its explanation below when asked for. */
export function KnobRow(props: Props) {
	const { t, f } = useMessages();
	const { knob, open, onToggle } = props;
	const text = useKnobWords()[knob.name];
	const explanationId = `explain-${knob.name}`;
	const shown = (value: number) => valueText(text, value, f);
	return (
		<>
			<tr className="border-t border-line2 align-top" data-knob={knob.name}>
				<th scope="row" className="px-3 py-2 text-left font-medium">
					{text.label}
					<small className="mono block text-caption! text-ink3 wrap-anywhere">{knob.name}</small>
					<small className="block text-caption text-ink3 md:hidden">
						{t.recovery.columns.configured} {shown(knob.configured)}
						<br />
						{t.recovery.columns.standard} {shown(knob.standard)}
					</small>
				</th>
				<td className="px-3 py-2 text-right">
					<Value {...props} />
				</td>
				<td className="px-3 py-2 text-right whitespace-nowrap text-ink2 max-md:hidden">{shown(knob.configured)}</td>
				<td className="px-3 py-2 text-right whitespace-nowrap text-ink3 max-md:hidden">{shown(knob.standard)}</td>
				<td className="w-9 py-1 pr-2">
					<button
						type="button"
						aria-expanded={open}
						aria-controls={explanationId}
						aria-label={t.recovery.explainOf(text.label)}
						title={t.recovery.explain}
						onClick={onToggle}
						className="grid size-8 place-items-center rounded-control text-ink3 hover:bg-hover hover:text-ink"
					>
						<ChevronDown aria-hidden size={16} className={open ? 'rotate-180' : ''} />
					</button>
				</td>
			</tr>
			{knob.name === 'settleMs' ? <SettleCost settledMs={toSettled(knob, props.draft)} /> : null}
			<tr id={explanationId} hidden={!open}>
				<td colSpan={5} className="px-3 pb-3.5">
					{open ? <Explanation knob={knob} /> : null}
				</td>
			</tr>
		</>
	);
}

/** What will hold once it is saved; null while what is typed is not valid. */
function toSettled(knob: KnobView, draft: KnobDraft | undefined): number | null {
	return draft?.kind === 'changed' ? draft.value : draft?.kind === 'invalid' ? null : knob.value;
}

/** What a short settling time costs, for as long as it is short. */
function SettleCost({ settledMs }: { settledMs: number | null }) {
	const { t } = useMessages();
	if (settledMs === null || settledMs >= SETTLE_MS_SAFE) return null;
	return (
		<tr>
			<td colSpan={5} className="px-3 pb-3">
				<p
					className="max-w-text rounded-control border border-banner-line bg-banner px-3.5 py-2 text-body"
					data-testid="settle-cost"
				>
					{t.recovery.settleCost(settledMs)}
				</p>
			</td>
		</tr>
	);
}

function Explanation({ knob }: { knob: KnobView }) {
	const { t, f } = useMessages();
	const text = useKnobWords()[knob.name];
	const { parts } = t.recovery;
	const unit = text.unit(knob.max) || t.recovery.share;
	const facts: [string, string][] = [
		[parts.formula, text.formula],
		[parts.unit, t.recovery.unitRange(unit, f.number(knob.min), f.number(knob.max))],
		[parts.tradeOff, text.tradeOff],
	];
	return (
		<div className="max-w-text rounded-control bg-hover px-3.5 py-2.5 text-body">
			<p className="text-ink">{text.what}</p>
			<dl className="mt-1.5 grid gap-x-3 gap-y-1 sm:grid-cols-[4.5rem_minmax(0,1fr)]">
				{facts.map(([name, value]) => (
					<div key={name} className="contents">
						<dt className="text-ink3">{name}</dt>
						<dd className="text-ink2 max-sm:mb-1">{value}</dd>
					</div>
				))}
			</dl>
		</div>
	);
}

function Value({ knob, editing, text, draft, putBack, onType }: Props) {
	const { t, f } = useMessages();
	const words = useKnobWords()[knob.name];
	const changed = knob.value !== knob.configured;
	const settled = toSettled(knob, draft);
	const back =
		putBack && changed && draft?.kind !== 'changed' ? (
			<button
				type="button"
				className="min-h-6 text-small text-accent underline"
				aria-label={t.recovery.putBackOf(words.label)}
				onClick={() => onType(String(knob.configured))}
			>
				{t.recovery.putBack}
			</button>
		) : null;
	if (!editing) {
		const grasped = graspedText(knob, knob.value, t.recovery);
		return (
			<>
				<span className={`whitespace-nowrap ${changed ? 'font-bold' : ''}`}>{valueText(words, knob.value, f)}</span>
				{grasped === '' ? null : <small className="block text-caption text-ink3">{grasped}</small>}
				{changed ? (
					<span className="flex flex-wrap items-center justify-end gap-x-2 text-caption">
						<span className="text-suspect-ink">{t.recovery.changed}</span>
						{back}
					</span>
				) : null}
			</>
		);
	}
	const problemId = `problem-${knob.name}`;
	const problem = draft?.kind === 'invalid' ? draft.problem : null;
	return (
		<>
			<span className="flex flex-wrap items-center justify-end gap-x-2 gap-y-1">
				{back}
				<input
					className={`field w-28! text-right ${draft?.kind === 'changed' ? 'border-ink! font-semibold' : ''} ${problem ? 'border-dead!' : ''}`}
					inputMode={knob.whole ? 'numeric' : 'decimal'}
					autoComplete="off"
					aria-label={t.recovery.newValue(words.label)}
					aria-invalid={problem !== null}
					aria-describedby={problem ? problemId : undefined}
					value={text ?? String(knob.value)}
					onChange={(event) => onType(event.target.value)}
				/>
				<span className="min-w-10 text-left text-small text-ink3 md:w-26">{words.unit(settled ?? knob.value)}</span>
			</span>
			{problem ? (
				<p id={problemId} className="mt-1 text-small text-dead-ink">
					{problem.code === 'range'
						? t.recovery.problems.range(f.number(knob.min), f.number(knob.max))
						: problem.code === 'domains'
							? t.recovery.problems.domains(problem.max)
							: t.recovery.problems[problem.code]}
				</p>
			) : null}
		</>
	);
}
