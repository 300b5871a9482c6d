import { z } from 'zod';
import { DRILL_OUTCOMES } from '../core/drill';
import type { DrillReport } from '../core/drill-view';
import type { AuditPort, Clock } from '../core/ports';
import { REASON_CODES } from '../core/reason';
import { drillOrderSchema } from './drill-znodes';

/** Reports that the page shows and compares. */
const SHOWN_MAX = 50;
/** Reports that an export holds. */
const EXPORTED_MAX = 1_000;
/** The page asks every second while a drill runs; the log is searched less often. */
const KEPT_MS = 3_000;

const afterMs = z.number().min(0).nullable();

const reportSchema = drillOrderSchema.extend({
	outcome: z.enum(DRILL_OUTCOMES),
	timeline: z.object({
		killed: afterMs,
		'tripwire-closed': afterMs,
		refused: afterMs,
		'session-gone': afterMs,
		proven: afterMs,
		purged: afterMs,
		replaced: afterMs,
		alive: afterMs,
	}),
	reasons: z.array(z.enum(REASON_CODES)).max(100),
	expiry: z.object({ timeoutMs: z.number().nullable(), afterMs: z.number().nullable() }),
	endedAfterMs: z.number(),
}) satisfies z.ZodType<DrillReport>;

export type KeptReport = DrillReport & { readonly auditId: string };

export type DrillReports = {
	/** The latest, newest first. Rejects when the audit log cannot be read. */
	shown(): Promise<readonly KeptReport[]>;
	/** Many, newest first. Rejects when the audit log cannot be read. */
	exported(): Promise<readonly KeptReport[]>;
};

/** Reports of drills, from the audit log, which is where they are kept. What is no report there is left out. */
export function readDrillReports(audit: AuditPort, cluster: string, clock: Clock): DrillReports {
	let kept: { readonly atMs: number; readonly reports: Promise<readonly KeptReport[]> } | null = null;
	return {
		shown() {
			const atMs = clock.nowMs();
			if (kept === null || atMs - kept.atMs > KEPT_MS) {
				const reports = read(audit, cluster, SHOWN_MAX);
				kept = { atMs, reports };
				// A failure is told to those who asked, and asked for again by the next.
				reports.catch(() => {
					kept = null;
				});
			}
			return kept.reports;
		},
		exported: () => read(audit, cluster, EXPORTED_MAX),
	};
}

async function read(audit: AuditPort, cluster: string, limit: number): Promise<readonly KeptReport[]> {
	const found: KeptReport[] = [];
	let cursor: string | null = null;
	do {
		const page = await audit.list({ cluster, action: 'drill.finish' }, { cursor, limit: limit - found.length });
		for (const { sequence, detail } of page.entries) {
			const parsed = reportSchema.safeParse(detail);
			if (parsed.success) {
				found.push({ ...parsed.data, auditId: String(sequence) });
			}
		}
		cursor = page.nextCursor;
	} while (cursor !== null && found.length < limit);
	return found;
}
