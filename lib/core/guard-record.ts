import type { RadiusMeasure } from './counters';
import type { Requester } from './guard';
import type { SiblingRegistration } from './guards';
import type { LatchState, Role } from './ports';
import type { TakeoverClaim } from './prove-takeover';
import type { RecoveryMeasure } from './recovery-measure';

/**
 * What the guards of a purge rested on beside the member's state, its context and the request: kept in the purge's record,
 * so that it can be judged again. Small: a transaction of a hundred purges carries a hundred of them.
 */
export type GuardRecord = {
	readonly by: Requester;
	readonly role: Role;
	/** Registrations that the whole request would have removed from here on. */
	readonly planned: number;
	readonly latch: LatchState['kind'];
	readonly siblings: SiblingSummary | null;
	readonly radius: RadiusMeasure | null;
	/** null: none of those guards bound whoever asked. */
	readonly recovery: RecoveryMeasure | null;
	/** What a member showed that started in this one's place. */
	readonly claim: TakeoverClaim | null;
	readonly secondPersonNeeded: boolean;
};

/** The other registrations of the session: how many, and the first of each kind that refuses the purge. */
export type SiblingSummary = {
	readonly count: number;
	readonly lives: string | null;
	readonly unprovable: string | null;
};

export function summariseSiblings(siblings: readonly SiblingRegistration[] | null): SiblingSummary | null {
	const first = (standing: SiblingRegistration['standing']) =>
		siblings?.find((sibling) => sibling.standing === standing)?.path ?? null;
	return siblings && { count: siblings.length, lives: first('lives'), unprovable: first('unprovable') };
}

/** Siblings of which the guard says the same as of those summarised; proven ones have no names. */
export function toSiblings(summary: SiblingSummary | null): readonly SiblingRegistration[] | null {
	if (summary === null) {
		return null;
	}
	const refusing: SiblingRegistration[] = [
		...(summary.lives === null ? [] : [{ path: summary.lives, standing: 'lives' as const }]),
		...(summary.unprovable === null ? [] : [{ path: summary.unprovable, standing: 'unprovable' as const }]),
	];
	const proven = Math.max(0, summary.count - refusing.length);
	return [...refusing, ...Array.from({ length: proven }, () => ({ path: '', standing: 'proven' as const }))];
}
