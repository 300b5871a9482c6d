'use client';

import { TriangleAlert } from 'lucide-react';
import type { MouseEvent } from 'react';
import { Sparkline } from '../latency/sparkline';
import type { LiveMember } from '../live/live-cluster';
import { useMessages } from '../messages/use-messages';
import { Age } from '../verdict/age';
import { VerdictName } from '../verdict/verdict-name';
import type { Column } from './table-columns';

type CellProps = { member: LiveMember; nowMs: number; compact: boolean };

export function addressText(member: LiveMember): string | null {
	if (member.host === null) return null;
	return `${member.host.includes(':') ? `[${member.host}]` : member.host}:${member.port ?? '?'}`;
}

function Address({ member }: { member: LiveMember }) {
	const { t } = useMessages();
	const text = addressText(member);
	if (text !== null)
		return (
			<span className="mono" title={text}>
				{text}
			</span>
		);
	return (
		<span className="text-suspect-ink" title={member.unreadable?.detail}>
			{member.unreadable ? t.members.unreadable : t.members.noAddress}
		</span>
	);
}

/** '0.42 ms' with its recent course, or why there is none. */
function Latency({ member, compact }: CellProps) {
	const { t, f } = useMessages();
	const refused = member.reasons.includes('probe-refused') || member.reasons.includes('refused-by-quorum');
	const silent = member.verdict === 'alive' || member.recentRttMs.length > 0;
	const text =
		member.rttMs !== null && !refused
			? f.latency(member.rttMs)
			: refused
				? t.members.refused
				: member.host === null || !silent
					? '–'
					: t.members.noAnswer;
	return (
		<span className="flex items-center justify-end gap-2">
			<span>{text}</span>
			{compact ? null : <Sparkline values={member.recentRttMs} label="" />}
		</span>
	);
}

/** Server and age of its last word, or that it is gone and how long ZooKeeper will still keep it. */
function Session({ member, nowMs }: CellProps) {
	const { t } = useMessages();
	const { session } = member;
	const sinceSentMs = nowMs === 0 ? 0 : Math.max(0, nowMs - member.sentAtMs);
	if (session.state === 'connected') {
		const heardMs = session.lastHeardMsAgo === null ? null : session.lastHeardMsAgo + sinceSentMs;
		const server = session.server ?? t.members.sessionConnected;
		return (
			<span title={heardMs === null ? undefined : t.members.lastHeardTitle(server, heardMs)}>
				{t.members.sessionOn(server, heardMs)}
			</span>
		);
	}
	if (session.state === 'unknown') return <span className="text-ink3">{t.members.sessionUnknown}</span>;
	return (
		<>
			<b className="font-semibold text-dead-ink">{t.verdicts.sessions[session.state]}</b>
			{session.expiresInMs === null ? '' : t.members.sessionLeft(session.expiresInMs - sinceSentMs)}
		</>
	);
}

function Identity({ member, compact, href, onOpen }: CellProps & { href: string; onOpen: () => void }) {
	const { t } = useMessages();
	const conflicts = member.conflictsWith.length + member.conflictsElsewhere.length;
	function onClick(event: MouseEvent) {
		// A new tab is the reader's wish: leave it to the browser.
		if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
		event.preventDefault();
		event.stopPropagation();
		onOpen();
	}
	return (
		<span className="flex min-w-0 flex-col">
			<span className="flex min-w-0 items-center gap-2">
				<a
					href={href}
					onClick={onClick}
					title={member.path}
					data-member-link={member.path}
					className="truncate rounded-tag font-semibold text-ink focus-visible:outline-offset-4"
				>
					{member.id}
				</a>
				{conflicts > 0 ? (
					<span className="shrink-0 text-suspect-ink" title={t.members.conflictsWith(conflicts)}>
						<TriangleAlert size={13} aria-hidden="true" />
						<span className="sr-only">{t.members.conflict}</span>
					</span>
				) : null}
			</span>
			{compact ? (
				<span className="truncate text-small text-ink3">
					<Address member={member} />
				</span>
			) : null}
		</span>
	);
}

/** One cell of the table. */
export function MemberCell(props: CellProps & { column: Column; href: string; onOpen: () => void }) {
	const { t } = useMessages();
	const { member, nowMs, column } = props;
	switch (column) {
		case 'verdict':
			return <VerdictName verdict={member.verdict} />;
		case 'id':
			return <Identity {...props} />;
		case 'group':
			return <span title={member.group}>{member.group || t.members.noGroup}</span>;
		case 'address':
			return <Address member={member} />;
		case 'latency':
			return <Latency {...props} />;
		case 'answered':
			return member.lastAnsweredAtMs === null ? (
				<span className="text-ink3">{t.members.never}</span>
			) : (
				<Age atMs={member.lastAnsweredAtMs} nowMs={nowMs} />
			);
		case 'session':
			return <Session {...props} />;
		case 'age':
			return <Age atMs={member.registeredAtMs} nowMs={nowMs} />;
	}
}
