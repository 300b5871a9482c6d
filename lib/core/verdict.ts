import { isProvable } from './conditions';
import { isLapseOnly } from './hold';
import type { HeldProof, MemberState } from './member-state';
import { countedEndpoints, type EndpointState, relevantEndpoints } from './member-state';
import { healthFails, healthSpeaksFor } from './observe-health';
import { disagreeingObservers } from './peers';
import { phiAt } from './phi';
import { RULES } from './policy';
import { type DecisionContext, type Judgement, judgeProofs } from './proof';
import type { ReasonCode, Verdict } from './reason';

export type Decision = {
	readonly verdict: Verdict;
	readonly reasons: readonly ReasonCode[];
	/** What a proof of death still lacks; empty when proven. */
	readonly missing: readonly ReasonCode[];
};

/** A client pings every third of its session timeout, at most every 10 s (ZooKeeper's ClientCnxn). */
export function pingIntervalMs(sessionTimeoutMs: number): number {
	return Math.min(sessionTimeoutMs / 3, RULES.pingIntervalMsMax);
}

/**
 * Decides the verdict of a registered member, in the order of verdicts.md; the first that holds. Pure.
 * (`left` is decided by the roll when the registration is gone.)
 */
export function decideVerdict(state: MemberState, context: DecisionContext, nowMs: number): Decision {
	const judgements = judgeProofs(state, context, nowMs);
	const proven = judgements.find(({ proof }) => proof.proven !== null);
	if (proven?.proof.proven) {
		return { verdict: proven.verdict, reasons: [proven.proof.proven, 'session-gone'], missing: [] };
	}
	if (state.held && stillHolds(state.held, judgements)) {
		return { verdict: state.held.verdict, reasons: state.held.reasons, missing: [] };
	}
	const subject = relevantEndpoints(state);
	const decided =
		aliveByHealth(state, subject) ??
		unresponsiveByHealth(state, subject) ??
		aliveByProgress(state, subject) ??
		unresponsive(state, subject) ??
		unreachable(state, subject, context) ??
		suspect(state, subject, context, nowMs) ??
		aliveByAnswer(state, subject) ??
		nothingKnown(state, subject);
	return { ...decided, missing: closest(judgements) };
}

/**
 * What a new proof of the same kind would lack has merely lapsed; a superseded one also needs its newer incarnation still
 * there, an exit report its report.
 */
function stillHolds(held: HeldProof, judgements: readonly Judgement[]): boolean {
	return judgements.some(
		({ verdict, proof }) => verdict === held.verdict && proof.missing.length > 0 && isLapseOnly(proof.missing),
	);
}

/** What the proof lacks that lacks least; one that has no beginning (no newer incarnation, no report) lacks nothing. */
function closest(judgements: readonly Judgement[]): readonly ReasonCode[] {
	const begun = judgements.map(({ proof }) => proof.missing).filter((missing) => missing.length > 0);
	return begun.reduce((a, b) => (b.length < a.length ? b : a), begun[0] ?? []);
}

type Found = { readonly verdict: Verdict; readonly reasons: readonly ReasonCode[] };

/**
 * Onset of the latest failure that still stands: a streak of failed rounds, a tripwire closed by the peer, the
 * session gone. The onset, not the latest repetition: a member whose listener stays closed while its session goes
 * on is alive, and does not turn suspect anew with each probe.
 */
function latestFailureMs(state: MemberState, subject: readonly EndpointState[]): number {
	const times = subject.flatMap((entry) => [
		entry.failingSinceMs ?? Number.NEGATIVE_INFINITY,
		entry.closedByPeer?.atMs ?? Number.NEGATIVE_INFINITY,
		entry.attributed ? Number.NEGATIVE_INFINITY : entry.tripwire.changedAtMs,
	]);
	return Math.max(Number.NEGATIVE_INFINITY, ...times, state.session.goneSinceMs ?? Number.NEGATIVE_INFINITY);
}

/** Beyond the longest quiet that it was seen to break by itself. */
const QUIET_FACTOR = 1.25;

