'use client';

import { CircleCheck, CircleX, Hourglass, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { useMemo, useState } from 'react';
import { auditHref as toAuditAddress } from '@/components/audit/audit-address';
import { useMessages } from '@/components/messages/use-messages';
import type { PurgeOutcomeKind } from '@/lib/core/purge-plan';
import type { OutcomesView } from '@/lib/core/purge-view';
import { keyOfPurged, summariseAftermath } from './aftermath';
import { CopyText } from './copy-text';
import { FailoverClock, FailoverSummary } from './failover-clock';
import { useAftermath } from './use-aftermath';
import type { Known } from './use-purge';

export type OutcomeView = OutcomesView['outcomes'][number];

/** With more, one clock counts for all of them. */
const CLOCKS_MAX = 20;
/** Outcomes shown before the rest is asked for. */
const SHOWN_AT_FIRST = 50;
const SHOWN_MORE = 200;

const SIGNS: Readonly<Record<PurgeOutcomeKind, { icon: typeof CircleCheck; colour: string }>> = {
	purged: { icon: CircleCheck, colour: 'text-alive-ink' },
	partial: { icon: TriangleAlert, colour: 'text-suspect-ink' },
	refused: { icon: CircleX, colour: 'text-dead-ink' },
	stale: { icon: CircleX, colour: 'text-dead-ink' },
	contended: { icon: TriangleAlert, colour: 'text-suspect-ink' },
	failed: { icon: CircleX, colour: 'text-dead-ink' },
};

const WAITING = { icon: Hourglass, colour: 'text-suspect-ink' };

/** Link to the record: the entry itself when its number is known, else the purges of this member. */
export function auditHref(cluster: string, path: string, auditId: string | null): string {
	const query = new URLSearchParams({ cluster, action: 'member.purge', member: path });
	if (auditId !== null) {
		query.set('entry', auditId);
	}
	return `/audit?${query}`;
}

/** All that the log tells of a member's ghost, or of all of the cluster's. */
function ghostHref(cluster: string, path: string | null, auditId: string | null): string {
	const filters = { cluster, action: 'member.ghost', ...(path === null ? {} : { member: path }) };
	return toAuditAddress({ filters, cursor: null, entry: auditId });
}

type ResultProps = {
	cluster: string;
	outcomes: readonly OutcomeView[];
	known: Known;
	/** Another console carried it out. */
	elsewhere: boolean;
	answeredAtMs: number;
};

const isGone = ({ outcome }: OutcomeView) => outcome === 'purged' || outcome === 'partial';

/** What became of each member, in a sentence, with the way to its record; what was not purged comes first. */
export function PurgeResult(props: ResultProps) {
	const { t } = useMessages();
	const { cluster, outcomes, known, answeredAtMs } = props;
	const [shown, setShown] = useState(SHOWN_AT_FIRST);
	const purged = useMemo(
		() =>
			outcomes.filter(isGone).flatMap(({ path }) => {
				const before = known.get(path);
				return before === undefined ? [] : [before.purged];
			}),
		[outcomes, known],
	);
	const { after, blind } = useAftermath(cluster, purged, answeredAtMs);
	const ordered = useMemo(() => [...outcomes].sort((a, b) => Number(isGone(a)) - Number(isGone(b))), [outcomes]);
	const many = purged.length > CLOCKS_MAX;
	const rest = ordered.length - shown;
	return (
		<div className="border-t border-line">
			{many && (
				<FailoverSummary
					summary={summariseAftermath(after, (key) => isFresh(known, key))}
					purgedAtMs={answeredAtMs}
					expiresInMs={longestWait(known, outcomes)}
					blind={blind}
					ghostsHref={ghostHref(cluster, null, null)}
				/>
			)}
			<ul
				className={`flex flex-col divide-y divide-line2 ${many ? 'border-t border-line' : ''}`}
				data-testid="outcomes"
			>
				{ordered.slice(0, shown).map((outcome) => {
					const before = known.get(outcome.path);
					const since = after.get(keyOfPurged(outcome));
					return (
						<li key={`${outcome.path} ${outcome.czxid}`} className="px-5 py-4 sm:px-6.5">
							<Outcome cluster={cluster} outcome={outcome} elsewhere={props.elsewhere} />
							{!many && before !== undefined && since !== undefined && (
								<FailoverClock
									after={since}
									id={outcome.id}
									ghostHref={(auditId) => ghostHref(cluster, outcome.path, auditId)}
									purgedAtMs={answeredAtMs}
									replacedBefore={before.replacedBefore}
									expiresInMs={before.expiresInMs}
									blind={blind}
								/>
							)}
						</li>
					);
				})}
			</ul>
			{rest > 0 && (
				<div className="border-t border-line2 px-5 py-3 sm:px-6.5">
					<button type="button" className="btn" onClick={() => setShown(shown + SHOWN_MORE)}>
						{t.purge.outcomesMore(Math.min(rest, SHOWN_MORE), rest)}
					</button>
				</div>
			)}
		</div>
	);
}

/** Times of those that had a successor before the purge say nothing. */
function isFresh(known: Known, key: string): boolean {
	return known.get(key.slice(key.indexOf(' ') + 1))?.replacedBefore === false;
}

/** How long ZooKeeper would have needed for the last of those that went. */
function longestWait(known: Known, outcomes: readonly OutcomeView[]): number | null {
	const waits = outcomes.filter(isGone).map(({ path }) => known.get(path)?.expiresInMs ?? null);
	return waits.reduce((a, b) => (a === null || b === null ? null : Math.max(a, b)), waits.length === 0 ? null : 0);
}

function Outcome({ cluster, outcome, elsewhere }: { cluster: string; outcome: OutcomeView; elsewhere: boolean }) {
	const { t } = useMessages();
	const sign = outcome.overrideId === undefined ? SIGNS[outcome.outcome] : WAITING;
	const Icon = sign.icon;
	const blocking = outcome.guards.filter((guard) => guard.result === 'fail' || guard.result === 'unknown');
	return (
		<div className="grid grid-cols-[1.125rem_1fr] gap-x-2.5" data-outcome={outcome.outcome}>
			<Icon aria-hidden size={17} className={`mt-0.5 ${sign.colour}`} />
			<div className="min-w-0">
				<p className="wrap-anywhere">
					<strong className="font-bold">
						{outcome.overrideId === undefined
							? t.purge.outcomeKinds[outcome.outcome](outcome.id)
							: t.purge.waiting(outcome.id)}
					</strong>{' '}
					<span className="text-ink2">{t.purge.outcomeReasons[outcome.reason]}</span>
				</p>
				{outcome.reason === 'guard' && (
					<ul className="mt-1 list-disc pl-4 text-body text-ink2">
						{blocking.map((guard) => (
							<li key={guard.guard} className="wrap-anywhere">
								<span className="font-medium text-ink">{t.purge.guardNames[guard.guard]}</span>:{' '}
								{t.purge.guardCodes[guard.code](guard.facts)}
							</li>
						))}
					</ul>
				)}
				{outcome.outcome === 'failed' && outcome.detail !== '' && (
					<p className="mono mt-1 text-ink2 wrap-anywhere">{outcome.detail}</p>
				)}
				{outcome.left.length > 0 && (
					<div className="mt-1 text-body text-ink2">
						{t.purge.leftBehind}
						<ul className="mono">
							{outcome.left.slice(0, 50).map((path) => (
								<li key={path} className="wrap-anywhere">
									{path}
								</li>
							))}
						</ul>
					</div>
				)}
				<p className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-small text-ink3">
					{outcome.zxid !== null && (
						<span className="inline-flex items-center gap-1.5">
							{t.purge.zxid} <CopyText text={outcome.zxid} name={t.purge.zxid} />
						</span>
					)}
					<Link href={auditHref(cluster, outcome.path, outcome.auditId)} className="text-accent underline">
						{outcome.auditId === null ? t.purge.auditSearch : t.purge.auditEntry(outcome.auditId)}
					</Link>
					{outcome.auditId === null && isGone(outcome) && (
						<span>{elsewhere ? t.purge.auditElsewhere : t.purge.auditPending}</span>
					)}
				</p>
			</div>
		</div>
	);
}
