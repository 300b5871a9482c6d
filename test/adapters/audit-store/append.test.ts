import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { openDatabase } from '@/lib/adapters/database/open';
import { CHAIN_START } from '@/lib/core/audit-chain';
import { auditDraft, streamed, type TemporaryStore, temporaryStore } from './temporary-store';

let store: TemporaryStore;
beforeEach(async () => {
	store = await temporaryStore();
});
afterEach(() => store.remove());

describe('appending to the audit log', () => {
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
		const again = await openDatabase(`sqlite:${store.file}`);
		try {
			const second = await createAuditStore(again).append(auditDraft());
			expect(second).toMatchObject({ sequence: 2, previousHash: first.hash });
		} finally {
			again.close();
		}
		expect((await store.audit.verify()).entries).toBe(2);
	});

	it('waits for another writer without blocking the process, then records', async () => {
		const other = new Database(store.file);
		other.exec('begin immediate');
		let turns = 0;
		const ticking = setInterval(() => {
			turns += 1;
			if (turns === 20) {
				other.exec('rollback');
			}
		}, 5);
		try {
			expect((await store.audit.append(auditDraft())).sequence).toBe(1);
			expect(turns).toBeGreaterThanOrEqual(20);
		} finally {
			clearInterval(ticking);
			other.close();
		}
	});

	it('fails closed: what cannot be recorded rejects, and leaves nothing half done', async () => {
		await store.audit.append(auditDraft());
		await expect(store.audit.append(auditDraft({ key: '' }))).rejects.toThrow(RangeError);
		store.sql('drop trigger audit_head_no_delete; delete from audit_head');
		await expect(store.audit.append(auditDraft())).rejects.toThrow(/lost its head/);
		store.database.close();
		await expect(store.audit.append(auditDraft())).rejects.toThrow();
		const connection = new Database(store.file, { readonly: true });
		expect(connection.prepare('select count(*) as n from audit_entries').get()).toEqual({ n: 1 });
		connection.close();
	});

	it('takes nothing after it was closed, and settles what was under way', async () => {
		const appends = Array.from({ length: 50 }, () => store.audit.append(auditDraft()));
		const closed = store.audit.close();
		await expect(store.audit.append(auditDraft())).rejects.toThrow(/closed/);
		await closed;
		expect((await Promise.all(appends)).at(-1)?.sequence).toBe(50);
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

describe('the database', () => {
	it('creates its folder for nobody else, and keeps a write-ahead log with full flushes', () => {
		expect(existsSync(store.file)).toBe(true);
		expect(statSync(dirname(store.file)).mode & 0o777).toBe(0o700);
		expect(store.database.sqlite.pragma('journal_mode', { simple: true })).toBe('wal');
		expect(store.database.sqlite.pragma('synchronous', { simple: true })).toBe(2);
		expect(store.database.sqlite.pragma('foreign_keys', { simple: true })).toBe(1);
	});

	it.each(['', 'data/rollcall.db', 'sqlite:', 'sqlite::memory:', 'mysql://host/db'])(
		'refuses %j and says what it takes',
		async (url) => {
			await expect(openDatabase(url)).rejects.toThrow(/expected 'sqlite:<file>'/);
		},
	);

	it('refuses the schema of a newer release instead of writing into it', async () => {
		store.sql("insert into rollcall_migrations (name, timestamp) values ('9999-later', '2030-01-01T00:00:00.000Z')");
		await expect(openDatabase(`sqlite:${store.file}`)).rejects.toThrow(/newer release/);
	});

	it('migrates once when opened twice at the same time', async () => {
		const file = `${dirname(store.file)}/together.db`;
		const both = await Promise.all([openDatabase(`sqlite:${file}`), openDatabase(`sqlite:${file}`)]);
		for (const database of both) {
			database.close();
		}
	});
});
