import Database from 'better-sqlite3';
import pg from 'pg';
import { toEntry, toRow } from '@/lib/adapters/audit-store/entry-rows';
import { sha256Hex } from '@/lib/adapters/audit-store/sha256-hex';
import type { AuditEntriesTable } from '@/lib/adapters/database/tables';
import { CHAIN_START, linkEntry } from '@/lib/core/audit-chain';

/** Runs one statement with parameters ($1, $2 …, each once and in order) as somebody with access to the database would. */
type Run = (statement: string, parameters?: readonly unknown[]) => Promise<readonly unknown[]>;

const TABLES = ['audit_entries', 'audit_head', 'audit_chain', 'audit_chain_heads'];

/** What somebody with the database can do: every trigger out of the way, then put back as if nothing had been. */
export function behindItsBack(url: string, work: (run: Run) => Promise<void>): Promise<void> {
	return url.startsWith('sqlite:') ? onFile(url.slice('sqlite:'.length), work) : onServer(url, work);
}

async function onFile(file: string, work: (run: Run) => Promise<void>): Promise<void> {
	const database = new Database(file, { timeout: 10_000 });
	try {
		database.exec('begin immediate');
		const triggers = database
			.prepare<[], { name: string; sql: string }>("select name, sql from sqlite_master where type = 'trigger'")
			.all();
		for (const { name } of triggers) {
			database.exec(`drop trigger ${name}`);
		}
		await work(async (statement, parameters = []) => {
			const prepared = database.prepare<unknown[], unknown>(statement.replace(/\$\d/g, '?'));
			if (prepared.reader) {
				return prepared.all(...parameters);
			}
			prepared.run(...parameters);
			return [];
		});
		for (const { sql } of triggers) {
			database.exec(sql);
		}
		database.exec('commit');
	} finally {
		database.close();
	}
}

async function onServer(url: string, work: (run: Run) => Promise<void>): Promise<void> {
	// Sequences of a test are small: they may be numbers.
	const types = { getTypeParser: (oid: number) => (oid === 20 ? Number : pg.types.getTypeParser(oid)) };
	const client = new pg.Client({ connectionString: url, types: types as pg.CustomTypesConfig });
	await client.connect();
	try {
		await client.query('begin');
		const each = (deed: string) => TABLES.map((table) => `alter table ${table} ${deed} trigger user`).join('; ');
		await client.query(each('disable'));
		await work(async (statement, parameters = []) => (await client.query(statement, [...parameters])).rows);
		await client.query(each('enable'));
		await client.query('commit');
	} finally {
		await client.end();
	}
}

/** Changes one entry and computes the whole chain after it anew, head included: the walk finds nothing. */
export function rewriteFrom(url: string, sequence: number): Promise<void> {
	return behindItsBack(url, async (run) => {
		const rows = (await run('select * from audit_entries order by sequence')) as AuditEntriesTable[];
		let head = CHAIN_START;
		for (const row of rows) {
			const { sequence: _sequence, previousHash: _previous, hash: _hash, ...draft } = toEntry(row);
			const reason = row.sequence === sequence ? 'it was nobody' : draft.reason;
			const forged = toRow(linkEntry({ ...draft, reason }, head, sha256Hex));
			if (row.sequence >= sequence) {
				await run('update audit_entries set reason = $1, previous_hash = $2, hash = $3 where sequence = $4', [
					forged.reason,
					forged.previous_hash,
					forged.hash,
					forged.sequence,
				]);
			}
			head = { sequence: forged.sequence, hash: forged.hash };
		}
		await run('update audit_head set sequence = $1, hash = $2', [head.sequence, head.hash]);
	});
}

/** Cuts off what comes after an entry, with a head to match. */
export function cutAfter(url: string, sequence: number): Promise<void> {
	return behindItsBack(url, async (run) => {
		await run('delete from audit_entries where sequence > $1', [sequence]);
		await run(
			'update audit_head set (sequence, hash) = (select sequence, hash from audit_entries order by sequence desc limit 1)',
		);
	});
}
