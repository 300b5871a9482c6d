import { AUTOMATIC_RECOVERY, type RecoveryView } from './recovery-view';

/** Entries of each kind that the scorecard is made of. */
export const OUTCOMES_MAX = 1_000;

/** Entries of the audit log that tell what purges came to. Of 'member.purge' only those that were done. */
export const OUTCOME_ACTIONS = ['member.purge', 'member.replaced', 'member.ghost'] as const;

/** Such an entry, without the evidence it was decided on. */
export type OutcomeRow = {
	readonly sequence: number;
	/** ms since the epoch. */
	readonly atMs: number;
	readonly action: (typeof OUTCOME_ACTIONS)[number];
	readonly actorName: string;
	readonly member: string | null;
	readonly memberId: string | null;
	/** Of a replacement: ms from the purge's commit to its registration; null where it was not recorded. */
	readonly afterMs: number | null;
	readonly sessionTimeoutMs: number | null;
};

/** Both newest first, `later` after `earlier`; gives the latest OUTCOMES_MAX of each action, newest first. */
export function mergeOutcomes(later: readonly OutcomeRow[], earlier: readonly OutcomeRow[]): OutcomeRow[] {
	const taken = new Map<OutcomeRow['action'], number>();
	return [...later, ...earlier].filter(({ action }) => {
		const count = (taken.get(action) ?? 0) + 1;
		taken.set(action, count);
		return count <= OUTCOMES_MAX;
	});
}

/** The scorecard, and how long each replacement took. */
export function toOutcomes(rows: readonly OutcomeRow[]): RecoveryView['outcomes'] {
	const of = (action: OutcomeRow['action']) => rows.filter((row) => row.action === action);
	const purges = of('member.purge');
	const replaced = of('member.replaced');
	return {
		purged: purges.length,
		automatic: purges.filter(({ actorName }) => actorName === AUTOMATIC_RECOVERY).length,
		replaced: replaced.length,
		ghosts: of('member.ghost').length,
		// What an earlier release recorded may lack the time.
		failovers: replaced.flatMap(({ atMs, member, memberId, afterMs, sessionTimeoutMs }) =>
			member === null || afterMs === null ? [] : [{ atMs, member, memberId, afterMs, sessionTimeoutMs }],
		),
	};
}
