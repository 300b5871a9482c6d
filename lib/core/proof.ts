import type { SweepSummary } from './evidence';
import { endpointKey, type Incarnation } from './member';
import type { EndpointState, GoneSweep, MemberState, RefusalRound } from './member-state';
import { countedEndpoints, isSeenTogether } from './member-state';
import { type Policy, RULES } from './policy';
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
};

/** What a decision needs beside the member's own state. */
export type DecisionContext = { readonly policy: Policy; readonly rivals: readonly Rival[] };

export type Proof = { readonly proven: ReasonCode | null; readonly missing: readonly ReasonCode[] };

/**
 * Proof by refusal (verdicts.md), all of: every counted address refuses in two rounds 150 ms apart with a complete
 * sweep between and after; a tripwire held 5 s that the peer closed (or the session gone for 12 s); the session gone
 * for settleMs under one leader and epoch with every server up for 12 s; answered before and older than 10 s; no
 * veto; the observer well. `missing` names each condition that does not hold; proven only when there is none.
 * An operational proof, not a theorem: docs/verdicts.md states the known residue.
 */
export function proveByRefusal(state: MemberState, context: DecisionContext, nowMs: number): Proof {
	const missing = [
		...missingFromSubject(state, nowMs),
		...vetoes(state),
		...missingFromAddresses(state, context.policy),
		...missingFromGone(state, context.policy),
		...missingFromRounds(state),
	];
	if (context.policy.observersMin > 1) {
		missing.push('observers-too-few');
	}
	return { proven: missing.length === 0 ? 'refused-by-quorum' : null, missing: unique(missing) };
}

/**
 * Proof that a newer incarnation took over: (a) same id and same address, (c) same address. Both need the tripwire
 * to the old incarnation closed by the peer and the registered IP being the remote address of both sessions; for (a)
 * the operator's `addressIsOwn` serves instead. Never when both sessions were seen connected together, nor without a
 * complete sweep since the newer one joined.
 */
export function proveSuperseded(state: MemberState, context: DecisionContext): Proof {
	const newer = context.rivals.filter(
		(rival) => rival.sameAddress && isSuccessor(rival.incarnation, state.incarnation),
	);
	const first = newer[0];
	if (!first) {
		return { proven: null, missing: [] };
	}
	const common = [
		...(state.incarnation.ephemeralOwner === 0n ? (['not-ephemeral'] as const) : []),
		...vetoes(state),
		...missingFromGone(state, context.policy),
		...missingFromOwnHealth(state),
	];
	const attempts = newer.map((rival) => ({ rival, missing: [...common, ...missingFromRival(state, rival, context)] }));
	const best = attempts.reduce((a, b) => (b.missing.length < a.missing.length ? b : a));
	if (best.missing.length > 0) {
		return { proven: null, missing: unique(best.missing) };
	}
	return { proven: best.rival.sameId ? 'superseded-same-id' : 'superseded-same-address', missing: [] };
}

/**
 * A later life of somebody else's session. Another registration of the same session is the same process (Dubbo registers
 * each of its services), and a persistent one may have been written by anybody.
 */
function isSuccessor(rival: Incarnation, old: Incarnation): boolean {
	return rival.czxid > old.czxid && rival.ephemeralOwner !== 0n && rival.ephemeralOwner !== old.ephemeralOwner;
}

/** Vetoes outweigh every proof. */
export function vetoes(state: MemberState): ReasonCode[] {
	const found: ReasonCode[] = [];
	if (Object.values(state.endpoints).some((entry) => entry.attributed && entry.tripwire.state === 'open')) {
		found.push('veto-tripwire-open');
	}
	if (state.session.state === 'connected') {
		found.push('veto-session-connected');
	}
	return found;
}

function missingFromSubject(state: MemberState, nowMs: number): ReasonCode[] {
	const missing: ReasonCode[] = [];
	if (state.incarnation.ephemeralOwner === 0n) {
		missing.push('not-ephemeral');
	}
	if (countedEndpoints(state).length === 0) {
		missing.push('never-answered');
	}
	if (nowMs - state.seenSinceMs <= RULES.incarnationAgeMsMin) {
		missing.push('too-young');
	}
	return missing;
}

function missingFromAddresses(state: MemberState, policy: Policy): ReasonCode[] {
	const counted = countedEndpoints(state);
	const missing: ReasonCode[] = [];
	if (counted.some((entry) => !isProvable(entry, state, policy))) {
		missing.push('address-not-provable');
	}
	if (counted.some((entry) => entry.last?.result === 'accepted' || entry.tripwire.state === 'open')) {
		missing.push('address-answers');
	}
	const held = counted.some((entry) => (entry.closedByPeer?.heldMs ?? 0) >= RULES.tripwireHeldMsMin);
	if (!held && !idleClosedAndGoneLong(state, counted)) {
		missing.push('tripwire-not-held');
	}
	return missing;
}

/** Where the member's server closes idle connections, so that none can be held: the session gone for 12 s. */
function idleClosedAndGoneLong(state: MemberState, counted: readonly EndpointState[]): boolean {
	return counted.some((entry) => entry.closedByPeer !== null) && goneForMs(state) >= RULES.goneWithoutTripwireMsMin;
}

/** The endpoint is where the session came from: no NAT, VIP, proxy or moved name between. */
export function isProvable(entry: EndpointState, state: MemberState, policy: Policy): boolean {
	const { ip } = entry.endpoint;
	if (isHostLocal(ip) && !(state.session.lastSweep?.local ?? false)) {
		return false;
	}
	return policy.addressIsOwn || (state.session.remoteIp !== null && sameIp(state.session.remoteIp, ip));
}

