import type { Database } from 'better-sqlite3';
import {
	CompiledQuery,
	type DatabaseConnection,
	type DialectAdapter,
	type Driver,
	SqliteAdapter,
	SqliteDialect,
	SqliteDriver,
} from 'kysely';

/**
 * Kysely's SQLite dialect whose transactions take the write lock at once, and whose migrations run inside one: a
 * migration that fails leaves nothing, and two consoles that start together migrate one after the other.
 */
export class ImmediateSqliteDialect extends SqliteDialect {
	readonly #database: Database;

	constructor(database: Database) {
		super({ database });
		this.#database = database;
	}

	override createDriver(): Driver {
		return new ImmediateSqliteDriver({ database: this.#database });
	}

	override createAdapter(): DialectAdapter {
		return new TransactionalDdlAdapter();
	}
}

class ImmediateSqliteDriver extends SqliteDriver {
	override async beginTransaction(connection: DatabaseConnection): Promise<void> {
		await connection.executeQuery(CompiledQuery.raw('begin immediate'));
	}
}

class TransactionalDdlAdapter extends SqliteAdapter {
	override get supportsTransactionalDdl(): boolean {
		return true;
	}
}
