import { type Kysely, type Migration, Migrator } from 'kysely';
import { auditMigration } from './migrations/0001-audit';
import { chainHeadsMigration } from './migrations/0002-chain-heads';
import { archivesMigration } from './migrations/0003-archives';
import type { Tables } from './tables';

/** Forward only, in the order of their names; a migration that has been released is never edited. */
const MIGRATIONS: Record<string, Migration> = {
	'0001-audit': auditMigration,
	'0002-chain-heads': chainHeadsMigration,
	'0003-archives': archivesMigration,
};

/** The schema is not what this release needs; `cause` is what the database said. */
export class MigrationError extends Error {
	override readonly name = 'MigrationError';
}

/** Brings the schema up to date. Throws MigrationError when it cannot, or when the database was written by a newer release. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
	const migrator = new Migrator({
		db,
		provider: { getMigrations: async () => MIGRATIONS },
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
