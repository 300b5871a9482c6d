import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import type { DatabaseDialect } from '@/lib/adapters/database/database';
import { type PostgresServer, startPostgres } from './postgres';

export const DIALECTS = ['sqlite', 'postgres'] as const satisfies readonly DatabaseDialect[];

/** A place for a database that nobody has opened yet. */
export type DatabasePlace = {
	readonly dialect: DatabaseDialect;
	readonly url: string;
	/** Runs SQL on a connection of its own, as somebody with access to the database would; gives the last statement's rows. */
	sql(statements: string): Promise<readonly Record<string, unknown>[]>;
	remove(): Promise<void>;
};

let server: Promise<PostgresServer> | null = null;

/** One server for the tests of a file, started when the first of them asks; it ends with `afterAll(endPostgres)`. */
export function postgresOfFile(): Promise<PostgresServer> {
	server ??= startPostgres();
	return server;
}

export async function endPostgres(): Promise<void> {
	const running = server;
	server = null;
	await (await running)?.stop();
}

export function newDatabase(dialect: DatabaseDialect): Promise<DatabasePlace> {
	return dialect === 'sqlite' ? Promise.resolve(newFile()) : newPostgres();
}

function newFile(): DatabasePlace & { readonly file: string } {
	const folder = mkdtempSync(join(tmpdir(), 'rollcall-database-'));
	const file = join(folder, 'data', 'rollcall.db');
	return {
		dialect: 'sqlite',
		file,
		url: `sqlite:${file}`,
		sql: (statements) => onDatabase(`sqlite:${file}`, statements),
		remove: async () => rmSync(folder, { recursive: true, force: true }),
	};
}

async function newPostgres(): Promise<DatabasePlace> {
	const url = await (await postgresOfFile()).createDatabase();
	// Its server goes with the file's tests.
	return { dialect: 'postgres', url, sql: (statements) => onDatabase(url, statements), remove: async () => undefined };
}

/** Runs SQL in the database of this URL on a connection of its own; gives the last statement's rows. */
export async function onDatabase(url: string, statements: string): Promise<readonly Record<string, unknown>[]> {
	if (url.startsWith('sqlite:')) {
		return onFile(url.slice('sqlite:'.length), statements);
	}
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		const results: pg.QueryResult | pg.QueryResult[] = await client.query(statements);
		return (Array.isArray(results) ? results.at(-1) : results)?.rows ?? [];
	} finally {
		await client.end();
	}
}

function onFile(file: string, statements: string): readonly Record<string, unknown>[] {
	const connection = new Database(file);
	try {
		if (/^\s*select\b/i.test(statements)) {
			return connection.prepare<[], Record<string, unknown>>(statements).all();
		}
		connection.exec(statements);
		return [];
	} finally {
		connection.close();
	}
}
