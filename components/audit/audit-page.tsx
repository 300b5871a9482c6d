import Link from 'next/link';
import type { Messages } from '@/components/messages/use-messages';
import { PageHeader } from '@/components/shell/page-header';
import { PageState } from '@/components/shell/page-state';
import type { ArchivesView } from '@/lib/core/archives-view';
import type { AuditView } from '@/lib/core/view';
import { Archives } from './archives';
import { type AuditFilters, auditHref, type FilterName } from './audit-address';
import { AuditDetail } from './audit-detail';
import { AuditFilterBar } from './audit-filters';
import { AuditTable } from './audit-table';
import { ChainStatus } from './chain-status';
import { DetailFrame } from './detail-frame';
import { Exports } from './exports';

/** One page of the log, or why there is none. */
export type AuditOutcome =
	| ({ readonly kind: 'read' } & AuditView)
	| { readonly kind: 'starting' | 'failed' | 'cursor-invalid' | 'search-too-long' };

type Props = {
	filters: AuditFilters;
	ignored: readonly FilterName[];
	cursor: string | null;
	entry: string | null;
	clusters: readonly { id: string; name: string }[];
	outcome: AuditOutcome;
	/** null: they cannot be read, or the console starts. */
	archives: ArchivesView | null;
	m: Messages;
};

/** The audit log: rendered by the server for each address; only filters, chain and panel are code in the browser. */
export function AuditPage(props: Props) {
	const { t } = props.m;
	const { filters, outcome, ignored } = props;
	return (
		<div className="pb-10">
			<PageHeader title={t.audit.title} summary={t.audit.summary} aside={<Exports filters={filters} />} />
			<div className="px-4 pb-3 nav:px-6">
				<ChainStatus />
			</div>
			<AuditFilterBar clusters={props.clusters} />
			{ignored.length > 0 && (
				<p role="status" className="px-4 pb-2 text-body text-suspect-ink nav:px-6">
					{t.audit.ignored(ignored.map((name) => filterText(t, name)))}
				</p>
			)}
			{outcome.kind === 'read' ? <Entries {...props} outcome={outcome} /> : <Nothing kind={outcome.kind} t={t} />}
			{props.archives !== null && <Archives view={props.archives} t={t} />}
		</div>
	);
}

function filterText(t: Messages['t'], name: FilterName): string {
	return name === 'q' ? t.audit.search : t.audit[name];
}

function Entries(props: Props & { outcome: Extract<AuditOutcome, { kind: 'read' }> }) {
	const { t } = props.m;
	const { outcome, filters, cursor } = props;
	const { entries, nextCursor, lookedTo } = outcome;
	const place = { filters, cursor, entry: props.entry };
	const open = entries.find((entry) => entry.id === props.entry);
	if (entries.length === 0 && nextCursor !== null) {
		return (
			<PageState title={t.audit.notYet} text={t.audit.lookedTo(lookedTo ?? '')}>
				<Link href={auditHref({ filters, cursor: nextCursor, entry: null })} className="btn" prefetch={false}>
					{t.audit.lookOn}
				</Link>
			</PageState>
		);
	}
	if (entries.length === 0) {
		const filtered = Object.keys(filters).length > 0;
		return (
			<PageState
				title={filtered ? t.audit.noMatch : t.audit.empty}
				text={filtered ? t.audit.noMatchText : t.audit.emptyText}
			>
				{filtered && (
					<Link href="/audit" className="btn">
						{t.audit.clear}
					</Link>
				)}
			</PageState>
		);
	}
	return (
		<div
			className={`px-4 nav:px-6 ${open === undefined ? '' : 'side:grid side:grid-cols-[minmax(0,1fr)_27.5rem] side:items-start side:gap-5'}`}
		>
			<div className={`min-w-0 ${open === undefined ? '' : 'max-side:hidden'}`}>
				{props.entry !== null && open === undefined && (
					<p role="status" className="pb-2 text-body text-suspect-ink">
						{Number(props.entry) <= (props.archives?.upTo ?? 0) && props.entry !== '0'
							? t.audit.inArchive(props.entry)
							: t.audit.notShown(props.entry)}
					</p>
				)}
				<div className="md:overflow-x-auto">
					<AuditTable entries={entries} place={place} t={t} />
				</div>
				<nav aria-label={t.audit.pages} className="flex flex-wrap items-center gap-3 pt-3 text-small text-ink3">
					<span>{t.audit.count(entries.length, nextCursor !== null)}</span>
					{cursor !== null && (
						<Link href={auditHref({ filters, cursor: null, entry: null })} className="btn">
							{t.audit.newest}
						</Link>
					)}
					{nextCursor !== null && (
						<Link href={auditHref({ filters, cursor: nextCursor, entry: null })} className="btn" prefetch={false}>
							{lookedTo === null ? t.audit.older : t.audit.lookOn}
						</Link>
					)}
					{lookedTo !== null && <span role="status">{t.audit.lookedTo(lookedTo)}</span>}
				</nav>
			</div>
			{open !== undefined && (
				<DetailFrame entry={open.id} title={t.audit.detail(open.id)} closeHref={auditHref({ ...place, entry: null })}>
					<AuditDetail entry={open} m={props.m} />
				</DetailFrame>
			)}
		</div>
	);
}

function Nothing({ kind, t }: { kind: Exclude<AuditOutcome['kind'], 'read'>; t: Messages['t'] }) {
	const texts: Record<typeof kind, readonly [string, string]> = {
		starting: [t.audit.starting, t.audit.startingText],
		failed: [t.audit.failed, t.audit.failedText],
		'cursor-invalid': [t.audit.cursorInvalid, t.audit.cursorInvalidText],
		'search-too-long': [t.audit.searchTooLong, t.audit.searchTooLongText],
	};
	const [title, text] = texts[kind];
	return (
		<PageState title={title} text={text} tone={kind === 'failed' ? 'bad' : 'calm'}>
			{/* A plain link: the whole page is asked for again, not taken from the router's memory. */}
			<a href="/audit" className="btn">
				{kind === 'starting' || kind === 'failed' ? t.shell.retry : t.audit.newest}
			</a>
		</PageState>
	);
}
