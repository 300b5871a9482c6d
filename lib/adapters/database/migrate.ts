import { type Kysely, type Migration, Migrator } from 'kysely';
import type { DatabaseDialect } from './database';
import { auditOnPostgres } from './migrations/0001-audit/postgres';
import { auditOnSqlite } from './migrations/0001-audit/sqlite';
import { chainHeadsOnPostgres } from './migrations/0002-chain-heads/postgres';
import { chainHeadsOnSqlite } from './migrations/0002-chain-heads/sqlite';
import { archivesOnPostgres } from './migrations/0003-archives/postgres';
import { archivesOnSqlite } from './migrations/0003-archives/sqlite';
import { auditSearchOnPostgres } from './migrations/0004-audit-search/postgres';
import { auditSearchOnSqlite } from './migrations/0004-audit-search/sqlite';
import { webhooksOnPostgres } from './migrations/0005-webhooks/postgres';
import { webhooksOnSqlite } from './migrations/0005-webhooks/sqlite';
import { shortWordsOnPostgres } from './migrations/0006-short-words/postgres';
import { shortWordsOnSqlite } from './migrations/0006-short-words/sqlite';
import type { Tables } from './tables';

/**
 * Forward only, in the order of their names; a migration that has been released is never edited. One folder each, with a
 * file for each dialect; a migration whose statements both understand may have one file and stand here twice.
 */
export const MIGRATIONS: Record<string, Record<DatabaseDialect, Migration>> = {
	'0001-audit': { sqlite: auditOnSqlite, postgres: auditOnPostgres },
	'0002-chain-heads': { sqlite: chainHeadsOnSqlite, postgres: chainHeadsOnPostgres },
	'0003-archives': { sqlite: archivesOnSqlite, postgres: archivesOnPostgres },
	'0004-audit-search': { sqlite: auditSearchOnSqlite, postgres: auditSearchOnPostgres },
	'0005-webhooks': { sqlite: webhooksOnSqlite, postgres: webhooksOnPostgres },
	'0006-short-words': { sqlite: shortWordsOnSqlite, postgres: shortWordsOnPostgres },
};

/** The schema is not what this release needs; `cause` is what the database said. */
export class MigrationError extends Error {
	override readonly name = 'MigrationError';
}

/**
 * Brings the schema up to date, one migration a transaction; `onProgress` is told before and after each that has a log to go
 * over. Throws MigrationError when it cannot, or when the database was written by a newer release.
 */
export async function migrate(
	db: Kysely<Tables>,
	dialect: DatabaseDialect,
	onProgress: (line: string) => void = () => undefined,
): Promise<void> {
	const migrations = Object.fromEntries(Object.entries(MIGRATIONS).map(([name, each]) => [name, each[dialect]]));
	const migrator = new Migrator({
		db,
		provider: { getMigrations: async () => migrations },
		migrationTableName: 'rollcall_migrations',
		migrationLockTableName: 'rollcall_migrations_lock',
	});
	// Always upwards by one, never to a name: another console may have come further meanwhile.
	for (;;) {
		const entries = await announce(db, migrator, onProgress);
		const startedAtMs = performance.now();
		const { error, results } = await migrator.migrateUp();
		if (error !== undefined) {
			const failed = results?.find((result) => result.status === 'Error')?.migrationName;
			throw new MigrationError(
				`the database could not be brought up to date${failed === undefined ? '' : ` (${failed})`}: ${String(error)}. ` +
					'Nothing was changed by the step that failed; a database written by a newer release needs that release.',
				{ cause: error },
			);
		}
		const [done] = results ?? [];
		if (done === undefined) {
			return;
		}
		if (entries > 0) {
			const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
			onProgress(`database: ${done.migrationName} done in ${seconds} s`);
		}
	}
}

/** Tells of the next migration where there is a log already. Gives the log's entries; 0: none, or nothing left to do. */
async function announce(db: Kysely<Tables>, migrator: Migrator, onProgress: (line: string) => void): Promise<number> {
	const all = await migrator.getMigrations();
	const left = all.filter(({ executedAt }) => executedAt === undefined);
	const [next] = left;
	if (next === undefined || left.length === all.length) {
		return 0;
	}
	const head = await db.selectFrom('audit_head').select('sequence').executeTakeFirst();
	const entries = Number(head?.sequence ?? 0);
	if (entries > 0) {
		onProgress(
			`database: bringing a log of ${entries} entries up to date: ${next.name} (${left.length} left). This takes about a minute ` +
				'for each million entries; do not stop the console meanwhile, or the step starts anew.',
		);
	}
	return entries;
}
