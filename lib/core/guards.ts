import type { Actor } from './audit-entry';
import { isImpaired, isLatestRound, vetoes } from './conditions';
import { isProven } from './detector';
import type { GuardCheck } from './guard';
import type { MemberState } from './member-state';
import type { LatchState, Role } from './ports';
import { type DecisionContext, judgeProofs } from './proof';
import { decideTakeoverGuard, missingFromClaim, type TakeoverClaim } from './prove-takeover';
import { decideSecondPerson, type PendingOverride } from './second-person';

/** Another registration owned by the same session. */
export type SiblingRegistration = {
	readonly path: string;
	/** `proven`: by itself; `lives`: not proven; `unprovable`: not followed by this console, so nobody can say. */
	readonly standing: 'proven' | 'lives' | 'unprovable';
};

export type GuardInput = {
	readonly state: MemberState;
	readonly context: DecisionContext;
	readonly nowMs: number;
	/** The human's override of `unreachable`, and the role that asks for it. */
	readonly override: boolean;
	readonly role: Role;
	/** Whoever asks; null or missing: nobody who could be the second person of an override. */
	readonly asker?: Actor | null;
	/** The other administrator's request that whoever asks approves. */
	readonly approved?: PendingOverride | null;
	/** A second person is needed, whatever the policy here says. */
	readonly secondPersonNeeded?: boolean;
	/** Other registrations among the session's ephemerals; null: what it owns could not be read. */
	readonly siblings: readonly SiblingRegistration[] | null;
	readonly latch: LatchState;
	/** Only asked about: where another console holds the latch, what is asked for is handed to it. The purge itself must hold it. */
	readonly mayRelay?: boolean;
	readonly blastRadius: GuardCheck;
	readonly fence: GuardCheck;
	/** Those of recovery-guards.ts, for whoever asks. */
	readonly recovery: readonly GuardCheck[];
	/** What a member that starts in this one's place shows; for nobody else. */
	readonly claim?: TakeoverClaim | null;
};

/** Every guard of a purge, in the order in which the console shows them. Pure; unknown is never a pass. */
export function decideGuards(input: GuardInput): GuardCheck[] {
	return [
		decideVerdictGuard(input),
		...secondPersonOf(input),
		decideEvidenceAge(input),
		decideSiblings(input.siblings),
		input.blastRadius,
		decideLatch(input.latch, input.mayRelay ?? false),
		input.fence,
		...input.recovery,
	];
}

/** A purge goes on only when every guard passes; inactive ones bind nobody. */
export function guardsPass(guards: readonly GuardCheck[]): boolean {
	return guards.every((guard) => guard.result === 'pass' || guard.result === 'inactive');
}

/** It binds where an override stands in for a proof, and where the policy demands it; elsewhere it is not named. */
function secondPersonOf(input: GuardInput): GuardCheck[] {
	const { state, context, override, role } = input;
	const needed = context.policy.overrideSecondPerson || input.secondPersonNeeded === true;
	if (!override || !needed || isProven(state.verdict)) {
		return [];
	}
	const { asker = null, approved = null } = input;
	return [decideSecondPerson({ incarnation: state.incarnation, asker, role, approved })];
}

function decideVerdictGuard({ state, context, nowMs, override, role, claim }: GuardInput): GuardCheck {
	const facts = { verdict: state.verdict };
	const fail = (code: GuardCheck['code']): GuardCheck => ({ guard: 'verdict', result: 'fail', code, facts });
	if (claim) {
		// A proof of its own serves a takeover too, but nobody else than who is at the address.
		const entitled = missingFromClaim(state, context, claim).length === 0;
		const byItself = entitled && isProven(state.verdict) && isProvenAnew(state, context, nowMs);
		return byItself
			? { guard: 'verdict', result: 'pass', code: 'proven', facts }
			: decideTakeoverGuard(state, context, claim);
	}
	if (isProven(state.verdict)) {
		// A proof that is merely held (hold.ts) keeps the verdict steady for people; a deed needs all of it anew.
		return isProvenAnew(state, context, nowMs)
			? { guard: 'verdict', result: 'pass', code: 'proven', facts }
			: { guard: 'verdict', result: 'unknown', code: 'proof-lapsed', facts };
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

/** Every condition of a proof of the member's verdict holds at this instant, on its own evidence. */
export function isProvenAnew(state: MemberState, context: DecisionContext, nowMs: number): boolean {
	return judgeProofs(state, context, nowMs).some(({ verdict, proof }) => verdict === state.verdict && proof.proven);
}

/** The member is dead by refusal: what it rests on are the refusals, not just any round. */
function isByRefusal({ verdict, reasons }: MemberState): boolean {
	return verdict === 'dead' && reasons.includes('refused-by-quorum');
}

/**
 * Age of the older of the latest round and the latest sweep without the session, at the moment of the decision. For a
 * proof by refusal the round must be one in which every address refused.
 */
export function evidenceAgeMs(state: MemberState, nowMs: number): number | null {
	const round = isByRefusal(state) ? state.refusals.at(-1) : state.lastRound;
	const sweep = latestGone(state);
	return round && sweep ? nowMs - Math.min(round.finishedAtMs, sweep.finishedAtMs) : null;
}

/** The latest sweep that a proof may rest on: a gone one of the run, or one on whose ground the session is forgotten. */
function latestGone({ session, reasons }: MemberState): { startedAtMs: number; finishedAtMs: number } | null {
	if (session.orphan && reasons.includes('session-orphaned')) {
		return { startedAtMs: session.orphan.lastStartedAtMs, finishedAtMs: session.orphan.lastFinishedAtMs };
	}
	return session.goneRun.at(-1) ?? null;
}

/**
 * What is young enough must also be the latest: a sweep that could not see everything, or a round that was not refused,
 * confirms nothing, and what was seen before it is not taken in its place.
 */
function isConfirmedByLatest(state: MemberState): boolean {
	const { lastSweep } = state.session;
	const sweepConfirms = lastSweep?.complete === true && lastSweep.startedAtMs === latestGone(state)?.startedAtMs;
	const roundConfirms = isByRefusal(state) ? isLatestRound(state.refusals.at(-1), state) : !isImpaired(state);
	return sweepConfirms && roundConfirms;
}

function decideEvidenceAge({ state, context, nowMs }: GuardInput): GuardCheck {
	const { policy } = context;
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

function decideLatch(latch: LatchState, mayRelay: boolean): GuardCheck {
	switch (latch.kind) {
		case 'held':
			return { guard: 'latch', result: 'pass', code: 'latch-held', facts: { path: latch.path } };
		case 'waiting': {
			const facts = { holder: latch.holder ?? '' };
			return mayRelay
				? { guard: 'latch', result: 'pass', code: 'latch-elsewhere', facts }
				: { guard: 'latch', result: 'fail', code: 'latch-not-held', facts };
		}
		case 'unknown':
			return { guard: 'latch', result: 'unknown', code: 'latch-unknown', facts: {} };
	}
}
