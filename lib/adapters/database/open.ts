import type { OpenOptions, RollcallDatabase } from './database';
import { isPostgresUrl, openPostgres } from './postgres';
import { isSqliteUrl, openSqlite } from './sqlite';

export type { RollcallDatabase, TransactionSteps } from './database';

/**
 * Opens 'sqlite:<file>' or 'postgres://…' and brings its schema up to date; several consoles may do so at once. Throws on
 * another scheme, a database that cannot be used (with the remedy, never with a password), or a schema of a newer release.
 */
export async function openDatabase(url: string, options: OpenOptions = {}): Promise<RollcallDatabase> {
	if (isPostgresUrl(url)) {
		return openPostgres(url, options);
	}
	if (isSqliteUrl(url)) {
		return openSqlite(url, options);
	}
	throw new Error(
		"database: expected 'sqlite:<file>', e.g. 'sqlite:data/rollcall.db', or 'postgres://user@host:5432/database'",
	);
}
