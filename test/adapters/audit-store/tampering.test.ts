import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DIALECTS, endPostgres } from '@/test/support/databases';
import { auditDraft, type TemporaryStore, temporaryStore } from './temporary-store';

let store: TemporaryStore;
afterAll(endPostgres);

const COPY = `key, at_ms, actor_kind, actor_name, actor_role, actor_source_address, action, outcome, cluster, member, member_id,
	czxid, reason, zxid`;
const UNGUARD = {
	sqlite: `drop trigger audit_entries_no_update; drop trigger audit_entries_no_delete; drop trigger audit_entries_next_link;
		drop trigger audit_entries_move_head; drop trigger audit_head_follows;`,
	postgres: 'alter table audit_entries disable trigger user; alter table audit_head disable trigger user;',
} as const;

const SQLITE_ONLY: readonly [string, string, RegExp][] = [
	[
		'replacing an entry by its key',
		`insert or replace into audit_entries select 101, 'key-50', at_ms, ${COPY.slice(COPY.indexOf('actor_kind'))}, hash, 'h', detail from audit_entries where sequence = 100`,
		/key or hash exists/,
	],
	[
		'replacing an entry by its sequence',
		`insert or replace into audit_entries select 50, 'new', at_ms, ${COPY.slice(COPY.indexOf('actor_kind'))}, hash, 'h', detail from audit_entries where sequence = 100`,
		/next link/,
	],
	['a second id of the chain', "insert or replace into audit_chain values (1, 'other')", /keeps its id/],
];
const POSTGRES_ONLY: readonly [string, string, RegExp][] = [
	['truncating the log', 'truncate audit_entries', /never deleted/],
	['truncating the head', 'truncate audit_head', /never deleted/],
	['truncating the chain', 'truncate audit_chain', /keeps its id/],
	['truncating the written heads', 'truncate audit_chain_heads', /not forgotten/],
	[
		'an entry put over another',
		`insert into audit_entries select 101, 'key-50', at_ms, ${COPY.slice(COPY.indexOf('actor_kind'))}, hash, 'h', detail from audit_entries
			where sequence = 100 on conflict (key) do update set reason = 'forged'`,
		/never changed|key or hash exists/,
	],
	[
		'an update that touches nothing',
		"update audit_entries set reason = 'forged' where sequence = 5000",
		/never changed/,
	],
];

