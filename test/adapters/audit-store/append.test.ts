import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import type { RollcallDatabase } from '@/lib/adapters/database/database';
import { MIGRATIONS } from '@/lib/adapters/database/migrate';
import { openDatabase } from '@/lib/adapters/database/open';
import { CHAIN_START } from '@/lib/core/audit-chain';
import { type DatabasePlace, DIALECTS, endPostgres, newDatabase } from '@/test/support/databases';
import { auditDraft, streamed, type TemporaryStore, temporaryStore } from './temporary-store';

let store: TemporaryStore;
afterAll(endPostgres);

describe.each(DIALECTS)('appending to the audit log on %s', (dialect) => {
	beforeEach(async () => {
		store = await temporaryStore(dialect);
	});
	afterEach(() => store.remove());

	it('links each entry to the one before, in the order of the calls', async () => {
		const drafts = Array.from({ length: 100 }, () => auditDraft());
		const entries = await Promise.all(drafts.map((draft) => store.audit.append(draft)));
		expect(entries.map((entry) => entry.sequence)).toEqual(drafts.map((_, index) => index + 1));
		expect(entries.map((entry) => entry.key)).toEqual(drafts.map((draft) => draft.key));
		expect(entries.map((entry) => entry.previousHash)).toEqual([
			CHAIN_START.hash,
			...entries.slice(0, -1).map((entry) => entry.hash),
		]);
		expect(await streamed(store.audit)).toEqual(entries);
		expect(await store.audit.verify()).toEqual({
			ok: true,
			entries: 100,
			head: entries[99]?.hash,
			firstBroken: null,
			archived: { upTo: 0, files: [] },
		});
	});

	it('records a key once: the second time it returns the first entry and writes nothing', async () => {
		const draft = auditDraft();
		const first = await store.audit.append(draft);
		expect(await store.audit.append({ ...draft, reason: 'another' })).toEqual(first);
		const twins = auditDraft();
		const [one, two] = await Promise.all([store.audit.append(twins), store.audit.append(twins)]);
		expect(one).toEqual(two);
		expect((await streamed(store.audit)).map((entry) => entry.key)).toEqual([draft.key, twins.key]);
		expect(await store.audit.byKey(twins.key)).toEqual(one);
		expect(await store.audit.byKey('nobody')).toBeNull();
	});

	it('stores hostile text so that it comes back as it was hashed', async () => {
		await store.audit.append(
			auditDraft({
				reason: `'; drop table audit_entries; -- \0 \ud800 \u202e "网关" ${'长'.repeat(4_000)}`,
				member: '/a/%_\\"\n',
				detail: JSON.parse('{"__proto__":1,"\\ud800":"\\u0000","":[-0,1e300,"\\udfff"]}'),
			}),
		);
		await store.audit.append(auditDraft({ detail: 'x'.repeat(400_000) }));
		const [first, second] = await streamed(store.audit);
		expect(first?.reason).toHaveLength(2_000);
		expect(second?.detail).toMatchObject({ truncated: true, bytes: 400_002 });
		expect((await store.audit.verify()).ok).toBe(true);
	});

	it('survives a new start: the chain goes on where it was', async () => {
		const first = await store.audit.append(auditDraft());
		const again = await openDatabase(store.url);
		try {
			const second = await createAuditStore(again).append(auditDraft());
			expect(second).toMatchObject({ sequence: 2, previousHash: first.hash });
		} finally {
			await again.close();
		}
		expect((await store.audit.verify()).entries).toBe(2);
	});

	it('fails closed: what cannot be recorded rejects, and leaves nothing half done', async () => {
		await store.audit.append(auditDraft());
		await expect(store.audit.append(auditDraft({ key: '' }))).rejects.toThrow(RangeError);
		await store.sql(
			`drop trigger audit_head_no_delete ${dialect === 'postgres' ? 'on audit_head' : ''}; delete from audit_head`,
		);
		await expect(store.audit.append(auditDraft())).rejects.toThrow(/lost its head/);
		await store.database.close();
		await expect(store.audit.append(auditDraft())).rejects.toThrow();
		expect(await store.sql('select sequence from audit_entries')).toHaveLength(1);
	});

	it('takes nothing after it was closed, and settles what was under way', async () => {
		const appends = Array.from({ length: 50 }, () => store.audit.append(auditDraft()));
		const closed = store.audit.close();
		await expect(store.audit.append(auditDraft())).rejects.toThrow(/closed/);
		await closed;
		expect((await Promise.all(appends)).at(-1)?.sequence).toBe(50);
	});

	it('records the longest texts there may be, whatever they hold', async () => {
		const random = () => randomBytes(8_192).toString('hex').slice(0, 4_096);
		const longest = { member: random(), memberId: random().slice(0, 512), key: random().slice(0, 256) };
		await store.audit.append(
			auditDraft({ ...longest, actor: { ...auditDraft().actor, name: random().slice(0, 256) } }),
		);
		const { entries } = await store.audit.list({ member: longest.member }, { cursor: null, limit: 10 });
		expect(entries).toMatchObject([longest]);
		const wide = `/${'网'.repeat(4_000)}`;
		await store.audit.append(auditDraft({ member: wide, memberId: '关'.repeat(512) }));
		expect((await streamed(store.audit, { member: wide })).map(({ sequence }) => sequence)).toEqual([2]);
	});

	it('never undoes an entry together with somebody else’s transaction', async () => {
		const appended = await store.database.db.transaction().execute(async (transaction) => {
			await transaction.selectFrom('audit_head').selectAll().execute();
			const append = store.audit.append(auditDraft());
			await new Promise((resolve) => setTimeout(resolve, 30));
			return { append };
		});
		expect((await appended.append).sequence).toBe(1);
	});
});

