import { describe, expect, test } from 'vitest';
import { config, expectSoundRow, parse } from './parse';

const registered = (name: string, category = 'providers') => `/dubbo/com.example.UserService/${category}/${name}`;
const dubbo = (url: string, category?: string) =>
	parse(registered(encodeURIComponent(url), category), '', config('dubbo'));

describe('kafka', () => {
	const broker = (record: object) => parse('/brokers/ids/7', record, config('kafka'));
	const v5 = { version: 5, jmx_port: -1, timestamp: '1692025259506', host: null, port: -1 };

	test('every endpoint is an address; the plaintext one, which host and port repeat, is the main one', () => {
		const endpoints = ['SASL_SSL://k.example.com:9094', 'PLAINTEXT_HOST://k.internal:9092', 'CTL://[::1]:9093'];
		expect(broker({ ...v5, host: 'k.internal', port: 9092, endpoints })).toMatchObject({
			id: '7',
			group: 'brokers',
			addresses: [
				{ name: 'PLAINTEXT_HOST', host: 'k.internal', port: 9092 },
				{ name: 'SASL_SSL', host: 'k.example.com', port: 9094 },
				{ name: 'CTL', host: '::1', port: 9093 },
			],
			unreadable: null,
			selfReported: { version: 5, jmx_port: -1 },
		});
	});

	test('a broker of before endpoints is read by host and port', () => {
		const v1 = { version: 1, host: 'k.internal', port: 9092, jmx_port: 9999, timestamp: '1' };
		const expected = [{ name: 'service', host: 'k.internal', port: 9092 }];
		expect(broker(v1).addresses).toEqual(expected);
		expect(parse('/brokers/ids/7', v1, config('auto'))).toMatchObject({ format: 'kafka', addresses: expected });
	});

	test('an endpoint that cannot be read is named and loses none of the others', () => {
		const endpoints = ['A://h:9092', 'B://h:70000', 'C://:9093', null, 7, 'D://h:9094'];
		const parsed = broker({ ...v5, endpoints });
		expect(parsed.addresses.map(({ name }) => name)).toEqual(['A', 'D']);
		expect(parsed.unreadable?.code).toBe('address-invalid');
		expect(parsed.unreadable?.detail).toContain('B: ');
	});

	test('without any endpoint there is no address', () => {
		for (const endpoints of [undefined, null, [], '']) {
			expect(broker({ ...v5, endpoints })).toMatchObject({ addresses: [], unreadable: { code: 'address-missing' } });
		}
		expect(broker({ ...v5, endpoints: { a: 1 } })).toMatchObject({
			addresses: [],
			unreadable: { code: 'address-invalid' },
		});
	});

	test('more addresses than can be watched: none is given, and the row says so', () => {
		const listeners = (count: number) => Array.from({ length: count }, (_, index) => `L${index}://h:${9_000 + index}`);
		expect(broker({ ...v5, endpoints: listeners(32) })).toMatchObject({ unreadable: null });
		expect(broker({ ...v5, endpoints: listeners(32) }).addresses).toHaveLength(32);
		for (const record of [
			{ ...v5, endpoints: listeners(33) },
			{ ...v5, host: 'other', port: 1, endpoints: listeners(32) },
			{ ...v5, endpoints: Array.from({ length: 100_000 }, () => 'A://h:1') },
		]) {
			const parsed = broker(record);
			expectSoundRow(parsed);
			expect(parsed).toMatchObject({ addresses: [], unreadable: { code: 'addresses-too-many' } });
		}
	});
});

