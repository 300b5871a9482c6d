import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqliteReading } from '@/lib/adapters/database/sqlite-reading';

let folder: string;
let file: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rollcall-reading-'));
	file = join(folder, 'some.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(statements: string): void {
	const own = new Database(file);
	own.pragma('journal_mode = WAL');
	own.exec(statements);
	own.close();
}

const numbers = (reading: ReturnType<typeof openSqliteReading>) =>
	sql<{ n: number }>`select n from numbers order by n`.execute(reading.db).then(({ rows }) => rows.map(({ n }) => n));

it('sees what was committed before it was asked, and nothing can be written through it', async () => {
	write('create table numbers (n integer); insert into numbers values (1)');
	const reading = openSqliteReading(file);
	try {
		expect(await numbers(reading)).toEqual([1]);
		const own = new Database(file);
		own.exec('insert into numbers values (2)');
		expect(await numbers(reading)).toEqual([1, 2]);
		own.close();
		const refused = sql`insert into numbers values (3) returning n`.execute(reading.db);
		await expect(refused).rejects.toMatchObject({ code: 'SQLITE_READONLY' });
		await expect(reading.db.transaction().execute(numbersNever)).rejects.toThrow('has no transactions');
		expect(await numbers(reading)).toEqual([1, 2]);
	} finally {
		await reading.close();
	}
});

const numbersNever = () => Promise.reject(new Error('a transaction began'));

it('does not hold up the process, and answers in the order of the questions', async () => {
	write('create table numbers (n integer)');
	const reading = openSqliteReading(file);
	let turns = 0;
	const ticking = setInterval(() => {
		turns += 1;
	}, 1);
	try {
		const answered: string[] = [];
		const long = sql<{ n: number }>`with recursive up(n) as (select 1 union all select n + 1 from up where n < 3000000)
			select count(*) as n from up`.execute(reading.db);
		const short = sql`select 1`.execute(reading.db);
		await Promise.all([
			long.then(({ rows }) => answered.push(`long ${rows[0]?.n}`)),
			short.then(() => answered.push('short')),
		]);
		expect(answered).toEqual(['long 3000000', 'short']);
		// Within one statement on this thread there would be none.
		expect(turns).toBeGreaterThan(3);
	} finally {
		clearInterval(ticking);
		await reading.close();
	}
});

it('what cannot be asked is refused with what the database said, and the next is answered', async () => {
	const reading = openSqliteReading(file);
	try {
		await expect(numbers(reading)).rejects.toThrow('unable to open database file');
		write('create table numbers (n integer); insert into numbers values (7)');
		expect(await numbers(reading)).toEqual([7]);
		await expect(sql`select nonsense`.execute(reading.db)).rejects.toThrow('no such column: nonsense');
		expect(await numbers(reading)).toEqual([7]);
	} finally {
		await reading.close();
	}
});

it('once closed it refuses what waits and what comes', async () => {
	write('create table numbers (n integer)');
	const reading = openSqliteReading(file);
	await numbers(reading);
	const long = sql`with recursive up(n) as (select 1 union all select n + 1 from up where n < 3000000)
		select count(*) from up`.execute(reading.db);
	const waiting = expect(long).rejects.toThrow('has ended');
	await nextTurn();
	await reading.close();
	await waiting;
	await expect(numbers(reading)).rejects.toThrow('the database is closed');
});