/** The session is listed, and its packets have not risen for two ping intervals (or longer than it is quiet anyway). */
function lacksProgress(state: MemberState): boolean {
	const { session } = state;
	if (session.state !== 'connected' || session.timeoutMs === null || session.lastListedAtMs === null) {
		return false;
	}
	const sinceMs = Math.max(session.progress?.atMs ?? 0, session.firstListedAtMs ?? 0);
	const patienceMs = Math.max(2 * pingIntervalMs(session.timeoutMs), QUIET_FACTOR * session.quietMsMax);
	return session.lastListedAtMs - sinceMs > patienceMs;
}

/** The process itself answered, asked after whatever failed last. */
function aliveByHealth(state: MemberState, subject: readonly EndpointState[]): Found | null {
	const { answeredAtMs, last } = state.health;
	const answers = healthSpeaksFor(state) && last?.result === 'answered';
	if (!answers || answeredAtMs === null || answeredAtMs < latestFailureMs(state, subject)) {
		return null;
	}
	const gone: ReasonCode[] = state.session.state === 'gone' ? ['session-gone'] : [];
	return { verdict: 'alive', reasons: ['health-answered', ...failures(state, subject), ...gone] };
}

/**
 * Its check failed twice in a row although its kernel accepts. A session that goes on does not outweigh that: a deadlocked
 * process may well have a thread that pings.
 */
function unresponsiveByHealth(state: MemberState, subject: readonly EndpointState[]): Found | null {
	if (!healthFails(state) || !accepts(subject)) {
		return null;
	}
	return {
		verdict: 'unresponsive',
		reasons: lacksProgress(state) ? ['health-failed', 'no-session-progress'] : ['health-failed'],
	};
}

function accepts(subject: readonly EndpointState[]): boolean {
	return subject.some(
		(entry) => entry.attributed && (entry.last?.result === 'accepted' || entry.tripwire.state === 'open'),
	);
}

function aliveByProgress(state: MemberState, subject: readonly EndpointState[]): Found | null {
	const { session } = state;
	if (session.state !== 'connected' || !session.progress || lacksProgress(state)) {
		return null;
	}
	if (session.progress.sinceMs < latestFailureMs(state, subject)) {
		return null;
	}
	return { verdict: 'alive', reasons: ['session-progress', ...failures(state, subject)] };
}

function failures(state: MemberState, subject: readonly EndpointState[]): ReasonCode[] {
	const found: ReasonCode[] = [];
	if (state.health.everAnswered && state.health.failuresInARow > 0) {
		found.push('health-failed');
	}
	const failing = subject.filter((entry) => entry.failingSinceMs !== null).map((entry) => entry.last?.result);
	if (failing.includes('refused')) {
		found.push('probe-refused');
	}
	if (failing.includes('timed-out')) {
		found.push('probe-timed-out');
	}
	if (failing.includes('failed')) {
		found.push('probe-failed');
	}
	return found;
}

/** The kernel accepts but the process does not talk: SIGSTOP, long pause, deadlock. Never purged. */
function unresponsive(state: MemberState, subject: readonly EndpointState[]): Found | null {
	return accepts(subject) && lacksProgress(state)
		? { verdict: 'unresponsive', reasons: ['no-session-progress'] }
		: null;
}

/**
 * Every address timed out, twice in a row, and no other observer who watches it finds otherwise: host down, power lost or
 * partition cannot be told apart from outside.
 */
function unreachable(state: MemberState, subject: readonly EndpointState[], context: DecisionContext): Found | null {
	const ephemeral = state.incarnation.ephemeralOwner !== 0n;
	if (!ephemeral || !timesOut(subject) || disagreeingObservers(state, context).length > 0) {
		return null;
	}
	const reasons: ReasonCode[] = ['all-probes-timed-out'];
	if (state.session.state === 'gone') {
		reasons.push('session-gone');
	}
	if (context.impaired) {
		reasons.push('self-impaired');
	}
	return { verdict: 'unreachable', reasons };
}

