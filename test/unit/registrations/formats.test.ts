import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { RegistrationConfig } from '@/lib/core/config';
import { config, FORMATS, parse } from './parse';

const FOLDER = new URL('./samples/', import.meta.url);
type Sample = { path: string; data: string; expect: { id: string; host: string; port: number; group: string } };
const samples = readdirSync(FOLDER).map((file) => ({
	file,
	format: file.split('.')[0],
	sample: JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Sample,
}));

const PARTY_FIELDS = { host: '/endpoint/ip', port: '/endpoint/p', id: '/who' };

describe('registrations as their systems write them', () => {
	test('there are samples of every format', () => {
		expect(new Set([...samples.map((entry) => entry.format), 'auto'])).toEqual(new Set(FORMATS));
	});

	test.each(samples)('$file reads as expected', ({ file, format, sample }) => {
		const registration =
			file === 'json.2.json'
				? config('auto')
				: config(format as RegistrationConfig['format'], format === 'json' ? { fields: PARTY_FIELDS } : {});
		const parsed = parse(sample.path, sample.data, registration);
		const [main] = parsed.addresses;
		expect({ id: parsed.id, host: main?.host, port: main?.port, group: parsed.group }).toEqual(sample.expect);
		expect(parsed.unreadable).toBeNull();
	});

	test.each(samples.filter((entry) => entry.format !== 'json'))('auto recognises $file', ({ format, sample }) => {
		const byAuto = parse(sample.path, sample.data, config('auto'));
		expect(byAuto).toEqual(parse(sample.path, sample.data, config(format as RegistrationConfig['format'])));
		expect(byAuto.format).toBe(format);
	});

	test('a group in the config wins over what any format says', () => {
		for (const { sample } of samples) {
			expect(parse(sample.path, sample.data, config('auto', { group: 'mine' })).group).toBe('mine');
		}
		expect(parse('/a/b', 'garbage', config('turms', { group: 'mine' })).group).toBe('mine');
	});
});

describe('turms', () => {
	const record = JSON.parse(samples.find((entry) => entry.file === 'turms.1.json')?.sample.data ?? '{}');
	const turms = (changes: object) => parse('/turms/members/x', { ...record, ...changes }, config('turms'));

	test('gives every TCP address, never the UDP one', () => {
		expect(turms({}).addresses).toEqual([
			{ name: 'member', host: '10.0.0.31', port: 7510 },
			{ name: 'admin', host: '10.0.0.31', port: 9510 },
			{ name: 'ws', host: '10.0.0.31', port: 10510 },
			{ name: 'tcp', host: '10.0.0.31', port: 11510 },
		]);
	});

	test('shows what the member says of itself apart from liveness', () => {
		expect(turms({ status: { ...record.status, isActive: false } }).selfReported).toMatchObject({
			name: 'gateway07',
			zone: 'z1',
			nodeType: 'GATEWAY',
			nodeVersion: '0.10.0',
			hasJoinedCluster: true,
			isHealthy: true,
			isActive: false,
			priority: 0,
			udpAddress: '10.0.0.31:12510',
		});
	});

	test('an address that cannot be read loses none of the others, and is named', () => {
		const parsed = turms({ wsAddress: 'ws://10.0.0.31:port', tcpAddress: '10.0.0.31:70000' });
		expect(parsed.addresses.map((address) => address.name)).toEqual(['member', 'admin']);
		expect(parsed.unreadable?.code).toBe('address-invalid');
		expect(parsed.unreadable?.detail).toContain('ws:');
		expect(parsed.unreadable?.detail).toContain('tcp:');
		expect(parsed.group).toBe('GATEWAY');
	});

	test('without a member address the others still count, and the reason says what is missing', () => {
		const parsed = turms({ memberHost: null, memberPort: undefined });
		expect(parsed.addresses[0]).toEqual({ name: 'admin', host: '10.0.0.31', port: 9510 });
		expect(parsed.unreadable).toEqual({ code: 'address-missing', detail: 'member: no host and port' });
	});

	test('the same address under two names counts once', () => {
		expect(turms({ tcpAddress: '10.0.0.31:7510' }).addresses.map((address) => address.name)).toEqual([
			'member',
			'admin',
			'ws',
		]);
	});

	test('a blank id falls back to the name of the znode', () => {
		expect(turms({ key: { nodeId: '  ' } }).id).toBe('x');
		expect(turms({ key: null, nodeId: 7 }).id).toBe('7');
	});
});

