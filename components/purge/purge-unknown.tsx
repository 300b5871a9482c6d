'use client';

import { TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { useCallback, useEffect, useState } from 'react';
import { useMessages } from '@/components/messages/use-messages';
import type { AuditEntryView } from '@/lib/core/view';
import { fetchPurgeEntries } from './purge-client';
import { auditHref } from './purge-result';
import type { PurgeTarget } from './readiness';

/** Members whose entries are read; of more, the audit page tells. */
const READS_MAX = 20;

type Look = 'looking' | 'failed' | { readonly entries: readonly AuditEntryView[] };

/** Entries about exactly this incarnation: what is recorded of another says nothing here. */
async function look(cluster: string, targets: readonly PurgeTarget[]): Promise<Look> {
	const entries: AuditEntryView[] = [];
	for (const target of targets.slice(0, READS_MAX)) {
		const answer = await fetchPurgeEntries(cluster, target.path);
		if (answer.kind !== 'ok') {
			return 'failed';
		}
		entries.push(...answer.value.entries.filter((entry) => entry.czxid === target.czxid));
	}
	return { entries };
}

/** The answer to a purge was lost: says so, reads the audit log, and never sends the purge again. */
export function PurgeUnknown(props: { cluster: string; targets: readonly PurgeTarget[]; detail: string }) {
	const { t, f } = useMessages();
	const { cluster, targets } = props;
	const [state, setState] = useState<Look>('looking');
	const read = useCallback(async (): Promise<void> => {
		setState('looking');
		setState(await look(cluster, targets));
	}, [cluster, targets]);
	useEffect(() => {
		void read();
	}, [read]);
	const first = targets[0];
	return (
		<div className="border-t border-line px-5 py-4 sm:px-6.5" data-testid="purge-unknown">
			<p className="flex gap-2.5 font-bold">
				<TriangleAlert aria-hidden size={17} className="mt-0.5 shrink-0 text-suspect-ink" />
				{t.purge.unknownTitle}
			</p>
			<p className="mt-1 text-ink2">{t.purge.unknownText}</p>
			<p className="mono mt-1 text-ink3 wrap-anywhere">{t.purge.unknownDetail(props.detail)}</p>
			<div role="status" className="mt-3">
				{state === 'looking' && <p className="text-ink2">{t.purge.looking}</p>}
				{state === 'failed' && <p className="text-dead-ink">{t.purge.lookFailed}</p>}
				{typeof state === 'object' && state.entries.length === 0 && <p>{t.purge.lookNothing}</p>}
				{typeof state === 'object' && state.entries.length > 0 && (
					<>
						<p>{t.purge.lookFound}</p>
						<ul className="mt-1 list-disc pl-4">
							{state.entries.map((entry) => (
								<li key={entry.id}>
									{f.dateTime(Date.parse(entry.at))}: {entry.memberId ?? entry.member},{' '}
									{t.audit.outcomes[entry.outcome] ?? entry.outcome}{' '}
									<Link href={auditHref(cluster, entry.member ?? '', entry.id)} className="text-accent underline">
										{t.purge.auditEntry(entry.id)}
									</Link>
								</li>
							))}
						</ul>
					</>
				)}
			</div>
			<div className="mt-3 flex flex-wrap items-center gap-3">
				<button type="button" className="btn" onClick={read} disabled={state === 'looking'}>
					{t.purge.lookAgain}
				</button>
				{first !== undefined && (
					<Link href={auditHref(cluster, first.path, null)} className="text-accent underline">
						{t.purge.auditSearch}
					</Link>
				)}
			</div>
		</div>
	);
}