describe.each(DIALECTS)('a database on %s', (dialect) => {
	beforeEach(async () => {
		store = await temporaryStore(dialect);
	});
	afterEach(() => store.remove());

	it('refuses the schema of a newer release instead of writing into it', async () => {
		await store.sql(
			"insert into rollcall_migrations (name, timestamp) values ('9999-later', '2030-01-01T00:00:00.000Z')",
		);
		await expect(openDatabase(store.url)).rejects.toThrow(/newer release/);
	});

	it('migrates once when opened four times at the same time', async () => {
		const { url, sql, remove } = await newDatabase(dialect);
		const all = await Promise.all([1, 2, 3, 4].map(() => openDatabase(url)));
		await Promise.all(all.map((database) => database.close()));
		expect(await sql('select name from rollcall_migrations')).toHaveLength(Object.keys(MIGRATIONS).length);
		expect(await sql('select chain from audit_chain')).toHaveLength(1);
		await remove();
	});
});

describe('a SQLite file', () => {
	let place: DatabasePlace;
	let file: string;
	let database: RollcallDatabase;
	beforeEach(async () => {
		place = await newDatabase('sqlite');
		file = place.url.slice('sqlite:'.length);
		database = await openDatabase(place.url);
	});
	afterEach(async () => {
		await database.close();
		await place.remove();
	});

	it('is created in a folder for nobody else, and keeps a write-ahead log with full flushes', async () => {
		expect(existsSync(file)).toBe(true);
		expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
		for (const db of [database.db, database.library]) {
			const pragma = async (name: string) => (await sql.raw(`pragma ${name}`).execute(db)).rows;
			expect(await pragma('journal_mode')).toEqual([{ journal_mode: 'wal' }]);
			expect(await pragma('synchronous')).toEqual([{ synchronous: 2 }]);
			expect(await pragma('foreign_keys')).toEqual([{ foreign_keys: 1 }]);
		}
	});

	it.each(['', 'data/rollcall.db', 'sqlite:', 'sqlite::memory:', 'mysql://host/db'])(
		'%j is refused with what is taken',
		async (url) => {
			await expect(openDatabase(url)).rejects.toThrow(/expected 'sqlite:<file>'/);
		},
	);

	it('waits for another writer without blocking the process, then records', async () => {
		const other = new Database(file);
		other.exec('begin immediate');
		let turns = 0;
		const ticking = setInterval(() => {
			turns += 1;
			if (turns === 20) {
				other.exec('rollback');
			}
		}, 5);
		try {
			const audit = createAuditStore(database);
			expect((await audit.append(auditDraft())).sequence).toBe(1);
			expect(turns).toBeGreaterThanOrEqual(20);
		} finally {
			clearInterval(ticking);
			other.close();
		}
	});
});
