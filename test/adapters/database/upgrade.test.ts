import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, Migrator, PostgresDialect, SqliteDialect } from 'kysely';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { toRow } from '@/lib/adapters/audit-store/entry-rows';
import { sha256Hex } from '@/lib/adapters/audit-store/sha256-hex';
import { MIGRATIONS } from '@/lib/adapters/database/migrate';
import { openDatabase } from '@/lib/adapters/database/open';
import type { Tables } from '@/lib/adapters/database/tables';
import { CHAIN_START, linkEntry } from '@/lib/core/audit-chain';
import { auditDraft } from '@/test/adapters/audit-store/temporary-store';
import { type DatabasePlace, DIALECTS, endPostgres, newDatabase } from '@/test/support/databases';

afterAll(endPostgres);

function connect(place: DatabasePlace): Kysely<Tables> {
	if (place.dialect === 'postgres') {
		return new Kysely({
			dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: place.url, max: 2 }) }),
		});
	}
	const file = place.url.slice('sqlite:'.length);
	mkdirSync(dirname(file), { recursive: true });
	return new Kysely({ dialect: new SqliteDialect({ database: new Database(file) }) });
}

/** As a release left it that knew the first so many migrations, with a log of three entries. */
async function leftByARelease(place: DatabasePlace, known: number): Promise<void> {
	const db = connect(place);
	try {
		const entries = Object.entries(MIGRATIONS).slice(0, known);
		const migrations = Object.fromEntries(entries.map(([name, each]) => [name, each[place.dialect]]));
		const migrator = new Migrator({
			db,
			provider: { getMigrations: async () => migrations },
			migrationTableName: 'rollcall_migrations',
			migrationLockTableName: 'rollcall_migrations_lock',
		});
		expect((await migrator.migrateToLatest()).error).toBeUndefined();
		let head = CHAIN_START;
		for (const reason of ['the oldest', 'the next', 'quarantine 隔离']) {
			const entry = linkEntry(auditDraft({ reason }), head, sha256Hex);
			await db.insertInto('audit_entries').values(toRow(entry)).execute();
			head = { sequence: entry.sequence, hash: entry.hash };
		}
	} finally {
		await db.destroy();
	}
}

describe.each(DIALECTS)('a log of an earlier release on %s', (dialect) => {
	it.each([1, 2, 3])('that knew %i migrations goes on, is searched, and the steps are told', async (known) => {
		const place = await newDatabase(dialect);
		try {
			await leftByARelease(place, known);
			const lines: string[] = [];
			const database = await openDatabase(place.url, { onProgress: (line) => lines.push(line) });
			try {
				const audit = createAuditStore(database);
				expect(await audit.verify()).toMatchObject({ ok: true, entries: 3 });
				expect((await audit.append(auditDraft({ reason: 'quarantine again' }))).sequence).toBe(4);
				const found = await audit.list({ q: 'quarantine', fromMs: 0 }, { cursor: null, limit: 10 });
				expect(found.entries.map(({ sequence }) => sequence)).toEqual([4, 3]);
				const names = Object.keys(MIGRATIONS).slice(known);
				expect(lines).toHaveLength(2 * names.length);
				for (const [index, name] of names.entries()) {
					expect(lines[2 * index]).toContain(`a log of 3 entries up to date: ${name} (${names.length - index} left)`);
					expect(lines[2 * index + 1]).toContain(`${name} done in `);
				}
			} finally {
				await database.close();
			}
			await (await openDatabase(place.url, { onProgress: (line) => lines.push(line) })).close();
			expect(lines).toHaveLength(2 * (Object.keys(MIGRATIONS).length - known));
		} finally {
			await place.remove();
		}
	});

	it('is not told of steps where it is new', async () => {
		const place = await newDatabase(dialect);
		const lines: string[] = [];
		await (await openDatabase(place.url, { onProgress: (line) => lines.push(line) })).close();
		expect(lines).toEqual([]);
		await place.remove();
	});
});
