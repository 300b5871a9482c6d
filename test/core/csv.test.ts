import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CSV_COLUMNS, csvCell, csvHeader, csvRow } from '@/lib/core/csv';
import type { AuditEntryView } from '@/lib/core/view';

/** A strict RFC 4180 reader; throws on a stray quote. */
function parseCsv(text: string): string[][] {
	const rows: string[][] = [];
	let row: string[] = [];
	let position = 0;
	while (position < text.length) {
		const match = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/.exec(text.slice(position));
		if (match === null || match[0] === '') {
			throw new Error(`not CSV at ${position}`);
		}
		row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
		position += match[0].length;
		if (match[3] !== ',') {
			rows.push(row);
			row = [];
		}
	}
	return rows;
}

function view(overrides: Partial<AuditEntryView> = {}): AuditEntryView {
	return {
		id: '12',
		key: 'attempt-1',
		at: '2026-01-02T03:04:05.678Z',
		actor: { kind: 'operator', name: 'admin', role: 'admin', sourceAddress: '192.0.2.7' },
		action: 'member.purge',
		outcome: 'purged',
		cluster: 'prod',
		member: '/turms/members/gateway-07',
		memberId: 'gateway-07',
		czxid: '0x100000002',
		reason: 'killed',
		zxid: '0x100000003',
		detail: { b: 1, a: 'x' },
		hash: 'a'.repeat(64),
		previousHash: '0'.repeat(64),
		...overrides,
	};
}

/** Every text of an entry set to the same value: each column can be the one that an attacker fills. */
function filledWith(text: string): AuditEntryView {
	return view({
		actor: { kind: text, name: text, role: text, sourceAddress: text },
		outcome: text,
		cluster: text,
		member: text,
		memberId: text,
		key: text,
		reason: text,
		detail: text,
	});
}

const hostile = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.string({
		unit: fc.constantFrom(
			'=',
			'+',
			'-',
			'@',
			'＝',
			'＋',
			'－',
			'＠',
			'\t',
			'\r',
			'\n',
			' ',
			'\u3000',
			'\u200b',
			'\ufeff',
			'"',
			',',
			';',
			"'",
			'\0',
			'A',
			'\u202e',
		),
	}),
);

describe('the audit log as CSV', () => {
	it('has the columns of the API, then what else an entry carries', () => {
		expect(parseCsv(csvHeader())).toEqual([[...CSV_COLUMNS]]);
		expect(CSV_COLUMNS.slice(0, 11).join()).toBe('id,at,actor,action,outcome,cluster,member,czxid,reason,zxid,detail');
	});

	it('begins with a byte order mark only when asked to', () => {
		expect(csvHeader().startsWith('"id"')).toBe(true);
		expect(csvHeader({ byteOrderMark: true })).toBe(`\ufeff${csvHeader()}`);
	});

	it('puts every field under its column', () => {
		const [cells] = parseCsv(csvRow(view())) as [string[]];
		expect(Object.fromEntries(CSV_COLUMNS.map((column, index) => [column, cells[index]]))).toEqual({
			id: '12',
			at: '2026-01-02T03:04:05.678Z',
			actor: 'admin',
			action: 'member.purge',
			outcome: 'purged',
			cluster: 'prod',
			member: '/turms/members/gateway-07',
			czxid: '0x100000002',
			reason: 'killed',
			zxid: '0x100000003',
			detail: '{"a":"x","b":1}',
			actorKind: 'operator',
			actorRole: 'admin',
			actorSourceAddress: '192.0.2.7',
			memberId: 'gateway-07',
			key: 'attempt-1',
			hash: 'a'.repeat(64),
			previousHash: '0'.repeat(64),
		});
	});

	it.each([
		'=HYPERLINK("http://evil.example","click")',
		"=cmd|' /C calc'!A0",
		'+1+1',
		'-2+3',
		'@SUM(A1)',
		'\t=1',
		'\r=1',
		'\n=1',
		'  =1',
		'\u3000＝1',
		'\u200b=1',
		'\ufeff@x',
		'＋1',
		'－1',
		'＠x',
		'−1',
		'\tharmless',
	])('neutralises %j with an apostrophe and keeps the rest', (text) => {
		expect(csvCell(text)).toBe(`'${text}`);
	});

	it.each(['gateway-07', 'a=b', '/x', '', '网关-07', 'two\r\nlines', 'a "quoted" word', "'already"])(
		'leaves %j alone',
		(text) => {
			expect(csvCell(text)).toBe(text);
		},
	);

	it('makes control characters and direction overrides visible', () => {
		expect(csvCell('a\0b\u0007\u007f\u0085\u202ec')).toBe('a␀b␇␡\\u{85}\\u{202e}c');
		expect(csvCell('\0=1')).toBe('␀=1');
	});

	it('never lets a cell begin with the start of a formula, whatever an entry holds', () => {
		fc.assert(
			fc.property(hostile, (text) => {
				const [cells] = parseCsv(csvRow(filledWith(text))) as [string[]];
				expect(cells).toHaveLength(CSV_COLUMNS.length);
				for (const cell of cells) {
					expect(cell).not.toMatch(/^[\t\r\n]/);
					expect(cell.replace(/^[\s\p{Cf}\p{Cc}]+/u, '').normalize('NFKC')).not.toMatch(/^[=+\-@\u2212]/);
				}
			}),
			{ numRuns: 1_000 },
		);
	});

	it('gives back, through any reader, exactly what was put in, but for an apostrophe in front', () => {
		const visible = hostile.map((text) => text.replace(/(?![\t\r\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, ''));
		fc.assert(
			fc.property(fc.array(visible, { minLength: 1, maxLength: 4 }), (texts) => {
				const rows = parseCsv(csvHeader() + texts.map((text) => csvRow(view({ reason: text }))).join(''));
				expect(rows).toHaveLength(texts.length + 1);
				for (const [index, text] of texts.entries()) {
					expect([text, `'${text}`]).toContain(rows[index + 1]?.[CSV_COLUMNS.indexOf('reason')]);
				}
			}),
			{ numRuns: 500 },
		);
	});

	it('leaves a cell empty for what is not there', () => {
		const [cells] = parseCsv(csvRow(view({ czxid: null, zxid: null, detail: null, member: null }))) as [string[]];
		expect([cells[6], cells[7], cells[9], cells[10]]).toEqual(['', '', '', '']);
	});
});
