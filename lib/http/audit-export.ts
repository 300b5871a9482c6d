import type { AuditEntry } from '@/lib/core/audit-entry';
import { toAuditEntryView } from '@/lib/core/audit-view';
import { csvHeader, csvRow } from '@/lib/core/csv';
import type { ExportTrack } from '@/lib/runtime/exports-under-way';
import { reportError } from './report-error';
import type { ExportFormat } from './schemas';

const CONTENT_TYPES: Record<ExportFormat, string> = {
	csv: 'text/csv; charset=utf-8; header=present',
	ndjson: 'application/x-ndjson; charset=utf-8',
	json: 'application/json; charset=utf-8',
};

/** Text that is gathered before it goes out as one chunk, characters. */
const CHUNK_LENGTH = 64 * 1024;

/** Of an answer with an export: the id of the last entry that it can hold; what a continuation gives as `until`. */
export const EXPORT_UNTIL_HEADER = 'rollcall-export-until';

export type ExportedFile = {
	readonly format: ExportFormat;
	/** Without its extension. */
	readonly name: string;
	/** Begins with the first entry, not in the middle of a file that somebody has the beginning of. */
	readonly isWhole: boolean;
	/** Sequence of the last entry that it can hold. */
	readonly until: number;
};

/**
 * The entries as a file, written as fast as its reader takes it: memory does not grow with the log. An error half-way
 * breaks the connection off, so that a file cut short is never taken for a whole one. `track` is told how far it is.
 */
export function exportAudit(
	entries: AsyncIterable<AuditEntry>,
	file: ExportedFile,
	track: ExportTrack | null = null,
): Response {
	const { format, name } = file;
	const pieces = toPieces(entries, file, track);
	const encoder = new TextEncoder();
	const body = new ReadableStream<Uint8Array>({
		async pull(controller) {
			try {
				let text = '';
				while (text.length < CHUNK_LENGTH) {
					const piece = await pieces.next();
					if (piece.done === true) {
						if (text !== '') {
							controller.enqueue(encoder.encode(text));
						}
						controller.close();
						track?.end('done');
						return;
					}
					text += piece.value;
				}
				controller.enqueue(encoder.encode(text));
			} catch (error) {
				reportError(`exporting the audit log as ${format}`, error);
				track?.end('failed');
				controller.error(error);
			}
		},
		async cancel() {
			track?.end('cut-off');
			await pieces.return(undefined);
		},
	});
	return new Response(body, {
		headers: {
			'content-type': CONTENT_TYPES[format],
			'content-disposition': `attachment; filename="${name}.${format}"`,
			[EXPORT_UNTIL_HEADER]: String(file.until),
			'cache-control': 'no-store',
			'x-content-type-options': 'nosniff',
			'content-security-policy': "default-src 'none'; sandbox",
		},
	});
}

async function* toPieces(
	entries: AsyncIterable<AuditEntry>,
	{ format, isWhole }: ExportedFile,
	track: ExportTrack | null,
): AsyncGenerator<string, undefined, undefined> {
	if (format === 'csv' && isWhole) {
		yield csvHeader();
	}
	let separator = '[';
	for await (const entry of entries) {
		const view = toAuditEntryView(entry);
		track?.wrote(entry.sequence);
		if (format === 'csv') {
			yield csvRow(view);
		} else if (format === 'ndjson') {
			yield `${JSON.stringify(view)}\n`;
		} else {
			yield `${separator}${JSON.stringify(view)}`;
			separator = ',\n';
		}
	}
	if (format === 'json') {
		yield separator === '[' ? '[]\n' : ']\n';
	}
}
