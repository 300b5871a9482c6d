import type { AuditPort, Clock } from '@/lib/core/ports';
import { mergeOutcomes, OUTCOMES_MAX, type OutcomeRow, toOutcomes } from '@/lib/core/purge-outcomes';
import type { RecoveryView } from '@/lib/core/recovery-view';

/** Every open page asks every two seconds. */
const KEPT_MS = 5_000;

/**
 * What came of the latest purges, from the audit log, which is where it is kept. Asked at most every five seconds, however
 * many ask, and then for what is new only: entries are never changed. Rejects when the log cannot be read.
 */
export function readRecoveryOutcomes(
	audit: Pick<AuditPort, 'outcomes'>,
	cluster: string,
	clock: Clock,
): () => Promise<RecoveryView['outcomes']> {
	let known: { readonly rows: readonly OutcomeRow[]; readonly upTo: number } = { rows: [], upTo: 0 };
	let kept: { readonly atMs: number; readonly outcomes: Promise<RecoveryView['outcomes']>; underWay: boolean } | null =
		null;

	async function read(): Promise<RecoveryView['outcomes']> {
		const { rows, upTo } = await audit.outcomes(cluster, known.upTo, OUTCOMES_MAX);
		known = { rows: mergeOutcomes(rows, known.rows), upTo };
		return toOutcomes(known.rows);
	}

	return () => {
		const atMs = clock.nowMs();
		// One reading at a time: each goes on where the one before ended.
		if (kept === null || (!kept.underWay && atMs - kept.atMs > KEPT_MS)) {
			const reading = { atMs, outcomes: read(), underWay: true };
			kept = reading;
			reading.outcomes.then(
				() => {
					reading.underWay = false;
				},
				() => {
					// Told to those who asked, and asked again by the next.
					kept = null;
				},
			);
		}
		return kept.outcomes;
	};
}
