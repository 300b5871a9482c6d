import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { systemClock } from '@/lib/adapters/clock';
import type { Clock } from '@/lib/core/ports';
import type { OpenOptions, RollcallDatabase, TransactionSteps } from './database';
import { MigrationError, migrate } from './migrate';
import { isConnectionLost, isPassing } from './postgres-errors';
import { createPool, toKyselyPool } from './postgres-pool';
import { POSTGRES_URL_ALLOWED, parsePostgresUrl } from './postgres-url';
import { requireUsable } from './require-usable';
import type { Tables } from './tables';

export { isPostgresUrl } from './postgres-url';

/** Connections of a console: for the audit log, and for the accounts. Two pools, so that neither can starve the other. */
const CONNECTIONS_MAX = 4;
/** Anew while the server is away or others are in the way; the answer of a person's request waits for it. */
const TRANSACT_MS_MAX = 10_000;
const STARTING_MS_MAX = 15_000;

/** Advisory locks of this database ('rollcall' in ASCII, cut to 31 bits, and a number each): one appends, one makes tables, one changes what it looked at. */
const LOCKS = { write: '1919904876, 1', tables: '1919904876, 2', turn: '1919904876, 3' } as const;

/**
 * Opens 'postgres://…' and migrates it. Throws with the remedy, and without the password, on a server that cannot be
 * reached within 15 s or will not do, and on a schema of a newer release.
 */
export async function openPostgres(url: string, options: OpenOptions = {}): Promise<RollcallDatabase> {
	const parsed = parsePostgresUrl(url);
	if (parsed === null) {
		throw new Error(`database: expected ${POSTGRES_URL_ALLOWED}`);
	}
	const { connectionString, place } = parsed;
	const { clock = systemClock, onProblem = () => undefined } = options;
	const poolOf = (isPatient: boolean) =>
		createPool({ connectionString, connectionsMax: CONNECTIONS_MAX, isPatient, onProblem });

	/** On connections of its own that wait for as long as it takes; of those who ask, in whatever process, one at a time. */
	async function whileAlone<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
		const patient = poolOf(true);
		try {
			const client = await patient.connect();
			try {
				await client.query(`select pg_advisory_lock(${LOCKS.tables})`);
				return await work(kyselyOf<Tables>(patient));
			} finally {
				// With its connection goes the lock.
				client.release(true);
			}
		} finally {
			await patient.end();
		}
	}

	try {
		await whilePassing(clock, STARTING_MS_MAX, () =>
			whileAlone(async (db) => {
				await requireUsable(db);
				await migrate(db, 'postgres', options.onProgress);
			}),
		);
	} catch (error) {
		throw error instanceof MigrationError
			? error
			: new Error(`database: ${place}: ${reasonOf(error)}`, { cause: error });
	}
	const own = poolOf(false);
	const second = poolOf(false);
	const db = kyselyOf<Tables>(own);
	let closing: Promise<void> | null = null;
	return {
		dialect: 'postgres',
		place,
		db,
		reading: db,
		library: kyselyOf<unknown>(second),
		transact: (steps) => whilePassing(clock, TRANSACT_MS_MAX, () => inTransaction(own, steps)),
		whileAlone: (work) => whileAlone(() => work()),
		inTurn: (work) => inTurn(own, work),
		close: () => {
			closing ??= Promise.all([own.end(), second.end()]).then(() => undefined);
			return closing;
		},
	};
}

const kyselyOf = <T>(pool: pg.Pool) => new Kysely<T>({ dialect: new PostgresDialect({ pool: toKyselyPool(pool) }) });

/**
 * The lock is taken before anything is read and held until the commit is settled, also when its answer is lost: whoever runs
 * steps next, on whatever connection, sees all that was committed before. READ COMMITTED, because a snapshot from before
 * the lock would be too old.
 */
async function inTransaction<T>(pool: pg.Pool, steps: () => TransactionSteps<T>): Promise<T> {
	const client = await pool.connect();
	let isUsable = true;
	try {
		await client.query('begin isolation level read committed, read write');
		await client.query(`select pg_advisory_xact_lock(${LOCKS.write})`);
		const result = await runSteps(client, steps());
		const { command } = await client.query('commit');
		if (command !== 'COMMIT') {
			throw new Error('the database undid the transaction instead of committing it');
		}
		return result;
	} catch (error) {
		isUsable = !isConnectionLost(error) && (await undone(client));
		throw error;
	} finally {
		client.release(!isUsable);
	}
}

/** Waits for the lock no longer than the pool's connections wait for any. */
async function inTurn<T>(pool: pg.Pool, work: () => Promise<T>): Promise<T> {
	const client = await pool.connect();
	let isUsable = false;
	try {
		await client.query(`select pg_advisory_lock(${LOCKS.turn})`);
		const result = await work();
		await client.query(`select pg_advisory_unlock(${LOCKS.turn})`);
		isUsable = true;
		return result;
	} finally {
		// With its connection goes the lock.
		client.release(!isUsable);
	}
}

async function runSteps<T>(client: pg.PoolClient, steps: TransactionSteps<T>): Promise<T> {
	let step = steps.next([]);
	while (step.done !== true) {
		const { sql, parameters } = step.value;
		const { rows } = await client.query(sql, [...parameters]);
		step = steps.next(rows);
	}
	return step.value;
}

/** Whether the connection is out of its transaction, and so of use to the next. */
async function undone(client: pg.PoolClient): Promise<boolean> {
	try {
		await client.query('rollback');
		return true;
	} catch {
		// Whatever it said: what cannot undo is not lent again, and the server undoes what its connection leaves.
		return false;
	}
}

/** Repeats `work` while what fails passes by itself. */
async function whilePassing<T>(clock: Clock, msMax: number, work: () => Promise<T>): Promise<T> {
	const giveUpAtMs = clock.nowMs() + msMax;
	for (let pauseMs = 20; ; pauseMs = Math.min(500, pauseMs * 2)) {
		try {
			return await work();
		} catch (error) {
			const cause = error instanceof MigrationError ? error.cause : error;
			if (!isPassing(cause) || clock.nowMs() + pauseMs > giveUpAtMs) {
				throw error;
			}
		}
		await clock.sleep(pauseMs);
	}
}

function reasonOf(error: unknown): string {
	const text =
		error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code ?? error) : String(error);
	const remedy = isPassing(error)
		? 'start PostgreSQL, or correct host and port in the config field database'
		: 'correct the config field database, or what it names on the server';
	return `${text}. Remedy: ${remedy}`;
}