/** Loopback or link-local: means something else on every host. */
export function isHostLocal(ip: string): boolean {
	const plain = plainIp(ip);
	return /^127\./.test(plain) || plain === '::1' || /^169\.254\./.test(plain) || /^fe[89ab]/.test(plain);
}

function plainIp(ip: string): string {
	return ip.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
}

export function sameIp(a: string, b: string): boolean {
	return plainIp(a) === plainIp(b);
}

/** How long the session has been gone in the present run: from the end of its first sweep to the start of its last. */
export function goneForMs(state: MemberState): number {
	const first = state.session.goneRun[0];
	const last = state.session.goneRun.at(-1);
	return first && last ? Math.max(0, last.startedAtMs - first.finishedAtMs) : 0;
}

/** Condition 3 without the rounds. */
export function missingFromGone(state: MemberState, policy: Pick<Policy, 'settleMs'>): ReasonCode[] {
	const { session } = state;
	if (session.state !== 'gone') {
		return [session.lastSweep && !session.lastSweep.complete ? 'sweep-incomplete' : 'sweep-missing'];
	}
	const missing: ReasonCode[] = [];
	if (session.lastSweep && !session.lastSweep.complete) {
		missing.push('sweep-incomplete');
	}
	if (session.goneRun.length < 2 || goneForMs(state) < policy.settleMs) {
		missing.push(session.touched ? 'session-touched' : 'session-settling');
	}
	if (session.lastSweep?.complete && !isSettled(session.lastSweep)) {
		missing.push('ensemble-unsettled');
	}
	return missing;
}

/** Its reign is known and old enough; only such sweeps make a run of gone ones (observe.ts). */
export function isSettled(sweep: Pick<SweepSummary, 'standalone' | 'leaderId' | 'epoch' | 'uptimeMsMin'>): boolean {
	const reignKnown = sweep.standalone || (sweep.leaderId !== null && sweep.epoch !== null);
	return reignKnown && sweep.uptimeMsMin !== null && sweep.uptimeMsMin > RULES.uptimeMsMin;
}

/** Two refusal rounds with a gone sweep between them and one after the second. */
function missingFromRounds(state: MemberState): ReasonCode[] {
	const { refusals } = state;
	const { goneRun } = state.session;
	// Refusals of a while ago prove nothing once probes time out or fail: what is seen last must be one.
	const proven =
		isLatestRound(refusals.at(-1), state) &&
		refusals.some((second, index) => {
			const after = goneRun.some((sweep) => sweep.startedAtMs >= second.finishedAtMs);
			return after && refusals.slice(0, index).some((first) => isPair(first, second, goneRun));
		});
	if (proven) {
		return [];
	}
	return isImpaired(state) ? ['rounds-missing', 'self-impaired'] : ['rounds-missing'];
}

/** Whether the latest round of any kind is this one. */
export function isLatestRound(round: RefusalRound | undefined, { lastRound }: MemberState): boolean {
	return (
		round !== undefined && lastRound?.startedAtMs === round.startedAtMs && lastRound.finishedAtMs === round.finishedAtMs
	);
}

function isPair(first: RefusalRound, second: RefusalRound, goneRun: readonly GoneSweep[]): boolean {
	return (
		second.startedAtMs - first.finishedAtMs >= RULES.roundGapMsMin &&
		goneRun.some((sweep) => sweep.startedAtMs >= first.finishedAtMs && sweep.finishedAtMs <= second.startedAtMs)
	);
}

/** The observer itself was unwell in the latest round: it must not vote. */
export function isImpaired(state: MemberState): boolean {
	const health = state.lastRound?.ownHealth;
	return (
		health !== undefined &&
		(health.loopPauseMsMax > RULES.loopPauseMsMax || !health.zooKeeperSessionFine || !health.referenceAccepted)
	);
}

/** Condition 6 where no refusal rounds are demanded: a round since the session went, with the observer well. */
function missingFromOwnHealth(state: MemberState): ReasonCode[] {
	const first = state.session.goneRun[0];
	if (!state.lastRound || !first || state.lastRound.startedAtMs < first.finishedAtMs) {
		return ['rounds-missing'];
	}
	return isImpaired(state) ? ['self-impaired'] : [];
}

function missingFromRival(state: MemberState, rival: Rival, context: DecisionContext): ReasonCode[] {
	const missing: ReasonCode[] = [];
	if (isSeenTogether(state, rival.incarnation)) {
		missing.push('address-shared');
	}
	if (!state.session.goneRun.some((sweep) => sweep.startedAtMs >= rival.seenSinceMs)) {
		missing.push('sweep-missing');
	}
	if (rival.sameId && context.policy.addressIsOwn) {
		return missing;
	}
	// Only at the address that the newer one took over: elsewhere a server may have closed an idle connection.
	const counted = countedEndpoints(state).filter(({ endpoint }) =>
		rival.sharedEndpoints.includes(endpointKey(endpoint)),
	);
	if (!counted.some((entry) => entry.closedByPeer !== null)) {
		missing.push('tripwire-not-held');
	}
	const strict = { ...context.policy, addressIsOwn: false };
	const own = counted.filter((entry) => isProvable(entry, state, strict));
	const both = own.some((entry) => rival.remoteIp !== null && sameIp(rival.remoteIp, entry.endpoint.ip));
	if (!both) {
		missing.push('address-not-provable');
	}
	return missing;
}

function unique(codes: readonly ReasonCode[]): ReasonCode[] {
	return [...new Set(codes)];
}
