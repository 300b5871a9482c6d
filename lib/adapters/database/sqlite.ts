import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { systemClock } from '@/lib/adapters/clock';
import type { Clock } from '@/lib/core/ports';
import type { OpenOptions, RollcallDatabase, TransactionSteps } from './database';
import { MigrationError, migrate } from './migrate';
import { ImmediateSqliteDialect } from './sqlite-dialect';
import { openSqliteReading } from './sqlite-reading';
import type { Tables } from './tables';

/** Another writer holds the file for one short transaction: wait this long for it, without blocking the process. */
const BUSY_MS_MAX = 5_000;
/** SQLite's own wait blocks the whole process, and a pause above 250 ms spoils proofs: keep it far below. */
const BUSY_BLOCKING_MS = 20;
/** Writes of `library` are not repeated by anybody, so that connection waits longer itself. */
const BUSY_BLOCKING_LIBRARY_MS = 200;
/** Another console that starts at the same time migrates first. */
const STARTING_BUSY_MS_MAX = 15_000;

const SCHEME = 'sqlite:';

export const isSqliteUrl = (url: string): boolean => url.startsWith(SCHEME);

/**
 * Opens 'sqlite:<file>' (relative to the working directory), creating folder and file, and migrates it. WAL with
 * synchronous=FULL: what was committed survives the loss of power. Throws on an unusable file, or a schema of a
 * newer release.
 */
export async function openSqlite(url: string, options: OpenOptions = {}): Promise<RollcallDatabase> {
	const file = parseFile(url);
	const clock = options.clock ?? systemClock;
	mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
	const own = await whileBusy(clock, STARTING_BUSY_MS_MAX, () => connect(file, BUSY_BLOCKING_MS));
	try {
		const db = new Kysely<Tables>({ dialect: new ImmediateSqliteDialect(own) });
		await whileBusy(clock, STARTING_BUSY_MS_MAX, () => migrate(db, 'sqlite', options.onProgress));
		const second = connect(file, BUSY_BLOCKING_LIBRARY_MS);
		const reading = openSqliteReading(file);
		return {
			dialect: 'sqlite',
			place: `${SCHEME}${file}`,
			db,
			reading: reading.db,
			library: new Kysely<unknown>({ dialect: new SqliteDialect({ database: second }) }),
			transact: (steps) => whileBusy(clock, BUSY_MS_MAX, () => atOnce(own, steps)),
			// Whoever comes too late with a table finds it when it looks again.
			whileAlone: (work) =>
				whileBusy(clock, STARTING_BUSY_MS_MAX, work, (error) => isBusy(error) || isMadeAlready(error)),
			inTurn: (work) => work(),
			close: async () => {
				second.close();
				own.close();
				await reading.close();
			},
		};
	} catch (error) {
		own.close();
		throw error;
	}
}

function parseFile(url: string): string {
	const file = url.startsWith(SCHEME) ? url.slice(SCHEME.length) : '';
	if (file === '' || file.startsWith(':') || file.includes('\0')) {
		throw new Error(`database: expected 'sqlite:<file>', e.g. 'sqlite:data/rollcall.db'; found '${url.slice(0, 200)}'`);
	}
	return resolve(file);
}

function connect(file: string, busyBlockingMs: number): Database.Database {
	const connection = new Database(file, { timeout: busyBlockingMs });
	try {
		const mode = connection.pragma('journal_mode = WAL', { simple: true });
		if (mode !== 'wal') {
			throw new Error(
				`database: ${file} cannot keep a write-ahead log (journal mode ${String(mode)}): use a local disk, not a network file system`,
			);
		}
		connection.pragma('synchronous = FULL');
		connection.pragma('foreign_keys = ON');
		// So that INSERT OR REPLACE fires delete triggers.
		connection.pragma('recursive_triggers = ON');
		return connection;
	} catch (error) {
		connection.close();
		throw error;
	}
}

/**
 * The steps run to their end in one turn of the event loop: nothing else of this process can use the connection between
 * them, and the file is never locked across turns (a synchronous writer of the same process would wait for itself).
 */
function atOnce<T>(own: Database.Database, steps: () => TransactionSteps<T>): T {
	if (own.inTransaction) {
		// Within somebody's db.transaction() this would be a mere savepoint, undone with what is around it.
		throw new Database.SqliteError('a transaction of this connection is under way', 'SQLITE_BUSY');
	}
	return own.transaction(() => runSteps(own, steps())).immediate();
}

/** Repeats `work` for as long as another writer is in its way, with turns of the event loop between. */
async function whileBusy<T>(
	clock: Clock,
	msMax: number,
	work: () => T | Promise<T>,
	isInTheWay: (error: unknown) => boolean = isBusy,
): Promise<T> {
	const giveUpAtMs = clock.nowMs() + msMax;
	for (let pauseMs = 2; ; pauseMs = Math.min(100, pauseMs * 2)) {
		try {
			return await work();
		} catch (error) {
			if (!isInTheWay(error) || clock.nowMs() + pauseMs > giveUpAtMs) {
				throw error;
			}
		}
		await clock.sleep(pauseMs);
	}
}

function runSteps<T>(own: Database.Database, steps: TransactionSteps<T>): T {
	let step = steps.next([]);
	while (step.done !== true) {
		const statement = prepare(own, step.value.sql);
		if (statement.reader) {
			step = steps.next(statement.all(step.value.parameters));
		} else {
			statement.run(step.value.parameters);
			step = steps.next([]);
		}
	}
	return step.value;
}

const prepared = new WeakMap<Database.Database, Map<string, Database.Statement>>();
/** Distinct texts that are kept prepared; those of transactions are few (two for each size of a batch), and it must not grow with anything. */
const PREPARED_MAX = 200;

function prepare(own: Database.Database, sql: string): Database.Statement {
	const statements = prepared.get(own) ?? new Map<string, Database.Statement>();
	prepared.set(own, statements);
	const known = statements.get(sql);
	if (known) {
		return known;
	}
	if (statements.size >= PREPARED_MAX) {
		statements.clear();
	}
	const statement = own.prepare(sql);
	statements.set(sql, statement);
	return statement;
}

function isBusy(error: unknown): boolean {
	const cause = error instanceof MigrationError ? error.cause : error;
	return cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY');
}

function isMadeAlready(error: unknown): boolean {
	return error instanceof Database.SqliteError && /^(table|index) \S+ already exists$/.test(error.message);
}
