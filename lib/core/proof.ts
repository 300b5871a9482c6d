import { goneSinceMs, missingFromGone, missingFromOwner, missingFromOwnHealth, unique, vetoes } from './conditions';
import type { Incarnation } from './member';
import type { MemberState, OrphanRun } from './member-state';
import type { Policy } from './policy';
import { proveByRefusal } from './prove-refusal';
import { proveSuperseded } from './prove-superseded';
import type { ReasonCode } from './reason';

/** Another registration with the same id or the same address. */
export type Rival = {
	readonly incarnation: Incarnation;
	readonly seenSinceMs: number;
	readonly sameId: boolean;
	/** One of its endpoints is one of this member's. */
	readonly sameAddress: boolean;
	/** Keys of the endpoints that both claim. */
	readonly sharedEndpoints: readonly string[];
	readonly remoteIp: string | null;
	/** Start of the first sweep that listed its session, since it is registered; null before that. */
	readonly firstListedAtMs: number | null;
};

/** Another console or agent whose session lives and who watches this member. */
export type KnownObserver = { readonly name: string; readonly failureDomain: string };

/** What a decision needs beside the member's own state. */
export type DecisionContext = {
	readonly policy: Policy;
	readonly rivals: readonly Rival[];
	/** Failure domain of this observer. */
	readonly failureDomain: string;
	readonly observers: readonly KnownObserver[];
	/** This observer is unwell: its time-outs and φ say more about itself than about anybody else. */
	readonly impaired: boolean;
};

export type Proof = { readonly proven: ReasonCode | null; readonly missing: readonly ReasonCode[] };

export type Judgement = {
	readonly verdict: 'dead' | 'superseded';
	readonly proof: Proof;
};

/** Every way to a proof, each judged now. `dead` comes first where several hold. */
export function judgeProofs(state: MemberState, context: DecisionContext, nowMs: number): readonly Judgement[] {
	return [
		{ verdict: 'dead', proof: proveByRefusal(state, context, nowMs) },
		{ verdict: 'dead', proof: proveOrphaned(state) },
		{ verdict: 'dead', proof: proveByExitReport(state) },
		{ verdict: 'superseded', proof: proveSuperseded(state, context) },
	];
}

/**
 * ZooKeeper itself has forgotten the session: two readings of the only leader's dump, a tick apart, lack it, while
 * complete sweeps find it nowhere (sweep.ts says which dump is good ground).
 */
function proveOrphaned(state: MemberState): Proof {
	const { orphan } = state.session;
	if (!orphan) {
		return { proven: null, missing: [] };
	}
	const missing = unique([
		...missingFromOwner(state),
		...vetoes(state),
		...missingFromSweep(state),
		...missingFromOwnHealth(state, orphan.firstFinishedAtMs),
	]);
	if (!isConfirmed(orphan)) {
		missing.push('orphan-unconfirmed');
	}
	return { proven: missing.length === 0 ? 'session-orphaned' : null, missing };
}

/** Two readings, a tick apart, found the session forgotten. */
export function isConfirmed({ lastStartedAtMs, firstFinishedAtMs, tickMs }: OrphanRun): boolean {
	return lastStartedAtMs - firstFinishedAtMs >= tickMs;
}

function missingFromSweep({ session }: MemberState): ReasonCode[] {
	if (session.lastSweep?.complete !== true) {
		return ['sweep-incomplete'];
	}
	return session.state === 'gone' ? [] : ['sweep-missing'];
}

/**
 * An exit report, with two complete sweeps without the session (no settling time: nobody is on the way to another server
 * once its process is gone), the latest of them begun after the report.
 */
function proveByExitReport(state: MemberState): Proof {
	const { exitReport } = state;
	if (!exitReport) {
		return { proven: null, missing: [] };
	}
	const missing = unique([
		...missingFromOwner(state),
		...vetoes(state),
		...missingFromGone(state, { settleMs: 0 }),
		...missingFromOwnHealth(state, goneSinceMs(state)),
	]);
	if ((state.session.goneRun.at(-1)?.startedAtMs ?? Number.NEGATIVE_INFINITY) < exitReport.atMs) {
		missing.push('sweep-missing');
	}
	return { proven: missing.length === 0 ? 'exit-reported' : null, missing: unique(missing) };
}
