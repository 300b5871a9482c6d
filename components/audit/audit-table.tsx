import Link from 'next/link';
import type { Messages } from '@/components/messages/use-messages';
import type { AuditEntryView } from '@/lib/core/view';
import { type AuditPlace, auditHref } from './audit-address';
import { Moment } from './moment';

const CELL = 'md:table-cell md:px-2 md:py-2 md:align-baseline md:border-b md:border-line2';
const GOOD: ReadonlySet<string> = new Set(['ok', 'purged', 'alive']);
const BAD: ReadonlySet<string> = new Set(['dead', 'failed']);

/** Colour of an outcome; the word carries the meaning. */
export function outcomeColour(outcome: string): string {
	if (GOOD.has(outcome)) {
		return 'text-alive-ink';
	}
	return BAD.has(outcome) ? 'text-dead-ink' : 'text-suspect-ink';
}

/** The action in the reader's language; one that an older or newer console wrote is shown as it is. */
export function actionText(t: Messages['t'], action: string): string {
	return (t.audit.actions as Readonly<Record<string, string | undefined>>)[action] ?? action;
}

/** Entries as a table; on narrow screens each becomes a card. */
export function AuditTable(props: { entries: readonly AuditEntryView[]; place: AuditPlace; t: Messages['t'] }) {
	const { entries, place, t } = props;
	return (
		<table className="block w-full md:table" aria-label={t.audit.title}>
			<thead className="sr-only md:not-sr-only md:table-header-group">
				<tr>
					{(['at', 'action', 'outcome', 'member', 'actor', 'reason', 'entry'] as const).map((column) => (
						<th
							key={column}
							scope="col"
							className={`border-b border-line px-2 py-1.5 text-left text-caption font-medium text-ink3 ${column === 'entry' ? 'max-side:hidden md:text-right' : ''}`}
						>
							{t.audit.columns[column]}
						</th>
					))}
				</tr>
			</thead>
			<tbody className="flex flex-col gap-2 md:table-row-group">
				{entries.map((entry) => (
					<AuditRow key={entry.id} entry={entry} place={place} t={t} />
				))}
			</tbody>
		</table>
	);
}

function AuditRow({ entry, place, t }: { entry: AuditEntryView; place: AuditPlace; t: Messages['t'] }) {
	const open = place.entry === entry.id;
	return (
		<tr
			className={`panel relative grid grid-cols-[1fr_auto] gap-x-3 gap-y-0.5 px-3 py-2.5 hover:bg-hover md:table-row md:rounded-none md:border-0 md:bg-transparent ${open ? 'bg-hover! ' : ''}`}
			data-entry={entry.id}
		>
			<td className={`${CELL} order-3 text-small text-ink3 tabular-nums`}>
				<Moment at={entry.at} />
			</td>
			<td className={`${CELL} order-1 font-medium side:whitespace-nowrap`}>
				<Link
					id={`entry-${entry.id}`}
					href={auditHref({ ...place, entry: entry.id })}
					scroll={false}
					prefetch={false}
					aria-current={open ? 'true' : undefined}
					className="after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
				>
					{actionText(t, entry.action)}
				</Link>
			</td>
			<td className={`${CELL} order-2 font-medium md:whitespace-nowrap ${outcomeColour(entry.outcome)}`}>
				{t.audit.outcomes[entry.outcome] ?? entry.outcome}
			</td>
			<td
				className={`${CELL} order-5 col-span-2 max-md:wrap-anywhere md:max-w-32 md:truncate side:max-w-45`}
				title={entry.member ?? undefined}
			>
				{entry.memberId ?? entry.member ?? ''}
			</td>
			<td
				className={`${CELL} order-4 text-small text-ink2 max-md:text-right max-md:wrap-anywhere md:max-w-32.5 md:truncate`}
				title={entry.actor.name}
			>
				{entry.actor.name}
			</td>
			<td
				className={`${CELL} order-6 col-span-2 text-ink2 wrap-anywhere md:max-w-80 md:min-w-40`}
				title={entry.reason ?? undefined}
			>
				<span className="line-clamp-2">{entry.reason ?? ''}</span>
			</td>
			<td className="mono hidden border-b border-line2 px-2 py-2 text-right align-baseline text-ink3 side:table-cell">
				{entry.id}
			</td>
		</tr>
	);
}
