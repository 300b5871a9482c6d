import type { AuditEntry } from '@/lib/core/audit-entry';
import type { AuditPort, AuditQuery, Clock } from '@/lib/core/ports';
import type { FailoverView, RecoveryView } from '@/lib/core/recovery-view';
import { AUTOMATIC_RECOVERY } from '@/lib/core/recovery-view';

/** Entries of each kind that the outcomes are made of. */
const OUTCOMES_MAX = 1_000;
const PAGE = 500;
/** Every open page asks every two seconds, and an entry holds all that was decided on. */
const KEPT_MS = 5_000;

/**
 * What came of the latest purges, from the audit log, which is where it is kept; read at most every five seconds, however
 * many ask. Rejects when the log cannot be read.
 */
export function readRecoveryOutcomes(
	audit: AuditPort,
	cluster: string,
	clock: Clock,
): () => Promise<RecoveryView['outcomes']> {
	let kept: { readonly atMs: number; readonly outcomes: Promise<RecoveryView['outcomes']> } | null = null;
	return () => {
		const nowMs = clock.nowMs();
		if (kept === null || nowMs - kept.atMs > KEPT_MS) {
			const outcomes = read(audit, cluster);
			const reading = { atMs: nowMs, outcomes };
			kept = reading;
			outcomes.catch(() => {
				kept = kept === reading ? null : kept;
			});
		}
		return kept.outcomes;
	};
}

async function read(audit: AuditPort, cluster: string): Promise<RecoveryView['outcomes']> {
	const latest = async (query: AuditQuery) => {
		const found: AuditEntry[] = [];
		let cursor: string | null = null;
		do {
			const page: Awaited<ReturnType<AuditPort['list']>> = await audit.list(
				{ cluster, ...query },
				{ cursor, limit: PAGE },
			);
			found.push(...page.entries);
			cursor = page.nextCursor;
		} while (cursor !== null && found.length < OUTCOMES_MAX);
		return found;
	};
	const [purges, replaced, ghosts] = await Promise.all([
		latest({ action: 'member.purge', outcome: 'purged' }),
		latest({ action: 'member.replaced' }),
		latest({ action: 'member.ghost' }),
	]);
	return {
		purged: purges.length,
		automatic: purges.filter(({ actor }) => actor.name === AUTOMATIC_RECOVERY).length,
		replaced: replaced.length,
		ghosts: ghosts.length,
		failovers: replaced.flatMap(({ atMs, member, memberId, detail }): FailoverView[] => {
			const afterMs = numberOf(detail, 'afterMs');
			const sessionTimeoutMs = numberOf(detail, 'sessionTimeoutMs');
			return member === null || afterMs === null ? [] : [{ atMs, member, memberId, afterMs, sessionTimeoutMs }];
		}),
	};
}

/** What an earlier release recorded may lack it. */
function numberOf(detail: unknown, name: string): number | null {
	const value = typeof detail === 'object' && detail !== null ? (detail as Record<string, unknown>)[name] : null;
	return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
