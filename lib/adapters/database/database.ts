import type { CompiledQuery, Kysely } from 'kysely';
import type { Clock } from '@/lib/core/ports';
import type { Queries } from './tables';

export type DatabaseDialect = 'sqlite' | 'postgres';

/** Steps of one transaction: yields queries, is given their rows (see `rowsOf`), returns the transaction's result. */
export type TransactionSteps<T> = Generator<CompiledQuery, T, readonly unknown[]>;

export type RollcallDatabase = {
	readonly dialect: DatabaseDialect;
	/** Where it is, without secrets: what is opened there later is meant to be the same database. */
	readonly place: string;
	/** For reading and single statements; what belongs together goes through `transact`. */
	readonly db: Queries;
	/** For reading much: whatever a statement looks at, it does not hold up this process. Sees what was committed before. */
	readonly reading: Queries;
	/** Connections of their own, for libraries that run their own queries and transactions (better-auth). */
	readonly library: Kysely<unknown>;
	/**
	 * Runs the steps in one write transaction, all or nothing, durable when it resolves; nobody else's steps run at the
	 * same time, in this process or another. Steps may run more than once, each time from the start, and must have no
	 * other effect. Usually nothing of an earlier run is left; on PostgreSQL an earlier run may have been committed although its
	 * answer was lost, so that steps must look for what they did before (an entry's key). Rejects with what failed, or,
	 * after seconds, with what kept being in the way.
	 */
	transact<T>(steps: () => TransactionSteps<T>): Promise<T>;
	/**
	 * Runs `work`, which makes tables that are missing, while no other console of this database does so; on SQLite it runs again,
	 * from the start, when another was in its way.
	 */
	whileAlone<T>(work: () => Promise<T>): Promise<T>;
	/**
	 * Runs `work`, which looks and then changes what it looked at, while nobody else's work runs: on PostgreSQL of all consoles;
	 * on SQLite the caller sees to that within its process. Rejects when its turn does not come within seconds.
	 */
	inTurn<T>(work: () => Promise<T>): Promise<T>;
	/** Idempotent. SQLite takes nothing more when it returns; all is done when it resolves. */
	close(): Promise<void>;
};

export type OpenOptions = {
	readonly clock?: Clock;
	/** Told, as a line for the log, of what went wrong while nobody was waiting for an answer. */
	readonly onProblem?: (line: string) => void;
	/** Told of migrations over a log that is there already, which can take minutes. */
	readonly onProgress?: (line: string) => void;
};
