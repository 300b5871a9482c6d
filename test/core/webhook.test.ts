import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUDIT_ACTIONS } from '@/lib/core/audit-entry';
import { isTold, originOf, undelivered, urlProblem, type WebhookFilter } from '@/lib/core/webhook';
import { deliveryId, PAYLOAD_DETAIL_MAX, toPayload } from '@/lib/core/webhook-payload';
import { isGivenUp, RETRY, retryDelayMs } from '@/lib/core/webhook-retry';
import { entryOf } from '@/test/unit/webhooks/entry';

const ALL: WebhookFilter = { actions: [], outcomes: [], clusters: [] };
const told = (filter: Partial<WebhookFilter>, entry = entryOf()) =>
	isTold({ id: 'w1', filter: { ...ALL, ...filter } }, entry);

describe('what a console says of webhooks that are not told', () => {
	const url = 'https://hooks.example/secret-path';
	const trouble = (failingMs: number) => ({
		attempts: 9,
		failingMs,
		sinceAtMs: 1,
		problem: { code: 'timed-out', detail: 'no answer' } as const,
	});

	it('names the origin alone, of one that paused by itself or has failed for ten minutes', () => {
		const gone = { cause: 'gone', atMs: 1 } as const;
		expect(undelivered({ url, paused: gone, trouble: trouble(0) })).toBe('https://hooks.example: paused (timed-out)');
		expect(undelivered({ url, paused: null, trouble: trouble(600_000) })).toBe(
			'https://hooks.example: failing (timed-out)',
		);
	});

	it('is silent of one that a person paused, that fails since a moment ago, or that is well', () => {
		expect(undelivered({ url, paused: { cause: 'person', atMs: 1 }, trouble: trouble(900_000) })).toBeNull();
		expect(undelivered({ url, paused: null, trouble: trouble(599_999) })).toBeNull();
		expect(undelivered({ url, paused: null, trouble: null })).toBeNull();
	});
});

describe('the filter of a webhook', () => {
	it('takes everything with empty lists, also what concerns no cluster', () => {
		for (const action of AUDIT_ACTIONS) {
			expect(told({}, entryOf({ action, cluster: null }))).toBe(true);
		}
	});

	it('asks for an entry that is in each of its lists', () => {
		expect(told({ actions: ['member.verdict', 'member.purge'] })).toBe(true);
		expect(told({ actions: ['member.verdict'] })).toBe(false);
		expect(told({ actions: ['member.purge'], outcomes: ['refused'] })).toBe(false);
		expect(told({ outcomes: ['purged'], clusters: ['prod'] })).toBe(true);
		expect(told({ clusters: ['stage'] })).toBe(false);
		expect(told({ clusters: ['prod'] }, entryOf({ cluster: null }))).toBe(false);
	});

	it('tells a webhook nothing about itself, and everything about the others', () => {
		const about = (webhook: string) => entryOf({ action: 'webhook.pause', detail: { webhook }, cluster: null });
		expect(told({}, about('w1'))).toBe(false);
		expect(told({ actions: ['webhook.pause'] }, about('w1'))).toBe(false);
		expect(told({ actions: ['webhook.pause'] }, about('w2'))).toBe(true);
		expect(told({}, entryOf({ detail: { webhook: 'w1' } })), 'a detail of another action').toBe(true);
		for (const detail of [null, 'w1', ['w1'], { webhook: 1 }]) {
			expect(told({}, entryOf({ action: 'webhook.pause', detail }))).toBe(true);
		}
	});
});

describe('the address of a webhook', () => {
	it.each(['https://hooks.example/rollcall', 'http://127.0.0.1:9/a?b=c', 'http://[::1]:8080/', 'HTTPS://EXAMPLE.org'])(
		'may be %s',
		(url) => {
			expect(urlProblem(url)).toBeNull();
		},
	);

	it.each([
		['', /http or https/],
		['hooks.example/rollcall', /http or https/],
		['ftp://hooks.example/', /http or https/],
		['file:///etc/passwd', /http or https/],
		['javascript:alert(1)', /http or https/],
		['https://', /http or https/],
		['https://vera:secret@hooks.example/', /no username/],
		['https://vera@hooks.example/', /no username/],
		['https://hooks.example/#part', /behind '#'/],
		[`https://hooks.example/${'a'.repeat(2_048)}`, /at most 2048/],
	])('is refused: %s', (url, expected) => {
		expect(urlProblem(url)).toMatch(expected);
	});

	it('is recorded as its origin alone: a path or a query may be a secret', () => {
		expect(originOf('https://hooks.example:8443/services/T0/s3cret?token=s3cret')).toBe('https://hooks.example:8443');
	});
});

