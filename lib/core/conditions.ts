import type { OwnHealth, SweepSummary } from './evidence';
import type { EndpointState, MemberState, RefusalRound } from './member-state';
import { healthSpeaksFor } from './observe-health';
import type { Policy } from './policy';
import { RULES } from './policy';
import type { ReasonCode } from './reason';

/** Conditions that several proofs share (verdicts.md), each as the codes of what is missing; none: it holds. */

/** Vetoes outweigh every proof. */
export function vetoes(state: MemberState): ReasonCode[] {
	const found: ReasonCode[] = [];
	if (Object.values(state.endpoints).some((entry) => entry.attributed && entry.tripwire.state === 'open')) {
		found.push('veto-tripwire-open');
	}
	if (state.session.state === 'connected') {
		found.push('veto-session-connected');
	}
	if (healthSpeaksFor(state)) {
		found.push('veto-health-answers');
	}
	return found;
}

/** The endpoint is where the session came from: no NAT, VIP, proxy or moved name between. */
export function isProvable(entry: EndpointState, state: MemberState, policy: Policy): boolean {
	const { ip } = entry.endpoint;
	if (isHostLocal(ip) && !(state.session.lastSweep?.local ?? false)) {
		return false;
	}
	return policy.addressIsOwn || (state.session.remoteIp !== null && sameIp(state.session.remoteIp, ip));
}

/** Loopback, link-local or the unspecified address (which connects to this machine): means something else on every host. */
export function isHostLocal(ip: string): boolean {
	const plain = plainIp(ip);
	return (
		['::1', '::', '0.0.0.0'].includes(plain) ||
		/^127\./.test(plain) ||
		/^169\.254\./.test(plain) ||
		/^fe[89ab]/.test(plain)
	);
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

/** From when on a sweep completes the settling time of the present run, ms; null: there is none, or it has. */
export function settlesAtMs(state: MemberState, policy: Pick<Policy, 'settleMs'>): number | null {
	const first = state.session.goneRun[0];
	return first && goneForMs(state) < policy.settleMs ? first.finishedAtMs + policy.settleMs : null;
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

/** Condition 6, of one round. */
export function isWell({ loopPauseMsMax, zooKeeperSessionFine, referenceAccepted }: OwnHealth): boolean {
	return loopPauseMsMax <= RULES.loopPauseMsMax && zooKeeperSessionFine && referenceAccepted;
}

/** The observer itself was unwell in the latest round: it must not vote. */
export function isImpaired(state: MemberState): boolean {
	return state.lastRound !== null && !isWell(state.lastRound.ownHealth);
}

/** Condition 6 where no refusal rounds are demanded: a round begun since then, with the observer well. null: never. */
export function missingFromOwnHealth(state: MemberState, sinceMs: number | null): ReasonCode[] {
	if (!state.lastRound || sinceMs === null || state.lastRound.startedAtMs < sinceMs) {
		return ['rounds-missing'];
	}
	return isImpaired(state) ? ['self-impaired'] : [];
}

/** When the present run of complete sweeps without the session began; null outside of one. */
export function goneSinceMs(state: MemberState): number | null {
	return state.session.goneRun[0]?.finishedAtMs ?? null;
}

/** Whether the latest round of any kind is this one. */
export function isLatestRound(round: RefusalRound | undefined, { lastRound }: MemberState): boolean {
	return (
		round !== undefined && lastRound?.startedAtMs === round.startedAtMs && lastRound.finishedAtMs === round.finishedAtMs
	);
}

/** Only an ephemeral registration can be proven dead: another's session says nothing of it. */
export function missingFromOwner(state: MemberState): ReasonCode[] {
	return state.incarnation.ephemeralOwner === 0n ? ['not-ephemeral'] : [];
}

export function unique(codes: readonly ReasonCode[]): ReasonCode[] {
	return [...new Set(codes)];
}
