import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuditStore } from '../../adapters/audit-store/create-audit-store';
import { openDatabase } from '../../adapters/database/open';
import { fill, measureExports, measureQueries } from './measure';
import { type AuditReport, printReport } from './report';

/**
 * The audit log at its sizes: filled through the console's own way of recording, then asked and exported. The same
 * database grows from one size to the next; one that holds entries of this seed already is only filled up.
 */
export type AuditBenchOptions = {
	readonly entries: readonly number[];
	/** Null: a SQLite file in the temporary folder of the run. */
	readonly database: string | null;
	readonly seed: number;
	readonly runs: number;
};

export async function benchAudit(options: AuditBenchOptions): Promise<void> {
	const url = options.database ?? `sqlite:${join(mkdtempSync(join(tmpdir(), 'rollcall-bench-')), 'audit.db')}`;
	const openedAtMs = performance.now();
	const database = await openDatabase(url, { onProgress: (line) => console.error(line) });
	console.error(`Opened and brought up to date in ${((performance.now() - openedAtMs) / 1_000).toFixed(1)} s`);
	const audit = createAuditStore(database);
	const reports: AuditReport[] = [];
	try {
		for (const entries of options.entries.toSorted((a, b) => a - b)) {
			const [newest] = (await audit.list({}, { cursor: null, limit: 1 })).entries;
			const held = newest?.sequence ?? 0;
			if (held > entries) {
				throw new Error(`${database.place} holds ${held} entries: name one that holds at most ${entries}, or none.`);
			}
			const append = held === entries ? null : await fill(audit, held, entries, options.seed);
			console.error(`${entries} entries: asking`);
			const queries = await measureQueries(audit, entries, options.seed, options.runs);
			reports.push({
				entries,
				databaseMb: sizeMb(database.place),
				append,
				queries,
				exports: await measureExports(url),
			});
		}
	} finally {
		await audit.close();
		await database.close();
	}
	printReport(database.place, reports);
}

function sizeMb(place: string): number | null {
	return place.startsWith('sqlite:') ? statSync(place.slice('sqlite:'.length)).size / 1e6 : null;
}