describe.each(DIALECTS)('on %s', (dialect) => {
	beforeEach(async () => {
		store = await temporaryStore(dialect);
		await Promise.all(
			Array.from({ length: 100 }, (_, index) => store.audit.append(auditDraft({ key: `key-${index + 1}` }))),
		);
	});
	afterEach(() => store.remove());

	describe('the database refuses what would change the log', () => {
		it.each([
			['an update', "update audit_entries set reason = 'forged' where sequence = 50", /never changed/],
			['an update of every row', 'update audit_entries set at_ms = at_ms + 1', /never changed/],
			['a delete', 'delete from audit_entries where sequence = 100', /never deleted/],
			['emptying the table', 'delete from audit_entries', /never deleted/],
			[
				'an entry out of sequence',
				`insert into audit_entries select 102, 'new', at_ms, ${COPY.slice(COPY.indexOf('actor_kind'))}, hash, 'h', detail from audit_entries where sequence = 100`,
				/next link/,
			],
			[
				'an entry with a wrong previous hash',
				`insert into audit_entries select 101, 'new', at_ms, ${COPY.slice(COPY.indexOf('actor_kind'))}, 'wrong', 'h', detail from audit_entries where sequence = 100`,
				/next link/,
			],
			['moving the head back', 'update audit_head set sequence = 50', /moves with an entry/],
			['moving the head on', "update audit_head set sequence = 101, hash = 'h'", /moves with an entry/],
			['removing the head', 'delete from audit_head', /never deleted/],
			['a second head', "insert into audit_head values (2, 0, 'h')", /one head/],
			['another id of the chain', "update audit_chain set chain = 'other'", /keeps its id/],
			['no id of the chain', 'delete from audit_chain', /keeps its id/],
			['a second id of the chain', "insert into audit_chain values (2, 'other')", /keeps its id/],
			[
				'a written head that is no entry',
				"insert into audit_chain_heads values ('prod', 7, 'h')",
				/an entry of the chain/,
			],
			[
				'forgetting a written head',
				"insert into audit_chain_heads select 'prod', sequence, hash from audit_head; delete from audit_chain_heads",
				/not forgotten/,
			],
		])('%s', async (_, statement, message) => {
			await expect(store.sql(statement)).rejects.toThrow(message);
			expect(await store.audit.verify()).toMatchObject({ ok: true, entries: 100 });
		});
	});

	describe('the database refuses what only it knows', () => {
		it.each(dialect === 'sqlite' ? SQLITE_ONLY : POSTGRES_ONLY)('%s', async (_, statement, message) => {
			await expect(store.sql(statement)).rejects.toThrow(message);
			expect(await store.audit.verify()).toMatchObject({ ok: true, entries: 100 });
		});
	});

	describe('what was changed with the triggers out of the way is found, and the first broken entry named', () => {
		it.each([
			['a changed reason', "update audit_entries set reason = 'forged' where sequence = 50", 50],
			['a changed actor', "update audit_entries set actor_name = 'mallory' where sequence = 1", 1],
			['a changed time', 'update audit_entries set at_ms = at_ms + 1 where sequence = 100', 100],
			['a value removed', 'update audit_entries set zxid = null where sequence = 33', 33],
			['a changed detail', `update audit_entries set detail = replace(detail, '0.25', '0.26') where sequence = 64`, 64],
			['white space in a detail', `update audit_entries set detail = detail || ' ' where sequence = 65`, 65],
			['a detail that is no JSON', `update audit_entries set detail = '{' where sequence = 66`, 66],
			['a changed hash', "update audit_entries set hash = 'f' where sequence = 20", 20],
			['two changes', "update audit_entries set outcome = 'refused' where sequence in (40, 20)", 20],
			['an entry removed', 'delete from audit_entries where sequence = 70', 70],
			['the first entry removed', 'delete from audit_entries where sequence = 1', 1],
			['the newest entries cut off', 'delete from audit_entries where sequence > 90', 91],
			['everything removed', 'delete from audit_entries', 1],
			['an entry in front of the first', 'update audit_entries set sequence = -5 where sequence = 100', 1],
			[
				'two entries swapped',
				'update audit_entries set sequence = 1000 where sequence = 10; update audit_entries set sequence = 10 where sequence = 11; update audit_entries set sequence = 11 where sequence = 1000',
				10,
			],
			['an entry far behind the end', 'update audit_entries set sequence = 9000000000000 where sequence = 100', 100],
			['the head moved', "update audit_head set hash = 'f'", 101],
		])('%s', async (_, statement, firstBroken) => {
			await store.sql(`${UNGUARD[dialect]} ${statement}`);
			const verification = await store.audit.verify();
			expect(verification).toMatchObject({ ok: false, firstBroken, entries: firstBroken - 1 });
		});

		it('and the log stays readable', async () => {
			await store.sql(
				`${UNGUARD[dialect]} update audit_entries set detail = '{' where sequence = 66; update audit_entries set sequence = 9000000000000 where sequence = 100`,
			);
			const { entries } = await store.audit.list({}, { cursor: null, limit: 1_000 });
			expect(entries).toHaveLength(100);
			expect(entries.find((entry) => entry.sequence === 66)?.detail).toEqual({ unreadable: '{' });
		});
	});

	it('an empty log is whole', async () => {
		const empty = await temporaryStore(dialect);
		expect(await empty.audit.verify()).toEqual({ ok: true, entries: 0, head: null, firstBroken: null });
		await empty.remove();
	});
});
