import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { systemClock } from '@/lib/adapters/clock';
import type { AuditDraft } from '@/lib/core/audit-entry';
import type { AuditPage, AuditQuery } from '@/lib/core/ports';
import { DIALECTS, endPostgres } from '@/test/support/databases';
import { allPages, auditDraft, streamed, type TemporaryStore, temporaryStore } from './temporary-store';

let store: TemporaryStore;

function encoded(text: string): string {
	return Buffer.from(text).toString('base64url');
}

async function record(...drafts: Partial<AuditDraft>[]): Promise<void> {
	await Promise.all(drafts.map((draft) => store.audit.append(auditDraft(draft))));
}

async function keys(query: AuditQuery): Promise<string[]> {
	const listed = (await allPages(store.audit, query, 2)).map((entry) => entry.key);
	const oldestFirst = (await streamed(store.audit, query)).map((entry) => entry.key);
	expect(oldestFirst).toEqual(listed.toReversed());
	return listed;
}

afterAll(endPostgres);

describe.each(DIALECTS)('on %s', (dialect) => {
	beforeEach(async () => {
		store = await temporaryStore(dialect);
	});
	afterEach(() => store.remove());

	describe('listing the audit log', () => {
		it('gives the newest first, in pages, and says when there is no more', async () => {
			await record(...Array.from({ length: 7 }, (_, index) => ({ key: `k${index + 1}` })));
			const first = await store.audit.list({}, { cursor: null, limit: 3 });
			expect(first.entries.map((entry) => entry.key)).toEqual(['k7', 'k6', 'k5']);
			const second = await store.audit.list({}, { cursor: first.nextCursor, limit: 4 });
			expect(second.entries.map((entry) => entry.key)).toEqual(['k4', 'k3', 'k2', 'k1']);
			expect(second.nextCursor).toBeNull();
			expect(await store.audit.list({}, { cursor: null, limit: 0 })).toMatchObject({ entries: [{ key: 'k7' }] });
		});

		it('neither skips nor repeats an entry while others are being appended', async () => {
			await record(...Array.from({ length: 200 }, (_, index) => ({ key: `old-${index + 1}` })));
			const sequences: number[] = [];
			let cursor: string | null = null;
			do {
				const page: Awaited<ReturnType<TemporaryStore['audit']['list']>> = await store.audit.list(
					{},
					{ cursor, limit: 3 },
				);
				sequences.push(...page.entries.map((entry) => entry.sequence));
				cursor = page.nextCursor;
				// One appended between the pages, one on its way while the next page is read.
				await store.audit.append(auditDraft());
				void store.audit.append(auditDraft());
			} while (cursor !== null);
			expect(sequences).toEqual(Array.from({ length: 200 }, (_, index) => 200 - index));
		});

		it('ends a page early when its entries are large, and loses none of them', async () => {
			await record(...Array.from({ length: 50 }, () => ({ detail: 'x'.repeat(250_000) })));
			const page = await store.audit.list({}, { cursor: null, limit: 1_000 });
			expect(page.entries.length).toBeLessThan(50);
			expect(page.nextCursor).not.toBeNull();
			expect(await allPages(store.audit, {}, 1_000)).toHaveLength(50);
		});

		it.each([
			['empty', ''],
			['plain', '1'],
			['no number', encoded('1:x')],
			['zero', encoded('1:0')],
			['negative', encoded('1:-1')],
			['padded', `${encoded('1:12')}=`],
			['leading zero', encoded('1:01')],
			['another version', encoded('2:1')],
			['beyond safe integers', encoded('1:9999999999999999')],
			['huge', 'A'.repeat(100_000)],
		])('refuses a cursor that it did not give: %s', async (_, cursor) => {
			await expect(store.audit.list({}, { cursor, limit: 1 })).rejects.toMatchObject({ code: 'cursor-invalid' });
		});

		it('streams what was there when it began, and ends', async () => {
			await record({}, {}, {});
			let count = 0;
			for await (const _ of store.audit.stream({})) {
				count += 1;
				await record({});
			}
			expect(count).toBe(3);
		});
	});

	describe('filtering the audit log', () => {
		beforeEach(() =>
			record(
				{ key: 'a', cluster: 'prod', actor: actor('alice'), action: 'member.purge', outcome: 'purged', atMs: 1_000 },
				{
					key: 'b',
					cluster: 'test',
					actor: actor('bob'),
					action: 'member.purge',
					outcome: 'refused',
					atMs: 3_000,
					member: '/m/b',
					memberId: 'b-1',
				},
				{
					key: 'c',
					cluster: null,
					actor: actor('alice'),
					action: 'operator.sign-in',
					outcome: 'ok',
					atMs: 2_000,
					member: null,
					memberId: null,
				},
			),
		);
		const actor = (name: string) => ({ kind: 'operator', name, role: 'operator', sourceAddress: null }) as const;

		it.each<[AuditQuery, string[]]>([
			[{}, ['c', 'b', 'a']],
			[{ cluster: 'prod' }, ['a']],
			[{ actor: 'alice' }, ['c', 'a']],
			[{ actor: 'ali' }, []],
			[{ action: 'member.purge' }, ['b', 'a']],
			[{ outcome: 'refused' }, ['b']],
			[{ member: '/m/b' }, ['b']],
			[{ member: 'b-1' }, ['b']],
			[{ member: "' or 1=1 --" }, []],
			[{ fromMs: 2_000 }, ['c', 'b']],
			[{ toMs: 2_000 }, ['c', 'a']],
			[{ fromMs: 1_500, toMs: 2_500 }, ['c']],
			[{ actor: 'alice', action: 'member.purge', q: 'killed' }, ['a']],
		])('%j', async (query, expected) => {
			expect(await keys(query)).toEqual(expected);
		});
	});

	describe('searching the audit log', () => {
		beforeEach(() =>
			record(
				{
					key: 'zh',
					reason: '网关节点被强制关闭',
					member: '/turms/members/网关-7',
					memberId: '网关-7',
					detail: { note: '会话超时' },
				},
				{ key: 'percent', reason: '100 % of them_gone \\o/', member: '/m/1', memberId: 'one', detail: null },
				{
					key: 'quote',
					reason: 'said "why" OR NOT',
					member: '/m/2',
					memberId: 'two',
					detail: { proof: 'refused-by-quorum' },
				},
				{
					key: 'nul',
					reason: 'a\0b',
					member: '/m/3',
					memberId: 'three',
					actor: { kind: 'token', name: 'robot-x', role: null, sourceAddress: null },
					detail: {},
				},
			),
		);

		it.each<[string, string[]]>([
			['强制关闭', ['zh']],
			['网关', ['zh']],
			['会话', ['zh']],
			['网关 强制关', ['zh']],
			['网关 nothing', []],
			['REFUSED-by', ['quote']],
			['"why"', ['quote']],
			['"', ['quote', 'zh']],
			['OR NOT', ['quote']],
			['them_gone', ['percent']],
			['%', ['percent']],
			['_', ['percent']],
			['\\', ['percent']],
			['\\o/', ['percent']],
			['robot', ['nul']],
			['three', ['nul']],
			['/m/', ['nul', 'quote', 'percent']],
			['percent', ['percent']],
			['NEAR(a b)', []],
			['audit_search : x', []],
			["' union select 1 --", []],
			['*', []],
			['\0', ['nul']],
			['   ', ['nul', 'quote', 'percent', 'zh']],
		])('%j', async (q, expected) => {
			expect(await keys({ q })).toEqual(expected);
		});

		it('refuses a search that is too long instead of answering another', async () => {
			await expect(store.audit.list({ q: 'x'.repeat(257) }, { cursor: null, limit: 1 })).rejects.toMatchObject({
				code: 'search-too-long',
			});
		});

		it('finds rare entries among many, through every window of the walk', async () => {
			const many = Array.from({ length: 9_000 }, (_, index) =>
				auditDraft({ reason: index % 3_000 === 0 ? 'needle 罕' : 'hay', detail: null }),
			);
			await Promise.all(many.map((draft) => store.audit.append(draft)));
			for (const q of ['needle', '罕']) {
				expect(await keys({ q })).toEqual([6_000, 3_000, 0].map((index) => many[index]?.key));
			}

			// With two seconds gone at each look at the clock no page gets far; together they say the same.
			let nowMs = 0;
			const nowMsLater = () => {
				nowMs += 2_000;
				return nowMs;
			};
			const hurried = createAuditStore(store.database, { ...systemClock, nowMs: nowMsLater });
			const found: string[] = [];
			let hasStopped = false;
			let cursor: string | null = null;
			do {
				const page: AuditPage = await hurried.list({ q: '罕' }, { cursor, limit: 50 });
				found.push(...page.entries.map(({ key }) => key));
				const { lookedTo } = page;
				hasStopped ||= lookedTo !== null;
				expect(page.nextCursor === null).toBe(lookedTo === null);
				expect(page.entries.every(({ sequence }) => lookedTo === null || sequence >= lookedTo)).toBe(true);
				cursor = page.nextCursor;
			} while (cursor !== null);
			expect(hasStopped).toBe(true);
			expect(found).toEqual([6_000, 3_000, 0].map((index) => many[index]?.key));
		});
	});
});
