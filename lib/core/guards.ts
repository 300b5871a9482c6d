import { isProven } from './detector';
import type { GuardCheck, GuardName } from './guard';
import type { MemberState } from './member-state';
import type { Policy } from './policy';
import type { LatchState, Role } from './ports';
import { isImpaired, isLatestRound, vetoes } from './proof';

/** Another registration owned by the same session. */
export type SiblingRegistration = {
	readonly path: string;
	/** `proven`: by itself; `lives`: not proven; `unprovable`: not followed by this console, so nobody can say. */
	readonly standing: 'proven' | 'lives' | 'unprovable';
};

export type GuardInput = {
	readonly state: MemberState;
	readonly policy: Policy;
	readonly nowMs: number;
	/** The human's override of `unreachable`, and the role that asks for it. */
	readonly override: boolean;
	readonly role: Role;
	/** Other registrations among the session's ephemerals; null: what it owns could not be read. */
	readonly siblings: readonly SiblingRegistration[] | null;
	readonly latch: LatchState;
	readonly blastRadius: GuardCheck;
	readonly fence: GuardCheck;
};

const INACTIVE: readonly GuardName[] = ['mass-failure', 'rate', 'flapping', 'maintenance', 'kill-switch'];

/** Every guard of a purge, in the order in which the console shows them. Pure; unknown is never a pass. */
export function decideGuards(input: GuardInput): GuardCheck[] {
	return [
		decideVerdictGuard(input),
		decideEvidenceAge(input),
		decideSiblings(input.siblings),
		input.blastRadius,
		decideLatch(input.latch),
		input.fence,
		...INACTIVE.map((guard): GuardCheck => ({ guard, result: 'inactive', code: 'not-yet-enforced', facts: {} })),
	];
}

/** A purge goes on only when every guard passes; inactive ones bind nobody. */
export function guardsPass(guards: readonly GuardCheck[]): boolean {
	return guards.every((guard) => guard.result === 'pass' || guard.result === 'inactive');
}

function decideVerdictGuard({ state, override, role }: GuardInput): GuardCheck {
	const facts = { verdict: state.verdict };
	const fail = (code: GuardCheck['code']): GuardCheck => ({ guard: 'verdict', result: 'fail', code, facts });
	if (isProven(state.verdict)) {
		return { guard: 'verdict', result: 'pass', code: 'proven', facts };
	}
	if (!override) {
		return fail('not-proven');
	}
	// An override replaces the proof of an unreachable member, never a veto and never the sweeps.
	if (role !== 'admin' || state.verdict !== 'unreachable' || state.incarnation.ephemeralOwner === 0n) {
		return fail('override-not-allowed');
	}
	if (vetoes(state).length > 0) {
		return fail('override-veto');
	}
	const gone = state.session.state === 'gone' && (state.session.lastSweep?.complete ?? false);
	if (!gone || state.session.goneRun.length < 2) {
		return fail('override-session-not-gone');
	}
	if (isImpaired(state)) {
		return fail('not-proven');
	}
	return { guard: 'verdict', result: 'pass', code: 'proven-by-override', facts };
}

/**
 * Age of the older of the latest round and the latest gone sweep, at the moment of the decision. For a proof by refusal
 * the round must be one in which every address refused.
 */
export function evidenceAgeMs(state: MemberState, nowMs: number): number | null {
	const round = state.verdict === 'dead' ? state.refusals.at(-1) : state.lastRound;
	const sweepAtMs = state.session.goneRun.at(-1)?.finishedAtMs;
	return round && sweepAtMs !== undefined ? nowMs - Math.min(round.finishedAtMs, sweepAtMs) : null;
}

/**
 * What is young enough must also be the latest: a sweep that could not see everything, or a round that was not refused,
 * confirms nothing, and what was seen before it is not taken in its place.
 */
function isConfirmedByLatest(state: MemberState): boolean {
	const { lastSweep, goneRun } = state.session;
	const sweepConfirms = lastSweep?.complete === true && lastSweep.startedAtMs === goneRun.at(-1)?.startedAtMs;
	return sweepConfirms && (state.verdict === 'dead' ? isLatestRound(state.refusals.at(-1), state) : !isImpaired(state));
}

function decideEvidenceAge({ state, policy, nowMs }: GuardInput): GuardCheck {
	const ageMs = evidenceAgeMs(state, nowMs);
	if (ageMs === null) {
		return { guard: 'evidence-age', result: 'unknown', code: 'no-evidence', facts: {} };
	}
	const facts = { ageMs: Math.round(ageMs), allowedMs: policy.evidenceAgeMsMax };
	return ageMs <= policy.evidenceAgeMsMax && isConfirmedByLatest(state)
		? { guard: 'evidence-age', result: 'pass', code: 'fresh', facts }
		: { guard: 'evidence-age', result: 'fail', code: 'stale-evidence', facts };
}

function decideSiblings(siblings: readonly SiblingRegistration[] | null): GuardCheck {
	const guard = 'session-registrations';
	if (siblings === null) {
		return { guard, result: 'unknown', code: 'owned-znodes-unknown', facts: {} };
	}
	const lives = siblings.find((sibling) => sibling.standing === 'lives');
	if (lives) {
		return { guard, result: 'fail', code: 'other-registration-lives', facts: { path: lives.path } };
	}
	const unprovable = siblings.find((sibling) => sibling.standing === 'unprovable');
	if (unprovable) {
		return { guard, result: 'fail', code: 'other-registration-unprovable', facts: { path: unprovable.path } };
	}
	return siblings.length === 0
		? { guard, result: 'pass', code: 'only-registration', facts: {} }
		: { guard, result: 'pass', code: 'all-registrations-proven', facts: { count: siblings.length + 1 } };
}

function decideLatch(latch: LatchState): GuardCheck {
	switch (latch.kind) {
		case 'held':
			return { guard: 'latch', result: 'pass', code: 'latch-held', facts: { path: latch.path } };
		case 'waiting':
			return { guard: 'latch', result: 'fail', code: 'latch-not-held', facts: { holder: latch.holder ?? '' } };
		case 'unknown':
			return { guard: 'latch', result: 'unknown', code: 'latch-unknown', facts: {} };
	}
}
