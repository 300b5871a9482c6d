'use client';

import { Download } from 'lucide-react';
import { type MouseEvent, useState } from 'react';
import { useMessages } from '../messages/use-messages';
import { type AuditFilters, exportHref } from './audit-address';
import { type ExportProgress, newExportId, useExport } from './use-export';

const FORMATS = [
	['csv', 'CSV'],
	['ndjson', 'NDJSON'],
	['json', 'JSON'],
] as const;

/**
 * The ways to a file of all that is filtered. The browser itself downloads it, however long it is; how far the console has
 * written it stands below.
 */
export function Exports({ filters }: { filters: AuditFilters }) {
	const { t } = useMessages();
	const [id, setId] = useState<string | null>(null);
	const progress = useExport(id);
	/** The link is followed with an id of its own; opened in any other way it is an export like any other. */
	function begin(event: MouseEvent<HTMLAnchorElement>, format: (typeof FORMATS)[number][0]) {
		const link = event.currentTarget;
		const next = newExportId();
		link.href = exportHref(filters, format, next);
		setTimeout(() => {
			link.href = exportHref(filters, format);
		});
		setId(next);
	}
	return (
		<div className="flex flex-col items-end text-small text-ink3 max-sm:items-start">
			<div className="flex items-center gap-1.5">
				<Download aria-hidden size={14} />
				<span id="audit-export">{t.audit.export}</span>
				{FORMATS.map(([format, name]) => (
					<a
						key={format}
						href={exportHref(filters, format)}
						download
						onClick={(event) => begin(event, format)}
						className="chip"
						aria-label={t.audit.exportAs(name)}
						title={t.audit.exportAs(name)}
					>
						{name}
					</a>
				))}
			</div>
			<div className="w-full" data-testid="export-progress" data-state={progress?.state}>
				{progress === null ? null : <Progress progress={progress} />}
			</div>
		</div>
	);
}

function Progress({ progress }: { progress: ExportProgress }) {
	const { t } = useMessages();
	const { state, entries, share } = progress;
	const isUnderWay = state === 'waiting' || state === 'running';
	return (
		<div className="flex flex-col gap-1 pt-1">
			{isUnderWay ? (
				<>
					<progress
						className="progress"
						max={1}
						value={state === 'waiting' ? undefined : share}
						aria-label={t.audit.exportProgress}
					/>
					<span>{state === 'waiting' ? t.audit.exportWaiting : t.audit.exporting(entries, share)}</span>
				</>
			) : null}
			<p role="status" className={state === 'done' ? '' : 'text-suspect-ink'}>
				{isUnderWay ? null : t.audit.exported(state, entries)}
			</p>
		</div>
	);
}
