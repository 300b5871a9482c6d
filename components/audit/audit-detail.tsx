import { Check, CircleHelp, Minus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Messages } from '@/components/messages/use-messages';
import { CopyText } from '@/components/purge/copy-text';
import { GUARDS, type GuardResult } from '@/lib/core/guard';
import type { AuditEntryView } from '@/lib/core/view';
import { findRecordedGuards, type RecordedGuard, toEvidenceText } from './audit-detail-facts';
import { actionText, outcomeColour } from './audit-table';
import { Moment } from './moment';

const ICONS = { pass: Check, fail: X, unknown: CircleHelp, inactive: Minus } as const;
const COLOURS: Readonly<Record<GuardResult, string>> = {
	pass: 'text-alive-ink',
	fail: 'text-dead-ink',
	unknown: 'text-suspect-ink',
	inactive: 'text-ink3',
};

/** One entry in full: who, what, on which incarnation, its place in the chain, and the evidence at the time. */
export function AuditDetail({ entry, m }: { entry: AuditEntryView; m: Messages }) {
	const { t } = m;
	const guards = findRecordedGuards(entry.detail, { guards: GUARDS, codes: Object.keys(t.purge.guardCodes) });
	const evidence = toEvidenceText(entry.detail);
	const { actor } = entry;
	return (
		<>
			<p className="mt-0.5 text-lead wrap-anywhere">
				<strong className="font-bold">{actionText(t, entry.action)}</strong>
				{entry.memberId === null ? '' : ` ${entry.memberId}`}
				{': '}
				<span className={`font-medium ${outcomeColour(entry.outcome)}`}>
					{t.audit.outcomes[entry.outcome] ?? entry.outcome}
				</span>
			</p>
			<dl className="mt-3 grid grid-cols-[7rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-body">
				<Fact name={t.audit.columns.at}>
					<Moment at={entry.at} exact />
				</Fact>
				<Fact name={t.audit.columns.actor}>
					{actor.name} ({t.audit.actorKinds[actor.kind] ?? actor.kind})
				</Fact>
				{actor.role !== null && <Fact name={t.audit.role}>{roleText(t, actor.role)}</Fact>}
				{actor.sourceAddress !== null && <Fact name={t.audit.source}>{actor.sourceAddress}</Fact>}
				{entry.reason !== null && <Fact name={t.audit.columns.reason}>{entry.reason}</Fact>}
				{entry.cluster !== null && <Fact name={t.audit.cluster}>{entry.cluster}</Fact>}
				<Id name={t.audit.path} value={entry.member} />
				<Id name={t.audit.czxid} value={entry.czxid} />
				<Id name={t.audit.zxid} value={entry.zxid} />
				<Id name={t.audit.key} value={entry.key} />
				<Id name={t.audit.hash} value={entry.hash} />
				<Id name={t.audit.previousHash} value={entry.previousHash} />
			</dl>
			{guards.length > 0 && <Guards guards={guards} t={t} />}
			<h3 className="label mt-4 mb-1">{t.audit.evidence}</h3>
			{evidence === null ? (
				<p className="text-body text-ink2">{t.audit.evidenceNone}</p>
			) : (
				<>
					<section
						// biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reachable by keyboard
						tabIndex={0}
						aria-label={t.audit.evidence}
						className="max-h-105 overflow-auto rounded-control border border-line bg-bg p-3 text-ink2"
					>
						<pre className="mono">{evidence.text}</pre>
					</section>
					{evidence.length > evidence.text.length && (
						<p className="mt-1 text-small text-ink3">{t.audit.evidenceCut(evidence.text.length, evidence.length)}</p>
					)}
				</>
			)}
		</>
	);
}

function roleText(t: Messages['t'], role: string): string {
	return (t.shell.roles as Readonly<Record<string, string | undefined>>)[role] ?? role;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
	return (
		<>
			<dt className="text-ink3">{name}</dt>
			<dd className="min-w-0 wrap-anywhere">{children}</dd>
		</>
	);
}

function Id({ name, value }: { name: string; value: string | null }) {
	return value === null ? null : (
		<Fact name={name}>
			<CopyText text={value} name={name} />
		</Fact>
	);
}

function Guards({ guards, t }: { guards: readonly RecordedGuard[]; t: Messages['t'] }) {
	return (
		<>
			<h3 className="label mt-4 mb-1">{t.audit.guards}</h3>
			<ul className="flex flex-col gap-1 text-body">
				{guards
					.filter((guard) => guard.result !== 'inactive')
					.map((guard) => {
						const Icon = ICONS[guard.result];
						return (
							<li key={guard.guard} className="grid grid-cols-[0.875rem_minmax(0,1fr)] gap-x-2">
								<Icon aria-hidden size={14} className={`mt-0.5 ${COLOURS[guard.result]}`} />
								<span className="wrap-anywhere">
									<span className="font-medium">{t.purge.guardNames[guard.guard]}</span>
									<span className="text-ink2">
										{': '}
										{guard.code === null
											? t.purge.guardResults[guard.result]
											: t.purge.guardCodes[guard.code](guard.facts)}
									</span>
									<span className="sr-only"> {t.purge.guardResults[guard.result]}</span>
								</span>
							</li>
						);
					})}
			</ul>
		</>
	);
}
