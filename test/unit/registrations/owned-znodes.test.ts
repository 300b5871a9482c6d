import { describe, expect, test } from 'vitest';
import { sequenceOf } from '@/lib/core/fence';
import { isRegistrationApart } from '@/lib/core/owned';
import { config, parse } from './parse';

/** The victim's own address. */
const OWN = [{ name: 'service', host: '10.0.0.1', port: 8983 }];
const dubbo = (hostPort: string, scheme = 'dubbo') =>
	encodeURIComponent(`${scheme}://${hostPort}/com.example.A?interface=com.example.A`);

function isApart(path: string, data: string | Uint8Array | object = ''): boolean {
	const kind = sequenceOf(path) === null ? 'other' : 'sequence';
	return isRegistrationApart({ path, kind }, parse(path, data, config('auto')), OWN);
}

describe('of the znodes that a dead session owns and nobody follows', () => {
	test.each([
		['a provider', `/dubbo/com.example.A/providers/${dubbo('10.0.0.2:20880')}`],
		['a provider at another port', `/dubbo/com.example.A/providers/${dubbo('10.0.0.1:20880')}`],
		['a live node', '/live_nodes/10.0.0.2:8983_solr'],
		['a region server', '/hbase/rs/rs-3.internal,16020,1700000000123'],
		['a provider whose port is out of range', `/dubbo/com.example.A/providers/${dubbo('10.0.0.1:70000')}`],
		['a live node whose port is out of range', '/live_nodes/10.0.0.2:70000_solr'],
		['a provider whose name is cut short', '/dubbo/com.example.A/providers/dubbo%3A%2F%2F10.0.0.1%3A8983%2'],
	])('%s, by its name alone, has to be proven by itself', (_, path) => {
		expect(isApart(path)).toBe(true);
		expect(isApart(path, Uint8Array.from([0xff, 0x00, 0x00]))).toBe(true);
	});

	test.each([
		['host and port', { host: '10.0.0.2', port: 80 }],
		['a host that cannot be read', { host: 'a b', port: 80 }],
		[
			'more addresses than can be watched',
			{ version: 5, jmx_port: -1, endpoints: Array.from({ length: 33 }, (_, index) => `A://10.0.0.1:${index + 1}`) },
		],
	])('one whose data states %s has to be proven by itself', (_, data) => {
		expect(isApart('/elsewhere/m', data)).toBe(true);
	});

	test.each([
		['protobuf', '/svc/x/node-1', Uint8Array.from([8, 1, 18, 9, 49, 48, 46, 48, 46, 48, 46, 57])],
		['JSON of fields unknown here', '/svc/x/node-2', { rpc: { listen: '10.0.0.99', p: 9000 } }],
		['a list of endpoints', '/svc/x/many', { endpoints: ['10.0.0.99:1', '10.0.0.98:2'] }],
		['text that says nothing', '/svc/x/text', 'rack 7, unit 3'],
		['more than is read', '/svc/x/large', 'x'.repeat(2_000_000)],
	])('one whose data is %s, under a name without a sequence, has to be proven by itself', (_, path, data) => {
		expect(isApart(path, data)).toBe(true);
	});

	test('an empty one that is named like an address has to be proven by itself, unless the address is its owner’s', () => {
		expect(isApart('/svc/10.0.0.99:9000')).toBe(true);
		expect(isApart('/svc/10.0.0.1:8983')).toBe(false);
	});

	test.each([
		['an empty lock', '/locks/lock-0000000012', ''],
		['a lock that holds its owner’s address', '/locks/lock-0000000012', '10.0.0.1:8983'],
		['a lock that holds anything else', '/locks/lock-0000000012', 'worker 7'],
		['an election’s candidate', '/overseer_elect/election/72057615854272512-10.0.0.9:8983_solr-n_0000000003', ''],
		[
			'the leader of an election',
			'/overseer_elect/leader',
			{ id: '72057615854272512-10.0.0.9:8983_solr-n_0000000003' },
		],
		['a consumer', `/dubbo/com.example.A/consumers/${dubbo('10.0.0.9:4711', 'consumer')}`, ''],
		['another service at the same address', `/dubbo/com.example.B/providers/${dubbo('10.0.0.1:8983')}`, ''],
		['its own live node', '/live_nodes/10.0.0.1:8983_solr', ''],
		['HBase’s master', '/hbase/master', Uint8Array.from([0xff, 0, 0, 0, 1, 0x50, 0x42, 0x55, 0x46])],
		['Kafka’s controller', '/controller', { version: 1, brokerid: 7, timestamp: '1' }],
	])('%s goes with its owner', (_, path, data) => {
		expect(isApart(path, data)).toBe(false);
	});
});
