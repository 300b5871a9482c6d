import {
	goneSinceMs,
	isProvable,
	missingFromGone,
	missingFromOwner,
	missingFromOwnHealth,
	sameIp,
	unique,
	vetoes,
} from './conditions';
import type { GuardCheck } from './guard';
import { endpointKey } from './member';
import { isSeenTogether, type MemberState } from './member-state';
import type { DecisionContext, Proof } from './proof';
import type { ReasonCode } from './reason';

/**
 * What a member that starts shows to take its predecessor's place. It listens already, or is about to: probes of its
 * predecessor's address reach itself, so that no refusal can prove anything.
 */
export type TakeoverClaim = {
	/**
	 * Where the requester is: the source address of its socket, or of its session as ZooKeeper's servers list it; never what
	 * somebody in between says of it. Null: not known.
	 */
	readonly requesterIp: string | null;
	/** Keys of the endpoints that it holds: it bound them on its own host, or says so under its token. */
	readonly held: readonly string[];
	/**
	 * Where the predecessor's session came from, as that session itself has written in ZooKeeper: for an agent that never saw
	 * it connected. What was seen of the session wins.
	 */
	readonly predecessorIp: string | null;
};

/** What nothing that is still to be seen will change: the request is refused for it, and not merely unproven as yet. */
const FINAL: readonly ReasonCode[] = ['not-ephemeral', 'address-shared', 'address-not-held'];

/**
 * Proof that a starting member may take its predecessor's place (verdicts.md, takeover): complete sweeps without the
 * predecessor's session for settleMs under one reign (condition 3), no veto (5), the observer well (6), and the requester
 * holds a registered address whose IP is the last remote address of the predecessor's session and its own. No refusal, no
 * tripwire and no age are asked for. `addressIsOwn` does not help here: two hosts behind one address could not be told apart.
 */
export function judgeTakeover(state: MemberState, context: DecisionContext, claim: TakeoverClaim): Proof {
	const missing = unique([
		...missingFromOwner(state),
		...vetoesOfTakeover(state, claim),
		...missingFromClaim(state, context, claim),
		...missingFromGone(state, context.policy),
		...missingFromOwnHealth(state, goneSinceMs(state)),
	]);
	return { proven: missing.length === 0 ? 'taken-over' : null, missing };
}

/**
 * Signs of life of the predecessor. Who answers the health check on an address that the requester holds without saying who
 * he is, is the requester; an open tripwire, a listed session and an answer in the predecessor's own name are vetoes as ever.
 */
export function vetoesOfTakeover(state: MemberState, claim: TakeoverClaim): ReasonCode[] {
	const { last } = state.health;
	const isRequesters = last !== null && !last.namedOwn && claim.held.includes(endpointKey(last.endpoint));
	return vetoes(state).filter((code) => code !== 'veto-health-answers' || !isRequesters);
}

/** What of the proof is decided by who asks, and from where: none of it needs a look at the predecessor. */
export function missingFromClaim(state: MemberState, context: DecisionContext, claim: TakeoverClaim): ReasonCode[] {
	const missing: ReasonCode[] = [];
	if (context.rivals.some((rival) => rival.sameAddress && isSeenTogether(state, rival.incarnation))) {
		missing.push('address-shared');
	}
	const held = Object.values(state.endpoints).filter(({ endpoint }) => claim.held.includes(endpointKey(endpoint)));
	if (held.length === 0) {
		return [...missing, 'address-not-held'];
	}
	const { requesterIp } = claim;
	if (!held.some(({ endpoint }) => requesterIp !== null && sameIp(requesterIp, endpoint.ip))) {
		missing.push('requester-elsewhere');
	}
	const remoteIp = state.session.remoteIp ?? claim.predecessorIp;
	const known = { ...state, session: { ...state.session, remoteIp } };
	const strict = { ...context.policy, addressIsOwn: false };
	if (!held.some((entry) => isProvable(entry, known, strict))) {
		missing.push('address-not-provable');
	}
	return missing;
}

/** Whether what is missing is decided for good: to wait and look again would change nothing. */
export function isRefusedForGood(state: MemberState, missing: readonly ReasonCode[], claim: TakeoverClaim): boolean {
	const cameFromElsewhere =
		missing.includes('address-not-provable') && (state.session.remoteIp ?? claim.predecessorIp) !== null;
	const isElsewhere = missing.includes('requester-elsewhere') && claim.requesterIp !== null;
	// A loopback address becomes provable with the first sweep that finds all servers on this machine.
	const lookedOnce = state.session.lastSweep !== null;
	return isElsewhere || missing.some((code) => FINAL.includes(code)) || (cameFromElsewhere && lookedOnce);
}

/** The verdict guard of a takeover; its proof serves in place of `dead` and `superseded`, for nobody else. */
export function decideTakeoverGuard(state: MemberState, context: DecisionContext, claim: TakeoverClaim): GuardCheck {
	const { proven, missing } = judgeTakeover(state, context, claim);
	const facts = { verdict: state.verdict };
	if (proven !== null) {
		return { guard: 'verdict', result: 'pass', code: 'proven-by-takeover', facts };
	}
	const result = isRefusedForGood(state, missing, claim) ? 'fail' : 'unknown';
	return { guard: 'verdict', result, code: 'takeover-not-proven', facts: { ...facts, missing: missing.join(', ') } };
}
