'use client';

import { TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { useNow } from '@/components/live/use-now';
import { useMessages } from '@/components/messages/use-messages';
import type { Aftermath, AftermathSummary } from './aftermath';
import { CopyText } from './copy-text';
import { WATCHED_MS } from './use-aftermath';

type ClockProps = {
	after: Aftermath;
	/** The purged member's id, and the address of the entry that tells of its ghost. */
	id: string;
	ghostHref: (auditId: string) => string;
	/** Date.now() when the outcome arrived. */
	purgedAtMs: number;
	/** A successor was registered already when the purge was sent. */
	replacedBefore: boolean;
	expiresInMs: number | null;
	/** The live view is interrupted. */
	blind: boolean;
};

/** Counts from the purge until its replacement registers, or until nobody is waited for any more. */
export function FailoverClock(props: ClockProps) {
	const { t } = useMessages();
	const { after, expiresInMs } = props;
	const { replaced, ghost } = after;
	return (
		<div className="panel mt-2 px-3 py-2" data-testid="failover">
			<p className="flex flex-wrap items-baseline gap-x-2">
				<span className="text-caption text-ink3">{t.purge.failover}</span>
				{replaced === null && <Running purgedAtMs={props.purgedAtMs} blind={props.blind} />}
				<span role="status">
					{replaced !== null &&
						(props.replacedBefore
							? t.purge.failoverAlready(replaced.id)
							: t.purge.failoverDone(replaced.id, replaced.afterMs))}
				</span>
			</p>
			{expiresInMs !== null && <p className="text-small text-ink3">{t.purge.zooKeeperAlone(expiresInMs)}</p>}
			{replaced !== null && replaced.czxid !== null && (
				<p className="flex flex-wrap items-center gap-x-2 text-small text-ink3">
					{t.purge.failoverIncarnation} <CopyText text={replaced.czxid} name={t.purge.failoverIncarnation} />
				</p>
			)}
			{ghost !== null && <Ghost text={t.purge.ghost(props.id)} href={props.ghostHref(ghost.auditId)} />}
		</div>
	);
}

/** The running time, and what it waits for; stands still when the time is over. */
function Running({ purgedAtMs, blind }: { purgedAtMs: number; blind: boolean }) {
	const { t, f } = useMessages();
	const sinceMs = useNow(200) - purgedAtMs;
	if (sinceMs > WATCHED_MS) {
		return <span className="text-ink2">{t.purge.failoverOver(WATCHED_MS)}</span>;
	}
	return (
		<>
			<span className="mono font-bold" aria-hidden>
				{f.duration(sinceMs)}
			</span>
			<span className="text-ink2">{blind ? t.purge.failoverBlind : t.purge.failoverWaiting}</span>
		</>
	);
}

/** A purged member lives: what a purge must never meet, said as loudly as the page can. */
function Ghost({ text, href }: { text: string; href: string }) {
	const { t } = useMessages();
	return (
		<div
			role="alert"
			className="mt-1.5 flex gap-2 rounded-control border border-dead px-2.5 py-1.5"
			data-testid="ghost"
		>
			<TriangleAlert aria-hidden size={15} className="mt-0.5 shrink-0 text-dead-ink" />
			<p className="wrap-anywhere">
				{text}{' '}
				<Link href={href} className="text-accent underline">
					{t.purge.ghostEntry}
				</Link>
			</p>
		</div>
	);
}

/** One clock for many: how many have been replaced, how fast, and who came back. */
export function FailoverSummary(props: {
	summary: AftermathSummary;
	purgedAtMs: number;
	expiresInMs: number | null;
	blind: boolean;
	ghostsHref: string;
}) {
	const { t } = useMessages();
	const { summary, expiresInMs } = props;
	const { purged, replaced, medianMs, slowestMs } = summary;
	return (
		<div className="panel mx-5 my-4 px-3 py-2 sm:mx-6.5" data-testid="failover">
			<p className="flex flex-wrap items-baseline gap-x-2">
				<span className="text-caption text-ink3">{t.purge.failover}</span>
				<b className="font-bold">{t.purge.failoverCount(replaced, purged)}</b>
				{replaced < purged && <Running purgedAtMs={props.purgedAtMs} blind={props.blind} />}
			</p>
			{medianMs !== null && slowestMs !== null && (
				<p className="text-body text-ink2">{t.purge.failoverTimes(medianMs, slowestMs)}</p>
			)}
			{expiresInMs !== null && <p className="text-small text-ink3">{t.purge.zooKeeperAlone(expiresInMs)}</p>}
			{summary.ghosts > 0 && <Ghost text={t.purge.ghosts(summary.ghosts)} href={props.ghostsHref} />}
		</div>
	);
}
