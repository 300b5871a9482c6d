import { csvCell } from './csv';
import {
	DRILL_MARKS,
	type DrillMark,
	type DrillOrder,
	type DrillOutcome,
	type DrillPurge,
	type DrillTimeline,
} from './drill';
import type { DrillRefusal } from './drill-refusals';
import type { ReasonCode } from './reason';
import type { DrillSchedule } from './settings';

/** What the page and the API show of drills. `*AtMs` are ms since the epoch, for display; other ms count from the order. */

export type DrillRequest = {
	readonly path: string;
	readonly czxid: string;
	readonly reason: string;
	/** The member's id, typed out. */
	readonly confirm: string;
	/** Needed where automatic recovery would not purge it: somebody will, by hand. */
	readonly purge?: 'by-hand' | undefined;
};

export type DrillStartView = {
	readonly outcome: 'ordered' | 'refused' | 'failed';
	readonly drillId: string | null;
	readonly refusals: readonly DrillRefusal[];
	/** For people. */
	readonly detail: string;
	readonly auditId: string | null;
};

/** A member that opted in, or whose opt-in somebody else wrote. */
export type DrillCandidate = {
	readonly path: string;
	readonly id: string;
	readonly group: string;
	readonly czxid: string;
	readonly ready: boolean;
	readonly replaced: boolean;
	/** Automatic recovery would purge it. */
	readonly recovers: boolean;
	/** Why it cannot be drilled now; 'nobody-purges' alone is lifted by purging by hand. */
	readonly whyNot: readonly DrillRefusal[];
};

export type DrillExpiry = {
	/** The session time-out; null: never seen. */
	readonly timeoutMs: number | null;
	/** When ZooKeeper would have removed the registration by itself, ms since the order; null: never seen. */
	readonly afterMs: number | null;
};

export type DrillReport = DrillOrder & {
	readonly outcome: DrillOutcome;
	readonly timeline: DrillTimeline;
	readonly reasons: readonly ReasonCode[];
	readonly expiry: DrillExpiry;
	/** ms since the order. */
	readonly endedAfterMs: number;
};

export type RunningDrill = DrillOrder & {
	readonly elapsedMs: number;
	readonly limitMs: number;
	readonly timeline: DrillTimeline;
	readonly reasons: readonly ReasonCode[];
	readonly expiry: DrillExpiry;
};

/** Medians of a UTC day's drills; null: none came so far. */
export type DrillDay = {
	/** '2026-01-31' */
	readonly day: string;
	readonly drills: number;
	readonly complete: number;
	readonly proven: number | null;
	readonly purged: number | null;
	readonly replaced: number | null;
	readonly alive: number | null;
	/** Of what ZooKeeper would have taken by itself. */
	readonly expiry: number | null;
};

export type DrillsView = {
	readonly eligible: readonly DrillCandidate[];
	readonly running: RunningDrill | null;
	/** Newest first. */
	readonly reports: readonly (DrillReport & { readonly auditId: string })[];
	/** Oldest first. */
	readonly trend: readonly DrillDay[];
	readonly schedule: (DrillSchedule & { readonly nextAtMs: number }) | null;
};

const DAY_LENGTH = 'yyyy-mm-dd'.length;

/** Medians by the day on which drills were ordered, oldest day first. Aborted ones measured nothing and count as drills only. */
export function toTrend(reports: readonly DrillReport[]): DrillDay[] {
	const days = new Map<string, DrillReport[]>();
	for (const report of reports) {
		const day = new Date(report.orderedAtMs).toISOString().slice(0, DAY_LENGTH);
		days.set(day, [...(days.get(day) ?? []), report]);
	}
	return [...days]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([day, all]) => {
			const measured = all.filter((report) => report.outcome !== 'aborted');
			const of = (name: DrillMark) => median(measured.flatMap(({ timeline }) => timeline[name] ?? []));
			return {
				day,
				drills: all.length,
				complete: all.filter((report) => report.outcome === 'complete').length,
				proven: of('proven'),
				purged: of('purged'),
				replaced: of('replaced'),
				alive: of('alive'),
				expiry: median(measured.flatMap(({ expiry }) => expiry.afterMs ?? [])),
			};
		});
}

/** The middle one, of an even number the mean of the two in the middle, whole; null of none. */
export function median(values: readonly number[]): number | null {
	const sorted = values.toSorted((a, b) => a - b);
	const upper = sorted[Math.floor(sorted.length / 2)];
	const lower = sorted[Math.floor((sorted.length - 1) / 2)];
	return upper === undefined || lower === undefined ? null : Math.round((lower + upper) / 2);
}

/** Columns of the export; times in ms since the order. */
export const DRILL_COLUMNS = [
	'drillId',
	'at',
	'member',
	'id',
	'group',
	'czxid',
	'outcome',
	'scheduled',
	'purge',
	...DRILL_MARKS,
	'expiry',
	'sessionTimeout',
	'by',
	'reason',
	'reasons',
] as const;
type DrillColumn = (typeof DRILL_COLUMNS)[number];

/** The reports as CSV, made for spreadsheets like that of the audit log (csv.ts): quoted, formulas neutralised, CRLF. */
export function toDrillCsv(reports: readonly DrillReport[]): string {
	return [[...DRILL_COLUMNS], ...reports.map(toCells)]
		.map((cells) => `${cells.map((cell) => `"${csvCell(cell).replaceAll('"', '""')}"`).join(',')}\r\n`)
		.join('');
}

function toCells(report: DrillReport): string[] {
	const figure = (value: number | null) => (value === null ? '' : String(value));
	const cells: Record<Exclude<DrillColumn, DrillMark>, string> = {
		drillId: report.drillId,
		at: new Date(report.orderedAtMs).toISOString(),
		member: report.path,
		id: report.id,
		group: report.group,
		czxid: report.czxid,
		outcome: report.outcome,
		scheduled: String(report.scheduled),
		purge: report.purge satisfies DrillPurge,
		expiry: figure(report.expiry.afterMs),
		sessionTimeout: figure(report.expiry.timeoutMs),
		by: report.by,
		reason: report.reason,
		reasons: report.reasons.join(' '),
	};
	return DRILL_COLUMNS.map((column) => (isMark(column) ? figure(report.timeline[column]) : cells[column]));
}

function isMark(column: DrillColumn): column is DrillMark {
	return (DRILL_MARKS as readonly string[]).includes(column);
}
