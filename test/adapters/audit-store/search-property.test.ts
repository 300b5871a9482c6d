import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseDialect } from '@/lib/adapters/database/database';
import type { AuditDraft, AuditEntry, Json } from '@/lib/core/audit-entry';
import { canonicalJson } from '@/lib/core/canonical-json';
import type { AuditQuery } from '@/lib/core/ports';
import { DIALECTS, endPostgres } from '@/test/support/databases';
import { allPages, auditDraft, streamed, type TemporaryStore, temporaryStore } from './temporary-store';

const ENTRIES = 3_000;
/** More than a block of `audit_blocks`, with times that jump back and forth. */
const AT_MS = 1_700_000_000_000;

const CLUSTERS = ['prod', 'test', null] as const;
const ACTORS = ['alice', 'bob', 'console-1'] as const;
const ACTIONS = ['member.purge', 'member.verdict', 'operator.sign-in'] as const;
const OUTCOMES = ['purged', 'refused', 'dead', 'ok'] as const;
const MEMBERS = ['/m/a', '/m/b', 'b', null] as const;
const REASONS = [
	'killed by the kernel',
	'网关节点被强制关闭',
	'隔离主机',
	'100 % of them_gone \\o/ "quoted"',
	'ÉTÉ à la Straße',
	'éclair',
	'Ωmega ſ K k',
	'x',
	'',
	null,
] as const;
const DETAILS: readonly Json[] = [
	null,
	true,
	42,
	'网',
	'尾',
	'tail',
	['罕'],
	{},
	{ note: '会话', n: 7 },
	{ 罕: [null, 'ok'] },
];
/** One entry in 750 has one of these: too rare to be met in the first texts that are looked at. */
const RARE = ['quarantäne', 'qu"ar%antine', '罕见', '鲸'] as const;
const RARE_EVERY = 750;
const WORDS = [
	...RARE,
	'QUARANTÄNE',
	'见',
	...[
		'killed',
		'KERNEL',
		'absent',
		'the',
		'purge',
		'em_g',
		'"quoted"',
		'\\o/',
		'été',
		'ÉTÉ',
		'straße',
		'mega',
		'null',
		'true',
	],
	...['网', '关', '网关', '隔离', '强制关闭', '尾', '罕', '会话', '海豚', '离主', '主机', 'ſ', 'K', 'k', 'é', 'Ω'],
	...[
		'x',
		'X',
		'ok',
		'OK',
		'42',
		'7',
		'}',
		'"}',
		'{}',
		']',
		'll',
		'ue',
		'"',
		'""',
		'%',
		'_',
		'\\',
		' ',
		'by',
		'/m',
		'é',
		'éc',
		':7',
	],
] as const;

const drafts: readonly AuditDraft[] = (() => {
	const pick = <T>(items: readonly T[]) => fc.constantFrom(...items);
	const draft = fc.record({
		cluster: pick(CLUSTERS),
		actor: pick(ACTORS).map((name) => ({ kind: 'operator', name, role: null, sourceAddress: null }) as const),
		action: pick(ACTIONS),
		outcome: pick(OUTCOMES),
		member: pick(MEMBERS),
		memberId: pick(MEMBERS),
		reason: pick(REASONS),
		detail: pick(DETAILS),
		jitter: fc.integer({ min: -400, max: 400 }),
	});
	return fc.sample(draft, { numRuns: ENTRIES, seed: 11 }).map(({ jitter, ...rest }, index) => {
		// A clock that stood years behind, in between.
		const atMs = index % 997 === 0 ? 1_000 : AT_MS + index + jitter;
		const rare = index % RARE_EVERY === 20 ? RARE[Math.floor(index / RARE_EVERY)] : undefined;
		const reason = rare ?? rest.reason;
		return auditDraft({ ...rest, reason, atMs, key: `k-${index}` } satisfies Partial<AuditDraft>);
	});
})();

/** A to Z alone lose their case, as LIKE has it. */
const folded = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function searched(entry: AuditEntry): string {
	const { reason, member, memberId, actor, key, czxid, zxid, detail } = entry;
	const parts = [reason ?? '', member ?? '', memberId ?? '', actor.name, key, czxid ?? '', zxid ?? ''];
	return [...parts, canonicalJson(detail)].join('\n');
}

function holds(dialect: DatabaseDialect, entry: AuditEntry, term: string): boolean {
	const text = searched(entry);
	// On SQLite only what the full-text index folds: words of three characters and more.
	const isFolded = dialect === 'postgres' || [...term].length >= 3;
	return isFolded ? text.toLowerCase().includes(term.toLowerCase()) : folded(text).includes(folded(term));
}

function naive(dialect: DatabaseDialect, entries: readonly AuditEntry[], query: AuditQuery): number[] {
	const { cluster, actor, action, outcome, member, fromMs, toMs, q } = query;
	const terms = (q ?? '').split(/\s+/u).filter((term) => term !== '');
	return entries
		.filter(
			(entry) =>
				(cluster === undefined || entry.cluster === cluster) &&
				(actor === undefined || entry.actor.name === actor) &&
				(action === undefined || entry.action === action) &&
				(outcome === undefined || entry.outcome === outcome) &&
				(member === undefined || entry.member === member || entry.memberId === member) &&
				(fromMs === undefined || entry.atMs >= fromMs) &&
				(toMs === undefined || entry.atMs <= toMs) &&
				terms.every((term) => holds(dialect, entry, term)),
		)
		.map(({ sequence }) => sequence);
}

const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });
const questions: fc.Arbitrary<AuditQuery> = fc.record({
	cluster: rarely(fc.constantFrom('prod', 'test', 'nowhere')),
	actor: rarely(fc.constantFrom(...ACTORS, 'nobody')),
	action: rarely(fc.constantFrom(...ACTIONS)),
	outcome: rarely(fc.constantFrom(...OUTCOMES, 'never')),
	member: rarely(fc.constantFrom('/m/a', '/m/b', 'b', 'none')),
	fromMs: rarely(fc.integer({ min: AT_MS - 500, max: AT_MS + ENTRIES + 500 })),
	toMs: rarely(fc.integer({ min: AT_MS - 500, max: AT_MS + ENTRIES + 500 })),
	q: rarely(fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }).map((words) => words.join(' '))),
});

describe.each(DIALECTS)('a search on %s', (dialect) => {
	let store: TemporaryStore;
	let entries: readonly AuditEntry[];
	beforeAll(async () => {
		store = await temporaryStore(dialect);
		entries = await Promise.all(drafts.map((each) => store.audit.append(each)));
	});
	afterAll(() => store.remove());

	it('any question finds exactly the entries that a look at each one finds, in both directions', async () => {
		await fc.assert(
			fc.asyncProperty(questions, async (query) => {
				const expected = naive(dialect, entries, query);
				expect((await streamed(store.audit, query)).map(({ sequence }) => sequence)).toEqual(expected);
				const listed = await allPages(store.audit, query, 170);
				expect(listed.map(({ sequence }) => sequence)).toEqual(expected.toReversed());
			}),
			{ numRuns: 60, seed: 5 },
		);
	});

	it.each(WORDS)('%j alone finds exactly the entries that hold it', async (q) => {
		const expected = naive(dialect, entries, { q });
		expect((await streamed(store.audit, { q })).map(({ sequence }) => sequence)).toEqual(expected);
		expect((await allPages(store.audit, { q }, 170)).map(({ sequence }) => sequence)).toEqual(expected.toReversed());
	});
});
afterAll(endPostgres);