function timesOut(subject: readonly EndpointState[]): boolean {
	return subject.length > 0 && subject.every((entry) => entry.timeoutsInARow >= 2);
}

/** φ is above its threshold: raises suspicion, unless it is this observer that stumbled. */
function isSilentTooLong(state: MemberState, context: DecisionContext, nowMs: number): boolean {
	const phi = phiAt(state.arrivals, nowMs);
	return phi !== null && phi > context.policy.phiThreshold && !context.impaired;
}

function suspect(
	state: MemberState,
	subject: readonly EndpointState[],
	context: DecisionContext,
	nowMs: number,
): Found | null {
	const reasons = failures(state, subject);
	const closed = subject.some((entry) => entry.closedByPeer !== null || !entry.attributed);
	if (closed) {
		reasons.unshift('tripwire-closed');
	}
	if (state.session.state === 'gone') {
		reasons.push('session-gone');
	}
	if (isSilentTooLong(state, context, nowMs)) {
		reasons.push('phi-exceeded');
	}
	if (reasons.length === 0) {
		return null;
	}
	return { verdict: 'suspect', reasons: [...reasons, ...concerns(state, subject, context)] };
}

/** What more there is to say of a suspect, and what stands in the way of a proof. */
function concerns(state: MemberState, subject: readonly EndpointState[], context: DecisionContext): ReasonCode[] {
	const reasons: ReasonCode[] = [];
	if (timesOut(subject) && disagreeingObservers(state, context).length > 0) {
		reasons.push('peers-disagree');
	}
	if (state.health.foreign) {
		reasons.push('address-answered-by-other');
	}
	if (subject.some((entry) => !entry.attributed && entry.last?.result === 'accepted')) {
		reasons.push('address-answered-by-unknown');
	}
	if (countedEndpoints(state).some((entry) => !isProvable(entry, state, context.policy))) {
		reasons.push('address-not-provable');
	}
	if (state.incarnation.ephemeralOwner === 0n) {
		reasons.push('not-ephemeral');
	}
	return reasons;
}

/** Where neither health nor progress can be observed yet. */
function aliveByAnswer(state: MemberState, subject: readonly EndpointState[]): Found | null {
	const reasons: ReasonCode[] = [];
	if (subject.some((entry) => entry.attributed && entry.last?.result === 'accepted')) {
		reasons.push('probe-accepted');
	}
	if (subject.some((entry) => entry.attributed && entry.tripwire.state === 'open')) {
		reasons.push('tripwire-open');
	}
	if (reasons.length === 0) {
		return null;
	}
	return {
		verdict: 'alive',
		reasons: state.session.state === 'connected' ? [...reasons, 'session-connected'] : reasons,
	};
}

function nothingKnown(state: MemberState, subject: readonly EndpointState[]): Found {
	const nothing: ReasonCode = subject.length === 0 ? 'no-address' : 'nothing-observed';
	return {
		verdict: 'unknown',
		reasons: state.session.state === 'connected' ? ['session-connected', nothing] : [nothing],
	};
}

/**
 * Everything that a proof by refusal needs beforehand has been seen: were the member to die now, it could be proven.
 */
export function isProvableNow(state: MemberState, context: DecisionContext, nowMs: number): boolean {
	const counted = countedEndpoints(state);
	return (
		state.incarnation.ephemeralOwner !== 0n &&
		!state.addressesUnwatched &&
		counted.length > 0 &&
		nowMs - state.seenSinceMs > RULES.incarnationAgeMsMin &&
		counted.every((entry) => isProvable(entry, state, context.policy)) &&
		counted.some(
			(entry) =>
				entry.attributed &&
				entry.tripwire.state === 'open' &&
				nowMs - entry.tripwire.openedAtMs >= RULES.tripwireHeldMsMin,
		) &&
		state.session.state === 'connected' &&
		(state.session.lastSweep?.complete ?? false) &&
		(state.session.lastSweep?.uptimeMsMin ?? 0) > RULES.uptimeMsMin &&
		context.policy.observersMin <= 1 + context.observers.length
	);
}
