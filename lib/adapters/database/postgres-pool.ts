import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { DatabaseAwayError } from '@/lib/core/database-away';
import { isConnectionLost, isPassing } from './postgres-errors';

/** A server that does not answer within this is away. */
const CONNECT_MS_MAX = 5_000;
/** The server ends a statement after this; the library gives its connection up a little later, whatever the server does. */
const STATEMENT_MS_MAX = 30_000;
const ANSWER_MS_MAX = 35_000;
const LOCK_MS_MAX = 5_000;
/** A console that stands still in the middle of a transaction holds up the others no longer than this. */
const IDLE_IN_TRANSACTION_MS_MAX = 10_000;
const KEEP_ALIVE_MS = 10_000;

export type PoolOptions = {
	readonly connectionString: string;
	readonly connectionsMax: number;
	/** For making tables: waits for others and builds indexes for as long as it takes. */
	readonly isPatient?: boolean;
	readonly onProblem: (line: string) => void;
};

/** A pool whose bigints are numbers, and that survives a server which ends its connections. */
export function createPool({ connectionString, connectionsMax, isPatient = false, onProblem }: PoolOptions): pg.Pool {
	const pool = new pg.Pool({
		connectionString,
		max: connectionsMax,
		connectionTimeoutMillis: CONNECT_MS_MAX,
		idleTimeoutMillis: 60_000,
		keepAlive: true,
		keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
		application_name: 'rollcall',
		types: { getTypeParser },
		// A console that has stopped does not wait for connections that nobody uses.
		allowExitOnIdle: true,
		...(isPatient
			? {}
			: {
					statement_timeout: STATEMENT_MS_MAX,
					query_timeout: ANSWER_MS_MAX,
					lock_timeout: LOCK_MS_MAX,
					idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS_MAX,
				}),
	});
	pool.on('error', (error) => {
		// The pool has let go of that connection; the next one to ask opens another.
		onProblem(`a connection to the database was lost: ${error.message}`);
	});
	pool.on('connect', (client) => {
		// While it is lent, what breaks a connection is told to whoever waits for an answer on it, and nobody else listens.
		client.on('error', () => undefined);
	});
	return pool;
}

/** The pool as Kysely takes it; a connection that broke in somebody's hands is not lent again. */
export function toKyselyPool(pool: pg.Pool): PostgresPool {
	return {
		connect: async () => {
			try {
				return new LentClient(await pool.connect());
			} catch (error) {
				throw namedAway(error);
			}
		},
		end: () => pool.end(),
	};
}

/** Whoever asked through Kysely learns by the error's class that it passes. */
function namedAway(error: unknown): unknown {
	return error instanceof Error && isPassing(error) ? new DatabaseAwayError(error) : error;
}

class LentClient implements PostgresPoolClient {
	readonly #client: pg.PoolClient;
	#isLost = false;

	constructor(client: pg.PoolClient) {
		this.#client = client;
	}

	query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
	query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
	query<R>(asked: string | PostgresCursor<R>, parameters: readonly unknown[] = []): unknown {
		if (typeof asked !== 'string') {
			throw new TypeError('Kysely is not given a cursor, and asks for none');
		}
		return this.#ask(asked, [...parameters]);
	}

	release(): void {
		this.#client.release(this.#isLost);
	}

	async #ask(text: string, parameters: unknown[]) {
		try {
			return await this.#client.query(text, parameters);
		} catch (error) {
			this.#isLost ||= isConnectionLost(error);
			throw namedAway(error);
		}
	}
}

/** Only this pool's: the library's own parsers, but bigint as a number. Throws a RangeError beyond the safe integers. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
	oid === pg.types.builtins.INT8 && format !== 'binary' ? toNumber : pg.types.getTypeParser(oid, format);

function toNumber(text: string): number {
	const value = Number(text);
	if (!Number.isSafeInteger(value)) {
		throw new RangeError(`the database holds ${text.slice(0, 24)}, which is beyond what a number holds exactly`);
	}
	return value;
}
