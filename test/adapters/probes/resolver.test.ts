import { describe, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { canonicalIp } from '@/lib/adapters/probes/literal-ip';
import { createProbes } from '@/lib/adapters/probes/probes';
import { Resolver } from '@/lib/adapters/probes/resolver';

/** A resolver over a table, with a clock that moves by hand; `calls` records what was looked up. */
function tableResolver(table: Record<string, string[] | 'hangs' | 'fails'>) {
	const calls: string[] = [];
	const time = { nowMs: 0 };
	const resolver = new Resolver({
		clock: { ...systemClock, nowMs: () => time.nowMs },
		lookup: async (host) => {
			calls.push(host);
			const answer = table[host] ?? 'fails';
			if (answer === 'hangs') {
				return new Promise(() => undefined);
			}
			if (answer === 'fails') {
				throw Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' });
			}
			return answer;
		},
	});
	return { resolver, calls, time };
}

describe('resolve', () => {
	test('literals resolve to themselves in one spelling, without a lookup', async () => {
		const { resolver, calls } = tableResolver({});
		expect(await resolver.resolve('10.0.0.7', 100)).toEqual(['10.0.0.7']);
		expect(await resolver.resolve('::1', 100)).toEqual(['::1']);
		expect(await resolver.resolve('[2001:DB8:0:0:0:0:0:1]', 100)).toEqual(['2001:db8::1']);
		expect(await resolver.resolve('::ffff:10.0.0.7', 100)).toEqual(['10.0.0.7']);
		expect(calls).toEqual([]);
	});

	test.each([
		'',
		' ',
		'0.0.0.0',
		'::',
		'[::]',
		'0:0:0:0:0:0:0:0',
		'::ffff:0.0.0.0',
		'fe80::1%eth0',
		'0',
		'127.1',
		'0x7f.1',
		'2130706433',
		'.',
		'a b',
		'a\nb',
		'-a',
		'a/b',
		'x'.repeat(254),
	])('%j is not provable and is never looked up', async (host) => {
		const { resolver, calls } = tableResolver({});
		expect(await resolver.resolve(host, 100)).toEqual([]);
		expect(calls).toEqual([]);
	});

	test('a name gives all its addresses but wildcards, each once, at most eight, in a stable order', async () => {
		const many = Array.from({ length: 12 }, (_, index) => `10.0.0.${20 - index}`);
		const { resolver } = tableResolver({ many, mixed: ['0.0.0.0', '10.0.0.2', '::', '10.0.0.2', '2001:db8::1'] });
		expect(await resolver.resolve('mixed', 100)).toEqual(['10.0.0.2', '2001:db8::1']);
		const ips = await resolver.resolve('many', 100);
		expect(ips).toHaveLength(8);
		expect(ips).toEqual([...ips].sort());
	});

	test('answers, also failures, are kept for ten seconds and callers at the same time share one lookup', async () => {
		const { resolver, calls, time } = tableResolver({ a: ['10.0.0.1'] });
		await Promise.all([resolver.resolve('a', 100), resolver.resolve('a', 100)]);
		expect(await resolver.resolve('b', 100)).toEqual([]);
		expect(await resolver.resolve('b', 100)).toEqual([]);
		expect(calls).toEqual(['a', 'b']);
		time.nowMs = 9_999;
		expect(await resolver.resolve('a', 100)).toEqual(['10.0.0.1']);
		expect(calls).toEqual(['a', 'b']);
		time.nowMs = 10_001;
		expect(await resolver.resolve('a', 100)).toEqual(['10.0.0.1']);
		expect(calls).toEqual(['a', 'b', 'a']);
	});

	test('a name server that hangs costs the caller its own time and no more lookups than two', async () => {
		const { resolver, calls } = tableResolver({ a: 'hangs', b: 'hangs', c: ['10.0.0.3'] });
		const answers = await Promise.all(['a', 'b', 'c', 'a'].map((host) => resolver.resolve(host, 50)));
		expect(answers).toEqual([[], [], [], []]);
		expect(calls).toEqual(['a', 'b']);
	});

	test('the cache stays within its bound', async () => {
		const { resolver, calls } = tableResolver({ first: ['10.0.0.1'] });
		await resolver.resolve('first', 1_000);
		for (let index = 0; index < 4_096; index += 1) {
			await resolver.resolve(`host-${index}`, 1_000);
		}
		await resolver.resolve('first', 1_000);
		expect(calls.filter((host) => host === 'first')).toHaveLength(2);
	});

	test('localhost resolves through the system to loopback addresses', async () => {
		const ips = await createProbes({ clock: systemClock }).resolve('localhost', 5_000);
		expect(ips.length).toBeGreaterThan(0);
		for (const ip of ips) {
			expect(['127.0.0.1', '::1']).toContain(ip);
		}
	});
});

describe('canonicalIp', () => {
	test('gives one spelling per address and null for anything else', () => {
		expect(canonicalIp('0:0:0:0:0:0:0:1')).toBe('::1');
		expect(canonicalIp('FE80::A')).toBe('fe80::a');
		expect(canonicalIp('0:0:0:0:0:ffff:c0a8:0105')).toBe('192.168.1.5');
		for (const text of ['localhost', '1.2.3', '010.0.0.1', '[10.0.0.1', '::1%lo', '']) {
			expect(canonicalIp(text)).toBeNull();
		}
	});
});
