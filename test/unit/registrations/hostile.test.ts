import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBoundedText } from '@/lib/adapters/registrations/bounded-text';
import { parseHost, parsePort } from '@/lib/adapters/registrations/host-port';
import { nestsDeeper } from '@/lib/adapters/registrations/nesting';
import { parseRegistration } from '@/lib/adapters/registrations/parse-registration';
import { AUTO_FORMAT, type RegistrationConfig } from '@/lib/core/config';
import { type ParsedRegistration, UNREADABLE_CODES } from '@/lib/core/member';

const FORMATS = ['turms', 'curator', 'json', 'auto'] as const;
const FIELDS = { host: '/host', port: '/port', id: '/id', group: '/group' };

function parse(format: RegistrationConfig['format'], data: Uint8Array | string, path = '/p/m'): ParsedRegistration {
	const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
	const config = { ...AUTO_FORMAT, path: '/p', format, fields: FIELDS };
	return parseRegistration({ path, data: bytes, config });
}

/** What every row keeps to, whatever was written. */
function expectSoundRow(parsed: ParsedRegistration): void {
	expect(parsed.id.length).toBeLessThanOrEqual(512);
	expect(parsed.group.length).toBeLessThanOrEqual(256);
	expect(parsed.addresses.length).toBeLessThanOrEqual(8);
	for (const { host, port } of parsed.addresses) {
		expect(host.length).toBeLessThanOrEqual(253);
		expect(host).not.toMatch(/[\s[\]/<>"=\p{Cc}\p{Cf}]/u);
		expect(Number.isInteger(port) && port >= 1 && port <= 65_535).toBe(true);
	}
	for (const text of [parsed.id, parsed.group, ...Object.values(parsed.selfReported)]) {
		expect(String(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
		expect(String(text).length).toBeLessThanOrEqual(512);
	}
	if (parsed.unreadable !== null) {
		expect(UNREADABLE_CODES).toContain(parsed.unreadable.code);
		expect(parsed.unreadable.detail.length).toBeLessThanOrEqual(300);
	}
	expect(parsed.addresses.length > 0 || parsed.unreadable !== null).toBe(true);
}

const MEGABYTE = 1_048_576;
const HOSTILE: readonly [string, Uint8Array | string, string | null][] = [
	['no data', '', 'payload-empty'],
	['white space alone', ' \n\t', 'payload-empty'],
	['truncated JSON', '{"memberHost": "10.0.0.1", "memb', null],
	['binary', Uint8Array.from([0xff, 0xfe, 0x00, 0x80, 0xc3]), 'payload-not-text'],
	['NUL bytes', '\0\0\0\0', null],
	['1 MB of one letter', 'x'.repeat(MEGABYTE), null],
	['more than 1 MB', 'x'.repeat(MEGABYTE + 1), 'payload-too-large'],
	['1 MB of JSON text', JSON.stringify({ host: 'x'.repeat(MEGABYTE - 100), port: 1 }), null],
	['500,000 brackets', '['.repeat(MEGABYTE / 2) + ']'.repeat(MEGABYTE / 2), null],
	['deep objects', `${'{"host":'.repeat(100_000)}1${'}'.repeat(100_000)}`, null],
	['prototype keys', '{"__proto__": {"host": "10.0.0.1", "port": 1}, "constructor": {"port": 2}}', null],
	['markup', '{"host": "<script>alert(1)</script>", "port": 80, "memberHost": "<b>", "memberPort": 1}', null],
	['a formula', '{"host": "=cmd()", "port": 80, "id": "=cmd()", "address": "=cmd()", "name": "=1+1"}', null],
	['ports out of range', '{"host": "10.0.0.1", "port": 70000, "memberHost": "h", "memberPort": -1}', null],
	['wrong types', '{"host": {"a": 1}, "port": [], "id": {}, "memberHost": 7, "memberPort": true, "name": null}', null],
];

describe('hostile payloads', () => {
	describe.each(FORMATS)('as %s', (format) => {
		test.each(HOSTILE)('%s gives a row with a reason and no address', (_, data, code) => {
			const parsed = parse(format, data);
			expectSoundRow(parsed);
			expect(parsed.addresses).toEqual([]);
			expect(parsed.unreadable).not.toBeNull();
			if (code !== null) {
				expect(parsed.unreadable?.code).toBe(code);
			}
		});
	});

	test('a member whose texts are hostile keeps its address, and shows what they hold', () => {
		const id = 'a\nb\u202e=cmd()<script>\u0000';
		const record = {
			key: { nodeId: id },
			nodeType: 'G\r\n',
			zone: 'z'.repeat(200_000),
			memberHost: 'h',
			memberPort: 1,
		};
		const parsed = parse('turms', JSON.stringify(record));
		expectSoundRow(parsed);
		expect(parsed.id).toBe('a\\u000ab\\u202e=cmd()<script>\\u0000');
		expect(parsed.group).toBe('G\\u000d\\u000a');
		expect(parsed.addresses).toEqual([{ name: 'member', host: 'h', port: 1 }]);
		expect(parsed.unreadable).toBeNull();
		expect(String(parsed.selfReported.zone)).toHaveLength(256);
	});

	test('a 200 kB name of a znode is cut, a 200 kB id too', () => {
		const name = 'n'.repeat(200_000);
		const byName = parse('auto', '10.0.0.1:80', `/p/${name}`);
		expectSoundRow(byName);
		expect(byName.id).toBe(`${'n'.repeat(511)}…`);
		expectSoundRow(parse('json', JSON.stringify({ host: 'h', port: 1, id: name, group: name })));
	});

	test('a child of the root has a group', () => {
		expect(parse('auto', '10.0.0.1:80', '/m').group).toBe('/');
	});

	test('any bytes, under any path, give a sound row and never throw', () => {
		fc.assert(
			fc.property(fc.constantFrom(...FORMATS), fc.uint8Array({ maxLength: 400 }), fc.string(), (format, data, name) => {
				expectSoundRow(parse(format, data, `/p/${name}`));
			}),
			{ numRuns: 300 },
		);
	});

	test('any JSON, with the fields that the formats look for, gives a sound row and never throws', () => {
		const keys = [
			'key',
			'memberHost',
			'memberPort',
			'adminApiAddress',
			'wsAddress',
			'nodeType',
			'nodeVersion',
			'status',
		];
		const field = fc.constantFrom(...keys, 'name', 'address', 'port', 'sslPort', 'host', 'id', 'endpoint', '__proto__');
		const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.integer(), fc.constant('10.0.0.1:80'));
		fc.assert(
			fc.property(fc.constantFrom(...FORMATS), fc.array(fc.tuple(field, value)), (format, entries) => {
				const text = `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`).join(',')}}`;
				expectSoundRow(parse(format, text));
			}),
			{ numRuns: 500 },
		);
	});
});

describe('hosts and ports', () => {
	test.each([1, 65_535, '80', ' 8080 ', 9_000.0])('%j is a port', (value) => {
		expect(parsePort(value)).toBe(Number(value));
	});

	test.each([0, -1, 65_536, 70_000, 80.5, Number.NaN, '', '80.0', '-1', '0x50', '1e3', '８０', true, null, [80], {}])(
		'%j is no port',
		(value) => {
			expect(parsePort(value)).toBeNull();
		},
	);

	test.each([
		['10.0.0.1', '10.0.0.1'],
		['::1', '::1'],
		['[2001:db8::1]', '2001:db8::1'],
		['my_service.internal', 'my_service.internal'],
		['节点-7.internal', '节点-7.internal'],
	])('%j is a host', (text, host) => {
		expect(parseHost(text)).toBe(host);
	});

	test.each(['', '[10.0.0.1]', '[::1', 'a b', 'a/b', 'a:80', '-a', '<b>', 'a\u202eb', 'x'.repeat(254), 7, null, {}])(
		'%j is no host',
		(value) => {
			expect(parseHost(value)).toBeNull();
		},
	);
});

test('nesting is counted outside of strings', () => {
	expect(nestsDeeper('[[[]]]', 3)).toBe(false);
	expect(nestsDeeper('[[{}]]', 2)).toBe(true);
	expect(nestsDeeper('[][][][]', 1)).toBe(false);
	expect(nestsDeeper('["[[[[[\\"[[[[", "\\\\", []]', 2)).toBe(false);
	expect(nestsDeeper('["\\\\", [[]]]', 2)).toBe(true);
});

test('text is cut without splitting a character', () => {
	expect(toBoundedText('ab😀😀', 4)).toBe('ab…');
	expect(toBoundedText('ab😀', 4)).toBe('ab😀');
	expect(toBoundedText('\ud800', 10)).toBe('\\ud800');
	expect(toBoundedText('\u202e'.repeat(3), 10)).toBe('\\u202e\\u2…');
});
