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
import type { Tables } from './tables';

/**
 * Forward only, in the order of their names; a migration that has been released is never edited. One folder each, with a
 * file for each dialect; a migration whose statements both understand may have one file and stand here twice.
 */
const MIGRATIONS: Record<string, Record<DatabaseDialect, Migration>> = {
	'0001-audit': { sqlite: auditOnSqlite, postgres: auditOnPostgres },
	'0002-chain-heads': { sqlite: chainHeadsOnSqlite, postgres: chainHeadsOnPostgres },
	'0003-archives': { sqlite: archivesOnSqlite, postgres: archivesOnPostgres },
	'0004-audit-search': { sqlite: auditSearchOnSqlite, postgres: auditSearchOnPostgres },
	'0005-webhooks': { sqlite: webhooksOnSqlite, postgres: webhooksOnPostgres },
};

/** The schema is not what this release needs; `cause` is what the database said. */
export class MigrationError extends Error {
	override readonly name = 'MigrationError';
}

/** Brings the schema up to date. Throws MigrationError when it cannot, or when the database was written by a newer release. */
export async function migrate(db: Kysely<Tables>, dialect: DatabaseDialect): Promise<void> {
	const migrations = Object.fromEntries(Object.entries(MIGRATIONS).map(([name, each]) => [name, each[dialect]]));
	const migrator = new Migrator({
		db,
		provider: { getMigrations: async () => migrations },
		migrationTableName: 'rollcall_migrations',
		migrationLockTableName: 'rollcall_migrations_lock',
	});
	const { error, results } = await migrator.migrateToLatest();
	if (error !== undefined) {
		const failed = results?.find((result) => result.status === 'Error')?.migrationName;
		throw new MigrationError(
			`the database could not be brought up to date${failed === undefined ? '' : ` (${failed})`}: ${String(error)}. ` +
				'Nothing was changed by the step that failed; a database written by a newer release needs that release.',
			{ cause: error },
		);
	}
}
