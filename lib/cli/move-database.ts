import { type Kysely, sql, type Transaction } from 'kysely';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { verifyEntries } from '@/lib/adapters/audit-store/verify-entries';
import { openAccounts } from '@/lib/adapters/auth/create-auth';
import { systemClock } from '@/lib/adapters/clock';
import type { RollcallDatabase } from '@/lib/adapters/database/database';
import { SEARCH_INDEX } from '@/lib/adapters/database/migrations/0001-audit/postgres';
import { SHORT_WORDS_INDEX } from '@/lib/adapters/database/migrations/0006-short-words/postgres';
import { openDatabase } from '@/lib/adapters/database/open';
import type { Tables } from '@/lib/adapters/database/tables';

/** Rows of one statement; entries have up to 256 kB of detail each. */
const ROWS = 64;
const SEARCH_INDEXES = [SEARCH_INDEX, SHORT_WORDS_INDEX];
/** For building an index over everything; PostgreSQL's default of 64 MB would write a large one many times over. */
const INDEX_MEMORY = '256MB';
/** What grows with the log, each with its key. */
const LOG = [
	{ table: 'audit_entries', key: 'sequence' },
	{ table: 'audit_blocks', key: 'block' },
	{ table: 'audit_archives', key: 'last' },
	{ table: 'audit_archived', key: 'sequence' },
] as const;
const LOG_TABLES = LOG.map(({ table }) => table);
const GUARDED = [...LOG_TABLES, 'audit_head', 'audit_chain', 'audit_chain_heads'] as const;
/** Few rows each; those that others refer to come first. */
const SMALL = [
	'auth_user',
	'auth_account',
	'auth_session',
	'auth_verification',
	'auth_secret',
	'auth_token',
	'webhooks',
] as const;
/** Where a database that was only opened has no row. */
const EMPTY = [...LOG_TABLES, 'audit_chain_heads', ...SMALL] as const;

/** Why nothing was moved; the message says what to do. */
export class MoveError extends Error {
	override readonly name = 'MoveError';
}

export type Moved = { readonly entries: number; readonly head: string | null; readonly otherRows: number };

type Row = Readonly<Record<string, unknown>>;

/**
 * Copies everything from a SQLite file into an empty PostgreSQL database: the log with its chain, what is known of its heads in
 * ZooKeeper, people, sessions, tokens and webhooks. All or nothing, in one transaction, which is committed only when the chain there
 * was followed from its first entry to the head that the file has. The file stays as it is, and takes no entries meanwhile.
 * `onEntries` is told how many have been copied, `onLine` what else takes long. Throws a MoveError.
 */
export async function moveDatabase(
	from: string,
	to: string,
	onEntries: (count: number) => void,
	onLine: (line: string) => void = () => undefined,
): Promise<Moved> {
	if (!from.startsWith('sqlite:') || from === to) {
		throw new MoveError("--from is 'sqlite:<file>', the database to move.");
	}
	const source = await openDatabase(from, { onProgress: onLine });
	try {
		const target = await openDatabase(to);
		try {
			if (target.dialect !== 'postgres') {
				throw new MoveError("--to is 'postgres://…', an empty database.");
			}
			await makeAccountTables(source);
			await makeAccountTables(target);
			const moved = await source.db
				.transaction()
				.execute((reading) =>
					target.db.transaction().execute((writing) => copyAll(reading, writing, onEntries, onLine)),
				);
			await sql`analyze`.execute(target.db);
			return moved;
		} finally {
			await target.close();
		}
	} finally {
		await source.close();
	}
}

/** With a secret that is given, none is made and kept. */
async function makeAccountTables(database: RollcallDatabase): Promise<void> {
	await openAccounts({
		database,
		audit: createAuditStore(database),
		clock: systemClock,
		secret: 'not used to sign anything by this command',
		baseUrl: null,
		onProblem: () => undefined,
	});
}

