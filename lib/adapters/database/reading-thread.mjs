/**
 * Runs in a thread of its own: answers queries on a SQLite file, one after the other, on a connection that cannot write.
 * A message is `{ id, sql, parameters }`; its answer `{ id, rows }`, or `{ id, error: { code, message } }`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

/** A writer of another process holds the file for one short transaction. */
const BUSY_MS_MAX = 5_000;
/** Distinct texts that are kept prepared. */
const PREPARED_MAX = 200;

/** @type {import('better-sqlite3').Database | undefined} */
let connection;
/** @type {Map<string, import('better-sqlite3').Statement>} */
const prepared = new Map();

/** With the first query, so that what is wrong with the file is its answer. */
function connect() {
	const database = new Database(workerData.file, { readonly: true, timeout: BUSY_MS_MAX });
	// Of a log of gigabytes much is read: 32 MB of it stay at hand.
	database.pragma('cache_size = -32000');
	return database;
}

/** @param {string} sql */
function prepare(sql) {
	connection ??= connect();
	const statement = prepared.get(sql) ?? connection.prepare(sql);
	if (prepared.size >= PREPARED_MAX) {
		prepared.clear();
	}
	prepared.set(sql, statement);
	return statement;
}

parentPort?.on('message', ({ id, sql, parameters }) => {
	try {
		parentPort?.postMessage({ id, rows: prepare(sql).all(...parameters) });
	} catch (error) {
		const { code, message } = /** @type {{ code?: unknown, message?: unknown }} */ (error);
		parentPort?.postMessage({ id, error: { code: String(code), message: String(message) } });
	}
});
