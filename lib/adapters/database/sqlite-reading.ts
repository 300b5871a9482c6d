import { Worker } from 'node:worker_threads';
import {
	type CompiledQuery,
	type DatabaseConnection,
	type Dialect,
	type Driver,
	Kysely,
	type QueryResult,
	SqliteAdapter,
	SqliteIntrospector,
	SqliteQueryCompiler,
} from 'kysely';
import { z } from 'zod';
import type { Tables } from './tables';

/** Queries that wait beyond this are refused: the disk does not keep up, and memory is finite. */
const WAITING_MAX = 1_000;

const answerSchema = z.union([
	z.object({ id: z.number(), rows: z.array(z.unknown()) }),
	z.object({ id: z.number(), error: z.object({ code: z.string(), message: z.string() }) }),
]);

type Waiting = { resolve(rows: unknown[]): void; reject(error: Error): void };
type Thread = { readonly worker: Worker; readonly waiting: Map<number, Waiting> };

/**
 * Reads a SQLite file in a thread of its own, so that a statement that looks at a million entries does not hold up the
 * process: a pause of it voids proofs. The thread starts with the first query, and again after a failure. What was
 * committed before a query is sent is seen by it. Statements that write fail; there are no transactions.
 */
export function openSqliteReading(file: string): { readonly db: Kysely<Tables>; close(): Promise<void> } {
	const reader = new SqliteReader(file);
	const dialect: Dialect = {
		createAdapter: () => new SqliteAdapter(),
		createDriver: () => new ReadingDriver(reader),
		createIntrospector: (db) => new SqliteIntrospector(db),
		createQueryCompiler: () => new SqliteQueryCompiler(),
	};
	return { db: new Kysely<Tables>({ dialect }), close: () => reader.close() };
}

class SqliteReader {
	readonly #file: string;
	#thread: Thread | null = null;
	#closed = false;
	#asked = 0;

	constructor(file: string) {
		this.#file = file;
	}

	query({ sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<unknown[]> {
		if (this.#closed) {
			return Promise.reject(new Error('the database is closed'));
		}
		this.#thread ??= this.#start();
		const { worker, waiting } = this.#thread;
		if (waiting.size >= WAITING_MAX) {
			return Promise.reject(new Error(`${WAITING_MAX} queries wait for the database: ask again later`));
		}
		this.#asked += 1;
		const id = this.#asked;
		return new Promise((resolve, reject) => {
			waiting.set(id, { resolve, reject });
			// Keeps the process only for as long as somebody waits for an answer.
			worker.ref();
			worker.postMessage({ id, sql, parameters });
		});
	}

	/** What waits is refused; resolves when the thread has ended. */
	async close(): Promise<void> {
		this.#closed = true;
		const thread = this.#thread;
		this.#thread = null;
		await thread?.worker.terminate();
	}

	#start(): Thread {
		const worker = new Worker(new URL('./reading-thread.mjs', import.meta.url), { workerData: { file: this.#file } });
		const thread: Thread = { worker, waiting: new Map() };
		worker.unref();
		worker.on('message', (message: unknown) => settle(thread, message));
		worker.on('error', (error) => this.#ended(thread, error));
		worker.on('exit', () => this.#ended(thread, new Error('the thread that reads the database has ended')));
		return thread;
	}

	#ended(thread: Thread, error: Error): void {
		if (this.#thread === thread) {
			this.#thread = null;
		}
		for (const waiting of thread.waiting.values()) {
			waiting.reject(error);
		}
		thread.waiting.clear();
	}
}

function settle({ worker, waiting }: Thread, message: unknown): void {
	const answer = answerSchema.parse(message);
	const asked = waiting.get(answer.id);
	waiting.delete(answer.id);
	if (waiting.size === 0) {
		worker.unref();
	}
	if ('rows' in answer) {
		asked?.resolve(answer.rows);
	} else {
		asked?.reject(Object.assign(new Error(answer.error.message), { code: answer.error.code }));
	}
}

class ReadingDriver implements Driver {
	readonly #reader: SqliteReader;

	constructor(reader: SqliteReader) {
		this.#reader = reader;
	}

	async init(): Promise<void> {}

	async acquireConnection(): Promise<DatabaseConnection> {
		return new ReadingConnection(this.#reader);
	}

	async beginTransaction(): Promise<void> {
		throw new Error('a connection for reading has no transactions');
	}

	async commitTransaction(): Promise<void> {
		throw new Error('a connection for reading has no transactions');
	}

	async rollbackTransaction(): Promise<void> {
		throw new Error('a connection for reading has no transactions');
	}

	async releaseConnection(): Promise<void> {}

	async destroy(): Promise<void> {
		await this.#reader.close();
	}
}

class ReadingConnection implements DatabaseConnection {
	readonly #reader: SqliteReader;

	constructor(reader: SqliteReader) {
		this.#reader = reader;
	}

	async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
		// The database answers a query with the rows that the query's own type promises.
		return { rows: (await this.#reader.query(query)) as R[] };
	}

	// biome-ignore lint/correctness/useYield: nothing is streamed; pieces are queries of their own.
	async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
		throw new Error('a connection for reading does not stream');
	}
}
