import { describe, expect, test } from 'vitest';
import type { HealthConfig } from '@/lib/core/config';
import { config, parse } from './parse';

const HEALTH: HealthConfig = { path: '/up', port: null, pointer: null, status: 204 };
const TURMS = { memberHost: '10.0.0.31', memberPort: 7510, adminApiAddress: 'http://10.0.0.31:9510' };

function turms(changes: object, health: HealthConfig | null | false = null) {
	return parse('/turms/members/x', { ...TURMS, ...changes }, config('turms', { health }));
}

describe('where a member of turms says how it is', () => {
	test('by itself: /health of its admin API', () => {
		expect(turms({}).health).toEqual({ host: '10.0.0.31', port: 9510, path: '/health', status: 200 });
		expect(turms({ adminApiAddress: 'admin.internal:9511' }).health).toMatchObject({
			host: 'admin.internal',
			port: 9511,
		});
	});

	test.each([undefined, null, '', 'https://10.0.0.31:9510', 'ftp://10.0.0.31:9510', 'nonsense', 7])(
		'nowhere, where the admin API is %j: nothing is guessed',
		(adminApiAddress) => {
			expect(turms({ adminApiAddress }).health).toBeNull();
		},
	);

	test('switched off by the config, or asked elsewhere', () => {
		expect(turms({}, false)).toEqual({ ...turms({}), health: null });
		expect(turms({}, HEALTH).health).toEqual({ host: '10.0.0.31', port: 7510, path: '/up', status: 204 });
	});
});

describe('a health check by the config', () => {
	const json = (record: object, health: Partial<HealthConfig>) =>
		parse('/p/m', record, config('auto', { health: { ...HEALTH, ...health } }));

	test('goes to a fixed port of the main address’s host, in formats without data too', () => {
		expect(json({ host: '::1', port: 80 }, { port: 8080 }).health).toMatchObject({ host: '::1', port: 8080 });
		const health = { ...HEALTH, port: 8983, path: '/solr/admin/info/health' };
		expect(parse('/live_nodes/h:1_solr', '', config('solr', { health })).health).toEqual({
			host: 'h',
			port: 8983,
			path: '/solr/admin/info/health',
			status: 204,
		});
	});

	test.each([
		[9000, 'h', 9000],
		['9000', 'h', 9000],
		['other:9001', 'other', 9001],
		['http://other:9002/ignored?x', 'other', 9002],
		['http://other', 'other', 80],
		['[::1]:9003', '::1', 9003],
	])('goes where the pointer says: %j', (value, host, port) => {
		const parsed = json({ host: 'h', port: 80, meta: { health: value } }, { pointer: '/meta/health' });
		expect(parsed).toMatchObject({ health: { host, port, path: '/up', status: 204 }, unreadable: null });
	});

	test.each([undefined, null, 0, 70_000, '', 'https://other:1', 'a b:1', {}, [80], true])(
		'that finds no port at its pointer (%j) is none, and the row says so without losing its address',
		(value) => {
			const parsed = json({ host: 'h', port: 80, health: value }, { pointer: '/health' });
			expect(parsed.addresses).toEqual([{ name: 'service', host: 'h', port: 80 }]);
			expect(parsed).toMatchObject({ health: null, unreadable: { code: 'health-invalid' } });
			expect(parsed.unreadable?.detail).toContain('/health');
		},
	);

	test('never hides what else is wrong with a registration', () => {
		expect(json({ nothing: 1 }, {})).toMatchObject({ health: null, unreadable: { code: 'format-unknown' } });
		expect(json({ host: 'h', port: 70_000 }, { pointer: '/x' })).toMatchObject({
			health: null,
			unreadable: { code: 'address-invalid' },
		});
	});

	test('finds what the payload holds and nothing that every object has', () => {
		const parsed = json({ host: 'h', port: 80 }, { pointer: '/constructor/length' });
		expect(parsed).toMatchObject({ health: null, unreadable: { code: 'health-invalid' } });
	});
});