async function copyAll(
	reading: Transaction<Tables>,
	writing: Transaction<Tables>,
	onEntries: (count: number) => void,
	onLine: (line: string) => void,
): Promise<Moved> {
	// Exclusively: whoever wanted to append waits, and finds the chain as it is afterwards.
	await sql`lock table ${sql.join(EMPTY.map((table) => sql.table(table)))} in access exclusive mode`.execute(writing);
	for (const table of EMPTY) {
		const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(writing);
		if (rows.length > 0) {
			throw new MoveError(
				`The database to move to is not empty: ${table} has rows. Name one that no console has used, or make a new one.`,
			);
		}
	}
	const before = await verifyEntries(reading);
	if (!before.ok) {
		throw new MoveError(
			`The chain of the audit log is broken at entry ${before.firstBroken}: what is moved must be whole. Keep the file as it is, and compare it with an export or a backup.`,
		);
	}
	await switchTriggers(writing, 'disable');
	// Built once over everything: entry by entry it takes several times as long.
	for (const { name } of SEARCH_INDEXES) {
		await sql`drop index ${sql.id(name)}`.execute(writing);
	}
	for (const part of LOG) {
		await copyLog(reading, writing, part, part.table === 'audit_entries' ? onEntries : () => undefined);
	}
	onLine('Building the indexes of the full-text search …');
	await sql.raw(`set local maintenance_work_mem = '${INDEX_MEMORY}'`).execute(writing);
	for (const { statement } of SEARCH_INDEXES) {
		await sql.raw(statement).execute(writing);
	}
	await copyChain(reading, writing);
	let otherRows = 0;
	for (const table of SMALL) {
		otherRows += await copySmall(reading, writing, table);
	}
	await switchTriggers(writing, 'enable');
	const after = await verifyEntries(writing);
	if (!after.ok || after.entries !== before.entries || after.head !== before.head) {
		throw new MoveError(
			`What was copied does not come out the same: ${JSON.stringify(after)}, in the file ${JSON.stringify(before)}. Nothing was kept.`,
		);
	}
	return { entries: after.entries, head: after.head, otherRows };
}

/** Nothing is undone by this: whoever may alter the tables owns them, and the chain is followed afterwards. */
async function switchTriggers(writing: Transaction<Tables>, deed: 'enable' | 'disable'): Promise<void> {
	for (const table of GUARDED) {
		await sql`alter table ${sql.table(table)} ${sql.raw(deed)} trigger user`.execute(writing);
	}
}

/** Piece by piece, in the order of the key. */
async function copyLog(
	reading: Transaction<Tables>,
	writing: Transaction<Tables>,
	{ table, key }: (typeof LOG)[number],
	onRows: (count: number) => void,
): Promise<void> {
	let last = -1;
	let count = 0;
	for (;;) {
		const { rows } = await sql<Row>`select * from ${sql.table(table)} where ${sql.ref(key)} > ${last}
			order by ${sql.ref(key)} limit ${ROWS}`.execute(reading);
		const end = rows.at(-1);
		if (end === undefined) {
			return;
		}
		const names = Object.keys(end);
		const values = rows.map((row) => sql`(${sql.join(names.map((name) => row[name]))})`);
		await sql`insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))}) values ${sql.join(values)}`.execute(
			writing,
		);
		last = Number(end[key]);
		count += rows.length;
		onRows(count);
	}
}

async function copyChain(reading: Transaction<Tables>, writing: Transaction<Tables>): Promise<void> {
	const { sequence, hash } = await reading.selectFrom('audit_head').selectAll().executeTakeFirstOrThrow();
	await writing.updateTable('audit_head').set({ sequence, hash }).execute();
	// With its id, by which its heads in ZooKeeper are found.
	const { chain } = await reading.selectFrom('audit_chain').selectAll().executeTakeFirstOrThrow();
	await writing.updateTable('audit_chain').set({ chain }).execute();
	const heads = await reading.selectFrom('audit_chain_heads').selectAll().execute();
	if (heads.length > 0) {
		await writing.insertInto('audit_chain_heads').values(heads).execute();
	}
}

/** SQLite has no truth values and no dates; they become what PostgreSQL's column is. Gives the number of rows. */
async function copySmall(
	reading: Kysely<Tables>,
	writing: Kysely<Tables>,
	table: (typeof SMALL)[number],
): Promise<number> {
	const columns = await sql<{ name: string; type: string }>`select attname as name, format_type(atttypid, null) as type
		from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and not attisdropped`.execute(writing);
	const types = new Map(columns.rows.map(({ name, type }) => [name, type]));
	const { rows } = await sql<Row>`select * from ${sql.table(table)}`.execute(reading);
	for (let start = 0; start < rows.length; start += ROWS) {
		const piece = rows.slice(start, start + ROWS);
		const names = Object.keys(piece[0] ?? {});
		const values = piece.map(
			(row) => sql`(${sql.join(names.map((name) => converted(row[name], types.get(name), table)))})`,
		);
		await sql`insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))}) values ${sql.join(values)}`.execute(
			writing,
		);
	}
	return rows.length;
}

function converted(value: unknown, type: string | undefined, table: string): unknown {
	if (type === undefined) {
		throw new MoveError(`${table} has a column that PostgreSQL's does not: it is of another release than this one.`);
	}
	if (value === null) {
		return null;
	}
	if (type === 'boolean') {
		return value === 1 || value === true;
	}
	return type.startsWith('timestamp') && (typeof value === 'string' || typeof value === 'number')
		? new Date(value)
		: value;
}
