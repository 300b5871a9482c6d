'use client';

import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { useMessages } from '@/components/messages/use-messages';
import type { PurgeOutcomeKind } from '@/lib/core/purge-plan';
import type { OutcomesView } from '@/lib/core/purge-view';
import { CopyText } from './copy-text';
import { FailoverClock } from './failover-clock';
import type { Purged } from './replacement';

export type OutcomeView = OutcomesView['outcomes'][number];

/** Failover clocks shown at once; each follows the live store. */
const CLOCKS_MAX = 20;

const SIGNS: Readonly<Record<PurgeOutcomeKind, { icon: typeof CircleCheck; colour: string }>> = {
	purged: { icon: CircleCheck, colour: 'text-alive-ink' },
	partial: { icon: TriangleAlert, colour: 'text-suspect-ink' },
	refused: { icon: CircleX, colour: 'text-dead-ink' },
	stale: { icon: CircleX, colour: 'text-dead-ink' },
	contended: { icon: TriangleAlert, colour: 'text-suspect-ink' },
	failed: { icon: CircleX, colour: 'text-dead-ink' },
};

/** Link to the record: the entry itself when its number is known, else the purges of this member. */
export function auditHref(cluster: string, path: string, auditId: string | null): string {
	const query = new URLSearchParams({ cluster, action: 'member.purge', member: path });
	if (auditId !== null) {
		query.set('entry', auditId);
	}
	return `/audit?${query}`;
}

type ResultProps = {
	cluster: string;
	outcomes: readonly OutcomeView[];
	/** What was known of each member when the purge was sent, by path. */
	known: ReadonlyMap<string, { readonly purged: Purged; readonly replacedBefore: boolean }>;
	answeredAtMs: number;
};

/** What became of each member, in a sentence, with the way to its record. */
export function PurgeResult(props: ResultProps) {
	return (
		<ul className="flex flex-col divide-y divide-line2 border-t border-line" data-testid="outcomes">
			{props.outcomes.map((outcome, index) => (
				<li key={`${outcome.path} ${outcome.czxid}`} className="px-5 py-4 sm:px-[26px]">
					<Outcome cluster={props.cluster} outcome={outcome} />
					{(outcome.outcome === 'purged' || outcome.outcome === 'partial') && index < CLOCKS_MAX && (
						<Clock path={outcome.path} {...props} />
					)}
				</li>
			))}
		</ul>
	);
}

function Clock(props: Pick<ResultProps, 'cluster' | 'known' | 'answeredAtMs'> & { path: string }) {
	const known = props.known.get(props.path);
	return known === undefined ? null : (
		<FailoverClock cluster={props.cluster} purgedAtMs={props.answeredAtMs} {...known} />
	);
}

function Outcome({ cluster, outcome }: { cluster: string; outcome: OutcomeView }) {
	const { t } = useMessages();
	const sign = SIGNS[outcome.outcome];
	const Icon = sign.icon;
	const blocking = outcome.guards.filter((guard) => guard.result === 'fail' || guard.result === 'unknown');
	return (
		<div className="grid grid-cols-[18px_1fr] gap-x-2.5" data-outcome={outcome.outcome}>
			<Icon aria-hidden size={17} className={`mt-[1px] ${sign.colour}`} />
			<div className="min-w-0">
				<p className="[overflow-wrap:anywhere]">
					<strong className="font-semibold">{t.purge.outcomeKinds[outcome.outcome](outcome.id)}</strong>{' '}
					<span className="text-ink2">{t.purge.outcomeReasons[outcome.reason]}</span>
				</p>
				{outcome.reason === 'guard' && (
					<ul className="mt-1 list-disc pl-4 text-[12.5px] text-ink2">
						{blocking.map((guard) => (
							<li key={guard.guard} className="[overflow-wrap:anywhere]">
								<span className="font-medium text-ink">{t.purge.guardNames[guard.guard]}</span>:{' '}
								{t.purge.guardCodes[guard.code](guard.facts)}
							</li>
						))}
					</ul>
				)}
				{outcome.outcome === 'failed' && outcome.detail !== '' && (
					<p className="mono mt-1 text-ink2 [overflow-wrap:anywhere]">{outcome.detail}</p>
				)}
				{outcome.left.length > 0 && (
					<div className="mt-1 text-[12.5px] text-ink2">
						{t.purge.leftBehind}
						<ul className="mono">
							{outcome.left.slice(0, 50).map((path) => (
								<li key={path} className="[overflow-wrap:anywhere]">
									{path}
								</li>
							))}
						</ul>
					</div>
				)}
				<p className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-[12px] text-ink3">
					{outcome.zxid !== null && (
						<span className="inline-flex items-center gap-1.5">
							{t.purge.zxid} <CopyText text={outcome.zxid} name={t.purge.zxid} />
						</span>
					)}
					<Link href={auditHref(cluster, outcome.path, outcome.auditId)} className="text-accent underline">
						{outcome.auditId === null ? t.purge.auditSearch : t.purge.auditEntry(outcome.auditId)}
					</Link>
					{outcome.auditId === null && outcome.outcome === 'purged' && <span>{t.purge.auditPending}</span>}
				</p>
			</div>
		</div>
	);
}
