import { type Kysely, sql } from 'kysely';

/** Trusted extensions, so that pg_trgm needs no superuser. */
const VERSION_MIN = 130_000;

type Server = { version: number; encoding: string; durable: string; standby: boolean };

/** Throws, with the remedy, on a server or database that would lose or spoil entries. */
export async function requireUsable<Tables>(db: Kysely<Tables>): Promise<void> {
	const { rows } = await sql<Server>`select current_setting('server_version_num')::integer as version,
		current_setting('server_encoding') as encoding, pg_is_in_recovery() as standby,
		current_setting('fsync') || ' ' || current_setting('synchronous_commit') as durable`.execute(db);
	const [server] = rows;
	if (server === undefined || server.version < VERSION_MIN) {
		throw new Error(`PostgreSQL 13 or newer is needed; this is ${server?.version ?? 'none'}`);
	}
	if (server.encoding !== 'UTF8') {
		throw new Error(
			`its encoding is ${server.encoding}, which cannot hold every text: create it with 'create database … encoding UTF8 template template0'`,
		);
	}
	if (server.standby) {
		throw new Error('this server is a standby and takes no entries: name the primary');
	}
	if (/^off| off$/.test(server.durable)) {
		throw new Error(
			"entries could be lost when the machine fails: set fsync = on and synchronous_commit = on (or 'alter role … set synchronous_commit = on')",
		);
	}
}
