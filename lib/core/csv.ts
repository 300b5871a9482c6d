import type { Json } from './audit-entry';
import { canonicalJson } from './canonical-json';
import type { AuditEntryView } from './view';

/**
 * The audit log as CSV (RFC 4180): comma, CRLF, every cell quoted, quotes doubled, newlines kept inside quotes, UTF-8.
 * Made for spreadsheets, so it is safe there rather than exact: formulas are neutralised and control characters made
 * visible. NDJSON and JSON exports hold the exact values.
 */
export const CSV_COLUMNS = [
	'id',
	'at',
	'actor',
	'action',
	'outcome',
	'cluster',
	'member',
	'czxid',
	'reason',
	'zxid',
	'detail',
	'actorKind',
	'actorRole',
	'actorSourceAddress',
	'memberId',
	'key',
	'hash',
	'previousHash',
] as const;
export type CsvColumn = (typeof CSV_COLUMNS)[number];

/** Excel reads UTF-8 only with this in front; other readers may take it for part of the first column's name. */
export const CSV_BYTE_ORDER_MARK = '\ufeff';

const END_OF_ROW = '\r\n';

/** The first line. Without a byte order mark unless asked for. */
export function csvHeader(options: { readonly byteOrderMark?: boolean } = {}): string {
	return (options.byteOrderMark === true ? CSV_BYTE_ORDER_MARK : '') + toRow(CSV_COLUMNS);
}

/** One entry as one row, ending in CRLF. What is null is an empty cell. */
export function csvRow(entry: AuditEntryView): string {
	const cells: Record<CsvColumn, string | null> = {
		id: entry.id,
		at: entry.at,
		actor: entry.actor.name,
		action: entry.action,
		outcome: entry.outcome,
		cluster: entry.cluster,
		member: entry.member,
		czxid: entry.czxid,
		reason: entry.reason,
		zxid: entry.zxid,
		detail: entry.detail === null ? null : canonicalJson(entry.detail as Json),
		actorKind: entry.actor.kind,
		actorRole: entry.actor.role,
		actorSourceAddress: entry.actor.sourceAddress,
		memberId: entry.memberId,
		key: entry.key,
		hash: entry.hash,
		previousHash: entry.previousHash,
	};
	return toRow(CSV_COLUMNS.map((column) => cells[column] ?? ''));
}

function toRow(cells: readonly string[]): string {
	return cells.map((cell) => `"${csvCell(cell).replaceAll('"', '""')}"`).join(',') + END_OF_ROW;
}

/**
 * What spreadsheets take for the start of a formula (OWASP, 'CSV injection'): = + - @ with their full-width, small and
 * mathematical forms, also behind white space and invisible characters; and a tab or line break in front of anything,
 * because some readers strip it.
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{Cf}\p{Cc}]*[=+\-@＝＋－＠﹦﹢﹣﹫−])/u;

/** The cell's value before quoting: control characters visible, and an apostrophe in front of what could be a formula. */
export function csvCell(text: string): string {
	const visible = showControls(text);
	return FORMULA.test(visible) ? `'${visible}` : visible;
}

/**
 * C0 controls and DEL become their Unicode pictures (NUL: ␀), except tab, CR and LF; C1 controls and the characters that
 * turn the direction of text become '\u{…}'.
 */
function showControls(text: string): string {
	return text.replace(/(?![\t\r\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, (character) => {
		const code = character.codePointAt(0) ?? 0;
		if (code < 0x20) {
			return String.fromCodePoint(0x2400 + code);
		}
		return code === 0x7f ? '\u2421' : `\\u{${code.toString(16)}}`;
	});
}
