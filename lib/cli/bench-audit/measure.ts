import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { encodeCursor } from '../../adapters/audit-store/cursor';
import type { AuditPort } from '../../core/ports';
import { EXPORT_FORMATS, type ExportFormat } from '../../http/schemas';
import { type Summary, summarise } from '../statistics';
import { benchEntry } from './entries';
import { watchPauses } from './pauses';
import { type BenchQuery, benchQueries } from './queries';

export type QueryFigures = Omit<BenchQuery, 'before'> & {
	/** Entries on the page. */
	readonly found: number;
	readonly ms: Summary;
	/** Longest time for which one of the runs held up the process. */
	readonly pauseMsMax: number;
};

const exportFiguresSchema = z.object({
	bytes: z.number(),
	ms: z.number(),
	peakMb: z.number(),
	pauseMsMax: z.number(),
});
export type ExportFigures = z.infer<typeof exportFiguresSchema> & { readonly format: ExportFormat };
export type AppendFigures = { readonly appended: number; readonly perSecond: number; readonly pauseMsMax: number };

/** Appended together, as by a busy console; more would only wait. */
const TOGETHER = 64;
const PAGE = 50;
const PROGRESS_MS = 15_000;
/** A question that takes so long is asked less often. */
const QUESTION_MS_MAX = 20_000;
const EXPORT_PROCESS = fileURLToPath(new URL('./export-process.ts', import.meta.url));

/** Appends entries `from` … `to - 1` of the seed, in their order. */
export async function fill(audit: AuditPort, from: number, to: number, seed: number): Promise<AppendFigures> {
	const pauses = watchPauses();
	const startedAtMs = performance.now();
	let toldAtMs = startedAtMs;
	for (let start = from; start < to; start += TOGETHER) {
		const indexes = Array.from({ length: Math.min(TOGETHER, to - start) }, (_, index) => start + index);
		await Promise.all(indexes.map((index) => audit.append(benchEntry(index, seed))));
		if (performance.now() - toldAtMs > PROGRESS_MS) {
			toldAtMs = performance.now();
			const perSecond = ((start - from) / (toldAtMs - startedAtMs)) * 1_000;
			console.error(`${start} entries, ${Math.round(perSecond)} a second`);
		}
	}
	const seconds = (performance.now() - startedAtMs) / 1_000;
	return { appended: to - from, perSecond: (to - from) / seconds, pauseMsMax: pauses.stop() };
}

/** The first page of each question after one that is not counted: `runs` times, or fewer where they take too long together. */
export async function measureQueries(audit: AuditPort, entries: number, seed: number, runs: number) {
	const measured: QueryFigures[] = [];
	for (const { name, query, before } of benchQueries(entries, seed)) {
		const page = { cursor: before === null ? null : encodeCursor(before), limit: PAGE };
		const found = (await audit.list(query, page)).entries.length;
		const pauses = watchPauses();
		const times: number[] = [];
		const untilMs = performance.now() + QUESTION_MS_MAX;
		while (times.length < runs && (times.length === 0 || performance.now() < untilMs)) {
			const startedAtMs = performance.now();
			await audit.list(query, page);
			times.push(performance.now() - startedAtMs);
		}
		measured.push({ name, query, found, ms: summarise(times), pauseMsMax: pauses.stop() });
	}
	return measured;
}

/** Everything, in each format. */
export async function measureExports(databaseUrl: string): Promise<ExportFigures[]> {
	const measured: ExportFigures[] = [];
	for (const format of EXPORT_FORMATS) {
		console.error(`Exporting everything as ${format}`);
		const args = ['--import', 'tsx', EXPORT_PROCESS, databaseUrl, format];
		const { stdout } = await promisify(execFile)(process.execPath, args);
		measured.push({ format, ...exportFiguresSchema.parse(JSON.parse(stdout)) });
	}
	return measured;
}
