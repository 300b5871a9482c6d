import Database from 'better-sqlite3';
import { toEntry, toRow } from '@/lib/adapters/audit-store/entry-rows';
import { sha256Hex } from '@/lib/adapters/audit-store/sha256-hex';
import type { AuditEntriesTable } from '@/lib/adapters/database/tables';
import { CHAIN_START, linkEntry } from '@/lib/core/audit-chain';

/** What somebody with the database file can do: every trigger out of the way, then put back as if nothing had been. */
export function behindItsBack(file: string, work: (database: Database.Database) => void): void {
	const database = new Database(file, { timeout: 10_000 });
	try {
		database
			.transaction(() => {
				const triggers = database
					.prepare<[], { name: string; sql: string }>("select name, sql from sqlite_master where type = 'trigger'")
					.all();
				for (const { name } of triggers) {
					database.exec(`drop trigger ${name}`);
				}
				work(database);
				for (const { sql } of triggers) {
					database.exec(sql);
				}
			})
			.immediate();
	} finally {
		database.close();
	}
}

/** Changes one entry and computes the whole chain after it anew, head included: the walk finds nothing. */
export function rewriteFrom(file: string, sequence: number): void {
	behindItsBack(file, (database) => {
		const rows = database.prepare<[], AuditEntriesTable>('select * from audit_entries order by sequence').all();
		const update = database.prepare(
			'update audit_entries set reason = ?, previous_hash = ?, hash = ? where sequence = ?',
		);
		let head = CHAIN_START;
		for (const row of rows) {
			const { sequence: _sequence, previousHash: _previous, hash: _hash, ...draft } = toEntry(row);
			const reason = row.sequence === sequence ? 'it was nobody' : draft.reason;
			const forged = toRow(linkEntry({ ...draft, reason }, head, sha256Hex));
			if (row.sequence >= sequence) {
				update.run(forged.reason, forged.previous_hash, forged.hash, forged.sequence);
			}
			head = { sequence: forged.sequence, hash: forged.hash };
		}
		database.prepare('update audit_head set sequence = ?, hash = ?').run(head.sequence, head.hash);
	});
}

/** Cuts off what comes after an entry, with a head to match. */
export function cutAfter(file: string, sequence: number): void {
	behindItsBack(file, (database) => {
		database.prepare('delete from audit_entries where sequence > ?').run(sequence);
		database.exec(
			'update audit_head set (sequence, hash) = (select sequence, hash from audit_entries order by sequence desc limit 1)',
		);
	});
}
