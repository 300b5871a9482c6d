import { cpus } from 'node:os';
import type { AppendFigures, ExportFigures, QueryFigures } from './measure';

export type AuditReport = {
	readonly entries: number;
	readonly databaseMb: number | null;
	/** Null where the database held as many already. */
	readonly append: AppendFigures | null;
	readonly queries: readonly QueryFigures[];
	readonly exports: readonly ExportFigures[];
};

/** A table for people for each size of the log, and all of it as one line of JSON. */
export function printReport(database: string, reports: readonly AuditReport[]): void {
	console.log(`\n${cpus().length} cores, Node ${process.version}, ${database}`);
	for (const report of reports) {
		const size = report.databaseMb === null ? '' : `, ${Math.round(report.databaseMb)} MB`;
		console.log(`\n${report.entries} entries${size}`);
		if (report.append !== null) {
			const { appended, perSecond, pauseMsMax } = report.append;
			console.log(`${appended} appended, ${Math.round(perSecond)} a second, longest pause ${ms(pauseMsMax).trim()}`);
		}
		console.log(`${'first page of 50'.padEnd(44)} found  runs   median      p95    worst    pause`);
		for (const { name, found, ms: times, pauseMsMax } of report.queries) {
			const figures = [times.median, times.p95, times.worst, pauseMsMax].map(ms).join(' ');
			console.log(`${name.padEnd(44)} ${String(found).padStart(5)} ${String(times.count).padStart(5)} ${figures}`);
		}
		for (const { format, bytes, ms: took, peakMb, pauseMsMax } of report.exports) {
			const seconds = took / 1_000;
			const rate = `${Math.round(report.entries / seconds)} entries/s`;
			console.log(
				`export as ${format}: ${Math.round(bytes / 1e6)} MB in ${seconds.toFixed(1)} s (${rate}), peak memory ${Math.round(peakMb)} MB, longest pause ${ms(pauseMsMax).trim()}`,
			);
		}
	}
	console.log(JSON.stringify({ database, reports }));
}

function ms(value: number): string {
	return `${value.toFixed(value < 10 ? 1 : 0)} ms`.padStart(8);
}
