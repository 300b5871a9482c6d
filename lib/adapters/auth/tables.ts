import { type Kysely, sql } from 'kysely';
import type { RollcallDatabase } from '../database/database';

/** What accounts need of the database, which stays its owner's to close. */
export type AuthDatabase = Pick<RollcallDatabase, 'dialect' | 'library' | 'whileAlone' | 'inTurn'>;

/** Rollcall's own tables beside better-auth's (auth_user, auth_session, auth_account, auth_verification). */
export type AuthTables = {
	/** One row: what session cookies are signed with, unless ROLLCALL_AUTH_SECRET is set. */
	auth_secret: { id: number; secret: string };
	/** API tokens; the token itself is not stored, only its SHA-256. Times are ms since the epoch. */
	auth_token: {
		id: string;
		name: string;
		role: string;
		hash: string;
		created_at_ms: number;
		expires_at_ms: number | null;
		last_used_at_ms: number | null;
		revoked_at_ms: number | null;
	};
};

/** The tables over the database's connections for libraries; creates what is missing. Only `whileAlone`. */
export async function openAuthTables({ dialect, library }: AuthDatabase): Promise<Kysely<AuthTables>> {
	const db = library.withTables<AuthTables>();
	const milliseconds = dialect === 'postgres' ? 'bigint' : 'integer';
	await db.schema
		.createTable('auth_secret')
		.ifNotExists()
		.addColumn('id', 'integer', (column) => column.primaryKey().check(sql`id = 1`))
		.addColumn('secret', 'text', (column) => column.notNull())
		.execute();
	await db.schema
		.createTable('auth_token')
		.ifNotExists()
		.addColumn('id', 'text', (column) => column.primaryKey().notNull())
		.addColumn('name', 'text', (column) => column.notNull())
		.addColumn('role', 'text', (column) => column.notNull())
		.addColumn('hash', 'text', (column) => column.notNull().unique())
		.addColumn('created_at_ms', milliseconds, (column) => column.notNull())
		.addColumn('expires_at_ms', milliseconds)
		.addColumn('last_used_at_ms', milliseconds)
		.addColumn('revoked_at_ms', milliseconds)
		.execute();
	// A name is one token's at a time, so that an audit entry says which token it was.
	await sql`create unique index if not exists auth_token_name on auth_token (name) where revoked_at_ms is null`.execute(
		db,
	);
	return db;
}