describe('the next attempt', () => {
	it('comes after 5 s, then after twice as long each time, at most half an hour', () => {
		const even = Array.from({ length: 12 }, (_, index) => retryDelayMs(index + 1, 0.5, null) / 1_000);
		expect(even).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1_280, 1_800, 1_800, 1_800]);
	});

	it('is spread by a fifth at most, and never sooner than the receiver asked for, within the longest', () => {
		const attempts = fc.integer({ min: 1, max: 10_000 });
		const random = fc.double({ min: 0, max: 1, noNaN: true });
		const asked = fc.option(fc.integer({ min: 0, max: 1e12 }), { nil: null });
		fc.assert(
			fc.property(attempts, random, asked, (count, where, askedMs) => {
				const delayMs = retryDelayMs(count, where, askedMs);
				expect(delayMs).toBeGreaterThanOrEqual(RETRY.firstMs * 0.8);
				expect(delayMs).toBeGreaterThanOrEqual(Math.min(askedMs ?? 0, RETRY.longestMs));
				expect(delayMs).toBeLessThanOrEqual(RETRY.longestMs * 1.2);
			}),
		);
		expect(retryDelayMs(1, 0, null)).toBe(4_000);
		expect(retryDelayMs(1, 1, null)).toBe(6_000);
	});

	it('is given up after a day of failures', () => {
		expect(isGivenUp(86_400_000 - 1)).toBe(false);
		expect(isGivenUp(86_400_000)).toBe(true);
	});
});

describe('what is delivered', () => {
	it('is the entry as the API has it, with links to it', () => {
		const payload = toPayload(entryOf(), 'https://rollcall.example/');
		expect(payload).toMatchObject({
			type: 'audit.member.purge',
			timestamp: '2026-01-01T00:00:00.000Z',
			data: { id: '7', actor: { name: 'vera' }, detail: { guards: [{ guard: 'verdict' }] }, hash: 'b'.repeat(64) },
			links: {
				entry: 'https://rollcall.example/audit?q=b0f6f3e0-0000-4000-8000-000000000007&entry=7',
				cluster: 'https://rollcall.example/c/prod',
				member: 'https://rollcall.example/c/prod/member?path=%2Fturms%2Fmembers%2Fgateway%2007',
			},
		});
		expect(toPayload(entryOf({ cluster: null, member: null, key: 'a b&c' }), null).links).toEqual({
			entry: '/audit?q=a%20b%26c&entry=7',
			cluster: null,
			member: null,
		});
	});

	it('leaves out the evidence, and a detail that is long', () => {
		const detail = { from: 'alive', to: 'dead', input: { state: {} } };
		expect(toPayload(entryOf({ detail }), null).data.detail).toEqual({ from: 'alive', to: 'dead' });
		const long = { text: 'x'.repeat(PAYLOAD_DETAIL_MAX) };
		expect(toPayload(entryOf({ detail: long }), null).data.detail).toEqual({
			leftOut: true,
			characters: PAYLOAD_DETAIL_MAX + '{"text":""}'.length,
		});
		for (const plain of [null, 'text', 7, ['a']]) {
			expect(toPayload(entryOf({ detail: plain }), null).data.detail).toEqual(plain);
		}
	});

	it('goes under the key of its entry; where a header cannot carry that, under its hash', () => {
		expect(deliveryId(entryOf({ key: 'archive-0f' }))).toBe('archive-0f');
		for (const key of ['two words', 'line\nbreak', '网关', '']) {
			expect(deliveryId(entryOf({ key }))).toBe('b'.repeat(64));
		}
	});
});
