import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBoundedText } from '@/lib/adapters/registrations/bounded-text';
import { parseHost, parsePort } from '@/lib/adapters/registrations/host-port';
import { nestsDeeper } from '@/lib/adapters/registrations/nesting';
import type { RegistrationConfig } from '@/lib/core/config';
import type { ParsedRegistration } from '@/lib/core/member';
import { config, DATA_FORMATS, expectSoundRow, FORMATS, NAME_FORMATS, parse as parseBy } from './parse';

const FIELDS = { host: '/host', port: '/port', id: '/id', group: '/group' };
const HEALTH = { path: '/health', port: null, pointer: '/health', status: 200 };

function parse(format: RegistrationConfig['format'], data: Uint8Array | string, path = '/p/m'): ParsedRegistration {
	return parseBy(path, data, config(format, { fields: FIELDS }));
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
	describe.each(DATA_FORMATS)('as %s', (format) => {
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
});

const URL_NAME = (authority: string) => `dubbo%3A%2F%2F${authority}%2Fx%3Finterface%3Dx`;
/** [what is hostile, what stands in the host's place, in the port's] */
const HOSTILE_PARTS: readonly [string, string, string][] = [
	['markup', '<script>alert(1)<', '80'],
	['encoded markup', '%3Cscript%3E', '80'],
	['a formula', '=cmd()', '80'],
	['a newline', 'a\nb', '80'],
	['an encoded newline', 'a%0Ab', '80'],
	['a right-to-left mark', 'a\u202eb', '80'],
	['an encoded right-to-left mark', 'a%E2%80%AEb', '80'],
	['a NUL byte', 'a\u0000', '80'],
	['an unpaired surrogate', 'a\ud800', '80'],
	['no host', '', '80'],
	['a host of 200 kB', 'n'.repeat(200_000), '80'],
	['port 0', '10.0.0.1', '0'],
	['a port out of range', '10.0.0.1', '70000'],
	['a negative port', '10.0.0.1', '-1'],
	['a port of 200 kB', '10.0.0.1', '8'.repeat(200_000)],
	['a port in other digits', '10.0.0.1', '８０'],
	['no port', '10.0.0.1', ''],
];

describe('hostile names', () => {
	const NAMES: Readonly<Record<(typeof NAME_FORMATS)[number], (host: string, port: string) => string>> = {
		dubbo: (host, port) => URL_NAME(`${host}%3A${port}`),
		solr: (host, port) => `${host}:${port}_solr`,
		hbase: (host, port) => `${host},${port},1700000000123`,
		auto: (host, port) => `${host}:${port}`,
	};

	describe.each(NAME_FORMATS)('as %s', (format) => {
		test.each(HOSTILE_PARTS)('%s gives a row with a reason and no address', (_, host, port) => {
			const path = `/p/${NAMES[format](host, port)}`;
			for (const parsed of [parse(format, '', path), parse('auto', '', path)]) {
				expectSoundRow(parsed);
				expect(parsed.addresses).toEqual([]);
				expect(parsed.unreadable).not.toBeNull();
			}
		});
	});

	test.each([
		['dubbo', URL_NAME('10.0.0.1%3A80')],
		['solr', '10.0.0.1:80_solr'],
		['hbase', '10.0.0.1,80,1700000000123'],
	] as const)('what the data of %s holds takes no address from the name', (format, name) => {
		for (const data of ['', '{"host": "10.', 'x'.repeat(MEGABYTE), Uint8Array.from([0xff, 0xfe, 0x00])]) {
			for (const parsed of [parse(format, data, `/p/${name}`), parse('auto', data, `/p/${name}`)]) {
				expect(parsed).toMatchObject({ format, addresses: [{ host: '10.0.0.1', port: 80 }], unreadable: null });
			}
		}
	});

	test('a context, a query or an interface that is hostile is shown as what it holds', () => {
		const context = parse('solr', '', '/live_nodes/h:80_%E2%80%AE%0A');
		expectSoundRow(context);
		expect(context.selfReported).toEqual({ context: '\\u202e\\u000a' });
		const url = encodeURIComponent('dubbo://h:80/x?application=<b>\u202e&interface=a%0Ab');
		const provider = parse('dubbo', '', `/dubbo/a%0Ab/providers/${url}`);
		expectSoundRow(provider);
		expect(provider).toMatchObject({ group: 'a\\u000ab', selfReported: { application: '<b>\\u202e' } });
	});
});

describe('any name and any bytes', () => {
	const port = fc.oneof(fc.integer({ min: -1, max: 70_000 }).map(String), fc.string({ maxLength: 6 }));
	const host = fc.oneof(fc.constantFrom('10.0.0.1', '::1', '[::1]', 'h_1.internal'), fc.string({ maxLength: 12 }));
	const likely = fc
		.tuple(fc.constantFrom('dubbo', 'solr', 'hbase', 'encoded twice', 'text'), host, port, fc.string({ maxLength: 20 }))
		.map(([kind, at, number, rest]) => {
			const url = `dubbo://${at}:${number}/${rest}?interface=${rest}`;
			switch (kind) {
				case 'dubbo':
					return encodeURIComponent(url);
				case 'encoded twice':
					return encodeURIComponent(encodeURIComponent(url));
				case 'solr':
					return `${at}:${number}_${rest}`;
				case 'hbase':
					return `${at},${number},1700000000123`;
				default:
					return `${url}%`;
			}
		});
	const name = fc.oneof(likely, fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 60 }));
	const parent = fc.constantFrom('/p', '/dubbo/x/providers', '/dubbo/%zz/consumers', '/live_nodes', '/brokers/ids', '');
	const broker = fc
		.tuple(fc.oneof(host, fc.constant(null)), port, fc.array(fc.tuple(host, port), { maxLength: 40 }))
		.map(([at, number, endpoints]) =>
			Buffer.from(
				JSON.stringify({
					version: 5,
					jmx_port: -1,
					host: at,
					port: Number(number),
					health: number,
					endpoints: endpoints.map(([to, on]) => `SASL_SSL://${to}:${on}`),
				}),
			),
		);
	const data = fc.oneof(fc.uint8Array({ maxLength: 400 }), broker);

	test.each(FORMATS)('give a sound row as %s, and never throw', (format) => {
		const registration = fc.constantFrom(
			config(format, { fields: FIELDS }),
			config(format, { fields: FIELDS, health: HEALTH }),
		);
		fc.assert(
			fc.property(parent, name, data, registration, (above, below, bytes, by) => {
				expectSoundRow(parseBy(`${above}/${below}`, bytes, by));
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
		const more = ['name', 'address', 'port', 'sslPort', 'host', 'id', 'endpoint', 'endpoints', 'jmx_port', 'version'];
		const field = fc.constantFrom(...keys, ...more, '__proto__');
		const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.integer(), fc.constant('10.0.0.1:80'));
		fc.assert(
			fc.property(fc.constantFrom(...DATA_FORMATS), fc.array(fc.tuple(field, value)), (format, entries) => {
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