describe('curator', () => {
	test('gives the plain port first and the TLS port beside it', () => {
		const parsed = parse(
			'/s/billing/1',
			{ name: 'billing', id: '1', address: 'b.internal', port: 80, sslPort: 443 },
			config('curator'),
		);
		expect(parsed.addresses).toEqual([
			{ name: 'service', host: 'b.internal', port: 80 },
			{ name: 'ssl', host: 'b.internal', port: 443 },
		]);
	});

	test('without any port there is no address', () => {
		const parsed = parse('/s/billing/1', { name: 'billing', address: 'b.internal', port: null }, config('curator'));
		expect(parsed.unreadable?.code).toBe('address-missing');
		expect(parsed.group).toBe('billing');
	});
});

describe('json', () => {
	const json = (data: unknown, fields: RegistrationConfig['fields']) =>
		parse('/party/m', JSON.stringify(data), config('json', { fields }));

	test('reads pointers into arrays, and with escaped slashes and tildes', () => {
		const parsed = json(
			{ 'a/b': [{ 'h~': '10.0.0.1' }], ports: [1, 9_000], g: 'blue' },
			{ host: '/a~1b/0/h~0', port: '/ports/1', group: '/g' },
		);
		expect(parsed.addresses).toEqual([{ name: 'service', host: '10.0.0.1', port: 9_000 }]);
		expect(parsed.group).toBe('blue');
		expect(parsed.id).toBe('m');
	});

	test('a pointer finds what the payload holds and nothing that every object has', () => {
		for (const pointer of ['/constructor/name', '/__proto__/x', '/toString', '/a/length', '/a/01', '/a/-']) {
			const parsed = json({ a: ['10.0.0.1'] }, { host: pointer, port: pointer, id: pointer });
			expect(parsed.addresses).toEqual([]);
			expect(parsed.unreadable?.code).toBe('address-missing');
			expect(parsed.id).toBe('m');
		}
	});
});

describe('auto', () => {
	const auto = (data: string | object) => parse('/pool/m-1', data, config('auto'));

	test.each([
		['10.0.0.9:7001', '10.0.0.9', 7001],
		['  host.internal:80\n', 'host.internal', 80],
		['[::1]:9000', '::1', 9000],
		['0:0:0:0:0:0:0:1:9000', '0:0:0:0:0:0:0:1', 9000],
		['"10.0.0.9:7001"', '10.0.0.9', 7001],
		['http://10.0.0.9/x', '10.0.0.9', 80],
		['wss://[2001:db8::1]:8443/chat?x=1', '2001:db8::1', 8443],
		['https://user:secret@h.internal', 'h.internal', 443],
	])('reads the text %j', (text, host, port) => {
		expect(auto(text)).toMatchObject({
			format: 'text',
			id: 'm-1',
			group: 'pool',
			addresses: [{ name: 'service', host, port }],
			unreadable: null,
		});
	});

	test.each([
		[{ host: '10.0.0.1', port: 80, id: 'a', group: 'g' }, '10.0.0.1', 80, 'a', 'g'],
		[{ ip: '::1', port: '81', name: 'n' }, '::1', 81, 'n', 'pool'],
		[{ address: '10.0.0.1', port: 82, serviceName: 's' }, '10.0.0.1', 82, 'm-1', 's'],
		[{ serviceEndpoint: { host: 'f.internal', port: 83 }, status: 'ALIVE' }, 'f.internal', 83, 'm-1', 'pool'],
		[{ endpoint: '10.0.0.1:84' }, '10.0.0.1', 84, 'm-1', 'pool'],
		[{ url: 'http://10.0.0.1:85/' }, '10.0.0.1', 85, 'm-1', 'pool'],
		[{ host: '10.0.0.1:86' }, '10.0.0.1', 86, 'm-1', 'pool'],
	])('reads JSON with usual field names: %j', (data, host, port, id, group) => {
		expect(auto(data)).toMatchObject({ format: 'json', id, group, addresses: [{ host, port }], unreadable: null });
	});

	test.each(['hello', '{}', '[]', 'null', '42', '{"a":{"b":1}}', '::1:9000', 'a:b:c', 'user@host:80'])(
		'says that it does not know %j',
		(text) => {
			expect(auto(text)).toMatchObject({ id: 'm-1', addresses: [], unreadable: { code: 'format-unknown' } });
		},
	);
});
