'use client';

import Link from 'next/link';
import { GUARDS } from '@/lib/core/guard';
import { AUTOMATIC_RECOVERY } from '@/lib/core/recovery-view';
import type { AuditEntryView } from '@/lib/core/view';
import { auditHref } from '../audit/audit-address';
import { findRecordedGuards } from '../audit/audit-detail-facts';
import { Moment } from '../audit/moment';
import { Part } from '../ensemble/part';
import { useMessages } from '../messages/use-messages';
import { useHistory } from './use-recovery';

/** What automatic recovery decided, refusals included, each with the way to its evidence. */
export function History({ clusterId, enabled }: { clusterId: string; enabled: boolean }) {
	const { t } = useMessages();
	const { entries, failed } = useHistory(clusterId);
	const all = auditHref({ filters: { cluster: clusterId, actor: AUTOMATIC_RECOVERY }, cursor: null, entry: null });
	return (
		<Part title={t.recovery.history} note={t.recovery.historyNote}>
			<div className="panel" data-testid="history">
				{failed ? (
					<p className="border-b border-line2 px-3.5 py-2.5 text-suspect-ink">{t.recovery.historyFailed}</p>
				) : null}
				{entries === null && !failed ? <div aria-hidden="true" className="skeleton m-3.5 h-16" /> : null}
				{entries !== null && entries.length === 0 ? (
					<p className="px-3.5 py-3 text-ink2">{enabled ? t.recovery.historyEmpty : t.recovery.historyEmptyOff}</p>
				) : null}
				{entries !== null && entries.length > 0 ? (
					<ul className={failed ? 'grayscale-55' : ''}>
						{entries.map((entry) => (
							<Decision key={entry.id} entry={entry} clusterId={clusterId} />
						))}
					</ul>
				) : null}
			</div>
			<p className="mt-1.5 text-small">
				<Link href={all} className="text-accent underline">
					{t.recovery.historyAll}
				</Link>
			</p>
		</Part>
	);
}

const COLOURS: Readonly<Record<string, string | undefined>> = {
	purged: 'text-alive-ink',
	partial: 'text-suspect-ink',
	contended: 'text-suspect-ink',
	refused: 'text-dead-ink',
	failed: 'text-dead-ink',
};

/** Why it was not purged: the guards that said no, else the outcome's own reason. */
function Why({ entry }: { entry: AuditEntryView }) {
	const { t, f } = useMessages();
	if (entry.outcome === 'purged') return null;
	const guards = findRecordedGuards(entry.detail, { guards: GUARDS, codes: Object.keys(t.purge.guardCodes) }).filter(
		({ result }) => result === 'fail' || result === 'unknown',
	);
	if (guards.length > 0) {
		return (
			<ul className="text-small text-ink2">
				{guards.map(({ guard, code, facts, result }) => (
					<li key={guard} className="wrap-anywhere">
						{t.purge.guardNames[guard]}
						{f.colon}
						{code === null ? t.purge.guardResults[result] : t.purge.guardCodes[code](facts)}
					</li>
				))}
			</ul>
		);
	}
	const reason = (entry.detail as { reason?: unknown } | null)?.reason;
	const reasons = t.purge.outcomeReasons as Readonly<Record<string, string | undefined>>;
	const sentence = typeof reason === 'string' && Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
	return sentence === undefined ? null : <p className="text-small text-ink2">{sentence}</p>;
}

function Decision({ entry, clusterId }: { entry: AuditEntryView; clusterId: string }) {
	const { t } = useMessages();
	const filters = { cluster: clusterId, actor: AUTOMATIC_RECOVERY };
	return (
		<li
			data-decision={entry.outcome}
			className="grid gap-x-4 gap-y-0.5 border-t border-line2 px-3.5 py-2 first:border-t-0 md:grid-cols-[9.5rem_minmax(0,1fr)_auto] md:items-baseline"
		>
			<span className="text-body text-ink3">
				<Moment at={entry.at} />
			</span>
			<div className="min-w-0">
				<p className="wrap-anywhere">
					<b className="font-semibold" title={entry.member ?? undefined}>
						{entry.memberId ?? entry.member ?? t.audit.actions['member.purge']}
					</b>{' '}
					<span className={COLOURS[entry.outcome] ?? 'text-ink2'}>
						{t.audit.outcomes[entry.outcome] ?? entry.outcome}
					</span>
				</p>
				<Why entry={entry} />
			</div>
			<Link
				href={auditHref({ filters, cursor: null, entry: entry.id })}
				className="justify-self-start text-small whitespace-nowrap text-accent underline"
			>
				{t.recovery.entry(entry.id)}
			</Link>
		</li>
	);
}
