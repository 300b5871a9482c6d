'use client';

import { Check, CircleHelp, Minus, X } from 'lucide-react';
import { useMessages } from '@/components/messages/use-messages';
import type { GuardResult } from '@/lib/core/guard';
import type { GuardLine } from './guard-lines';

const ICONS = { pass: Check, fail: X, unknown: CircleHelp, inactive: Minus } as const;
const COLOURS: Readonly<Record<GuardResult, string>> = {
	pass: 'text-alive-ink',
	fail: 'text-dead-ink',
	unknown: 'text-suspect-ink',
	inactive: 'text-ink3',
};
/** As many ids as one sentence holds; more are counted. */
const IDS_MAX = 4;

/** A guard a line: sign, name and, where it does not simply pass, a sentence of its own below. */
export function GuardList({ lines }: { lines: readonly GuardLine[] }) {
	const { t } = useMessages();
	const inactive = lines.filter((line) => line.result === 'inactive');
	return (
		<>
			<ul className="flex flex-col gap-1" data-testid="guards">
				{lines
					.filter((line) => line.result !== 'inactive')
					.map((line) => (
						<GuardItem key={line.guard} line={line} />
					))}
			</ul>
			{inactive.length > 0 && (
				<p className="mt-2 flex gap-2 text-small text-ink3">
					<Minus aria-hidden size={14} className="mt-0.5 shrink-0" />
					{t.purge.inactive(inactive.map((line) => t.purge.guardNames[line.guard]))}
				</p>
			)}
		</>
	);
}

function GuardItem({ line }: { line: GuardLine }) {
	const { t } = useMessages();
	const Icon = ICONS[line.result];
	const sentence = t.purge.guardCodes[line.code](line.facts);
	const short = line.result === 'pass' && line.code !== 'fence-weak';
	return (
		<li className="grid grid-cols-[0.875rem_1fr_auto] items-baseline gap-x-2" data-result={line.result}>
			<Icon aria-hidden size={14} strokeWidth={2.2} className={`self-center ${COLOURS[line.result]}`} />
			<span className="font-medium">
				{t.purge.guardNames[line.guard]}
				<span className="sr-only">: {t.purge.guardResults[line.result]}.</span>
			</span>
			<span className={`text-right text-caption ${short ? 'text-ink3' : COLOURS[line.result]}`}>
				{short ? sentence : <span aria-hidden>{t.purge.guardResults[line.result]}</span>}
			</span>
			{!short && (
				<span className="col-span-2 col-start-2 text-small text-ink2 wrap-anywhere">
					{sentence} {line.only.length > 0 && <Only ids={line.only} />}
				</span>
			)}
		</li>
	);
}

function Only({ ids }: { ids: readonly string[] }) {
	const { t } = useMessages();
	return ids.length <= IDS_MAX
		? t.purge.guardOnly(ids)
		: t.purge.guardOnlyMany(ids.slice(0, IDS_MAX), ids.length - IDS_MAX);
}
