import { vetoes } from './conditions';
import type { Evidence } from './evidence';
import type { HeldProof, MemberState } from './member-state';
import { RULES } from './policy';
import type { ReasonCode } from './reason';

/**
 * A proof, once complete, is not forgotten for want of one more sweep in time: whoever was dead is dead. It holds
 * until something contradicts it: a veto, an answer, a later expiry in the leader's table (so the session was touched
 * while nobody looked), another reign, or no complete sweep for `holdGapMsMax`. A purge still needs a fresh round and
 * sweep (guard `evidence-age`). What lapses and what contradicts is told apart by what a new proof would lack.
 */
const LAPSES: readonly ReasonCode[] = [
	'session-settling',
	'sweep-incomplete',
	'sweep-missing',
	'rounds-missing',
	'self-impaired',
];

export function isLapseOnly(missing: readonly ReasonCode[]): boolean {
	return missing.every((code) => LAPSES.includes(code));
}

/** Takes hold of a proof that is complete now. */
export function holdProof(
	state: MemberState,
	verdict: HeldProof['verdict'],
	reasons: readonly ReasonCode[],
): HeldProof | null {
	const last = state.session.goneRun.at(-1);
	return last ? { verdict, reasons, lastGone: last } : null;
}

/** What is left of a held proof after one more atom of evidence, already folded into `state`. */
export function keepProof(held: HeldProof | null, state: MemberState, evidence: Evidence | null): HeldProof | null {
	if (!held || vetoes(state).length > 0) {
		return null;
	}
	if (evidence?.kind === 'round') {
		const answered = evidence.answers.some((answer) => answer.result === 'accepted');
		return answered && held.verdict === 'dead' ? null : held;
	}
	if (evidence?.kind !== 'session') {
		return held;
	}
	const { sweep, expiryBucketMs } = evidence;
	if (sweep.startedAtMs - held.lastGone.startedAtMs > RULES.holdGapMsMax) {
		return null;
	}
	if (evidence.state !== 'gone' || expiryBucketMs === null) {
		return held;
	}
	const sameReign = sweep.leaderId === held.lastGone.leaderId && sweep.epoch === held.lastGone.epoch;
	if (!sameReign || expiryBucketMs > held.lastGone.expiryBucketMs) {
		return null;
	}
	return { ...held, lastGone: { ...held.lastGone, startedAtMs: sweep.startedAtMs, finishedAtMs: sweep.finishedAtMs } };
}