describe('dubbo', () => {
	const url = 'tri://192.168.0.105:50051/com.example.UserService?application=echo&interface=com.example.UserService';

	test('the address is the URL’s, the id its host and port, the group the interface that the place names', () => {
		expect(dubbo(`${url}&timestamp=1572966656788`)).toMatchObject({
			format: 'dubbo',
			id: '192.168.0.105:50051',
			group: 'com.example.UserService',
			addresses: [{ name: 'tri', host: '192.168.0.105', port: 50_051 }],
			unreadable: null,
			selfReported: { application: 'echo', timestamp: '1572966656788' },
		});
		expect(dubbo('dubbo://[2001:db8::1]:20880/x').id).toBe('[2001:db8::1]:20880');
	});

	test('the data says nothing, whatever it is: Curator writes the client’s own IP there', () => {
		for (const data of ['192.168.0.105', Uint8Array.from([0xff, 0x00]), '{}']) {
			const path = registered(encodeURIComponent(url));
			expect(parse(path, data, config('dubbo'))).toEqual(dubbo(url));
			expect(parse(path, data, config('auto'))).toEqual(dubbo(url));
		}
	});

	test.each([
		['consumers', 'consumer://192.168.0.9/com.example.UserService?category=consumers&side=consumer'],
		['consumers', 'consumer://192.168.0.9:4711/com.example.UserService?side=consumer'],
		['configurators', 'override://0.0.0.0/com.example.UserService?category=configurators&timeout=1'],
		['configurators', 'override://10.0.0.1:20880/com.example.UserService?category=configurators'],
		['routers', 'condition://0.0.0.0/com.example.UserService?category=routers'],
		['providers', 'consumer://192.168.0.9:20880/com.example.UserService'],
	])('what stands below %s and provides nothing has no address, and says why: %s', (category, text) => {
		const parsed = dubbo(text, category);
		expectSoundRow(parsed);
		expect(parsed).toMatchObject({ addresses: [], group: 'com.example.UserService', health: null });
		expect(parsed.unreadable).toMatchObject({ code: 'address-missing' });
		expect(parsed.unreadable?.detail).toContain('listens on no port');
	});

	test('elsewhere the category is the URL’s own', () => {
		const elsewhere = (text: string, format: 'dubbo' | 'auto' = 'dubbo') =>
			parse(`/flat/${encodeURIComponent(text)}`, '', config(format));
		expect(elsewhere(url)).toMatchObject({ group: 'com.example.UserService', addresses: [{ port: 50_051 }] });
		expect(elsewhere(`${url}&category=consumers`).unreadable?.code).toBe('address-missing');
		expect(elsewhere(url, 'auto')).toEqual(elsewhere(url));
		// Other systems name their tasks by encoded URLs: a log to be split is nobody's registration.
		expect(elsewhere('hdfs://namenode:8020/hbase/WALs/rs1', 'auto').unreadable?.code).toBe('payload-empty');
	});

	test('credentials in a URL show nowhere but in the name itself', () => {
		const parsed = dubbo('dubbo://admin:hunter2@10.0.0.1:20880/x?password=hunter2');
		expect(parsed.addresses).toEqual([{ name: 'dubbo', host: '10.0.0.1', port: 20_880 }]);
		expect(JSON.stringify(parsed)).not.toContain('hunter2');
	});

	test.each([
		['percent-encoding that is broken', 'dubbo%3A%2F%2F10.0.0.1%3A20880%2Fx%ZZ', 'broken'],
		['percent-encoding cut short', 'dubbo%3A%2F%2F10.0.0.1%3A20880%2', 'broken'],
		['bytes that are no UTF-8', 'dubbo%3A%2F%2F10.0.0.1%3A20880%2F%ff', 'broken'],
		['percent-encoding of percent-encoding', 'dubbo%253A%252F%252F10.0.0.1%253A20880%252Fx', 'more than once'],
		['no URL', 'hello', 'no encoded URL'],
		['100,000 characters', `dubbo%3A%2F%2F10.0.0.1%3A20880%2F${'x'.repeat(100_000)}`, 'at most 65536'],
	])('%s is named, in a row of its own', (_, name, detail) => {
		const parsed = parse(registered(name), '', config('dubbo'));
		expectSoundRow(parsed);
		expect(parsed).toMatchObject({
			addresses: [],
			group: 'com.example.UserService',
			unreadable: { code: 'name-invalid' },
		});
		expect(parsed.unreadable?.detail).toContain(detail);
	});
});

describe('solr', () => {
	const solr = (name: string, format: 'solr' | 'auto' = 'solr') => parse(`/live_nodes/${name}`, '', config(format));

	test.each([
		['solr_1.internal:8983_solr', 'solr_1.internal', 8983, 'solr'],
		['host:8983_solr%2Fa', 'host', 8983, 'solr/a'],
		['host:8983_', 'host', 8983, ''],
		['host:8983_my_context', 'host', 8983, 'my_context'],
		['[2001:db8::1]:8983_solr', '2001:db8::1', 8983, 'solr'],
		['host:8983_%zz', 'host', 8983, '%zz'],
	])('reads %s', (name, host, port, context) => {
		expect(solr(name)).toMatchObject({
			id: name,
			group: 'live_nodes',
			addresses: [{ name: 'service', host, port }],
			unreadable: null,
			selfReported: { context },
		});
		expect(solr(name, 'auto')).toEqual(solr(name));
	});

	test('a candidate in an election, which is named by its host too, is no live node to auto', () => {
		const path = '/overseer_elect/election/72057615854272512-10.0.0.21:8983_solr-n_0000000003';
		expect(parse(path, '', config('auto'))).toMatchObject({ addresses: [], unreadable: { code: 'payload-empty' } });
	});

	test.each(['host', 'host:8983', 'host_solr', ':8983_solr', 'host:_solr', '_', ''])(
		'%j is not such a name',
		(name) => {
			expect(solr(name)).toMatchObject({ addresses: [], unreadable: { code: 'name-invalid' } });
		},
	);
});

describe('hbase', () => {
	/** As HBase writes it: 0xff, length, the writer's id, then PBUF and the message. */
	const DATA = Uint8Array.from([0xff, 0, 0, 0, 2, 0x72, 0x73, 0x50, 0x42, 0x55, 0x46, 0x08, 0xfe, 0x7d]);
	const hbase = (name: string, format: 'hbase' | 'auto' = 'hbase') => parse(`/hbase/rs/${name}`, DATA, config(format));

	test('reads host, port and start code, and no data', () => {
		const name = 'rs-3.internal,16020,1700000000123';
		expect(hbase(name)).toMatchObject({
			id: name,
			group: 'rs',
			addresses: [{ name: 'service', host: 'rs-3.internal', port: 16_020 }],
			unreadable: null,
			selfReported: { startCode: '1700000000123' },
		});
		expect(hbase(name, 'auto')).toEqual(hbase(name));
		const text = new TextEncoder().encode('PBUF\u0008');
		expect(parse(`/hbase/rs/${name}`, text, config('auto'))).toEqual(hbase(name));
	});

	test('auto takes no name without a start code’s 13 digits for a server', () => {
		expect(hbase('lock,1,0000000012')).toMatchObject({ addresses: [{ host: 'lock', port: 1 }] });
		expect(hbase('lock,1,0000000012', 'auto')).toMatchObject({
			addresses: [],
			unreadable: { code: 'payload-not-text' },
		});
	});

	test.each(['rs-3', 'rs-3,16020', ',16020,1', 'rs,port,1', 'rs,1,', 'a,b,16020,1'])('%j is no server name', (name) => {
		expect(hbase(name)).toMatchObject({ addresses: [], unreadable: { code: 'name-invalid' } });
	});
});
