import {
	goneForMs,
	goneSinceMs,
	isProvable,
	missingFromGone,
	missingFromOwner,
	missingFromOwnHealth,
	sameIp,
	unique,
	vetoes,
} from './conditions';
import { endpointKey, type Incarnation } from './member';
import { countedEndpoints, type EndpointState, isSeenTogether, type MemberState } from './member-state';
import { RULES } from './policy';
import type { DecisionContext, Proof, Rival } from './proof';
import type { ReasonCode } from './reason';

/** By which of its rules (verdicts.md: a, b, c) a newer incarnation supersedes. */
type Rule = 'superseded-same-id' | 'superseded-by-identity' | 'superseded-same-address';

/**
 * Proof that a newer incarnation took over: (a) same id and same address, (b) same address, whose answer names the new
 * session, (c) same address. Each needs the tripwire to the old incarnation closed by the peer and the registered IP
 * being the remote address of both sessions; for (a) and (b) the operator's `addressIsOwn` serves instead. Never when
 * both sessions were seen connected together, nor without a complete sweep since the newer one joined.
 */
export function proveSuperseded(state: MemberState, context: DecisionContext): Proof {
	const newer = context.rivals.filter(
		(rival) => rival.sameAddress && isSuccessor(rival.incarnation, state.incarnation),
	);
	if (newer.length === 0) {
		return { proven: null, missing: [] };
	}
	const common = [
		...missingFromOwner(state),
		...vetoes(state),
		...missingFromGone(state, context.policy),
		...missingFromOwnHealth(state, goneSinceMs(state)),
	];
	const attempts = newer.map((rival) => {
		const rule = ruleOf(state, rival);
		return { rule, missing: unique([...common, ...missingFromRival(state, rival, rule, context)]) };
	});
	const best = attempts.reduce((a, b) => (b.missing.length < a.missing.length ? b : a));
	return best.missing.length > 0 ? { proven: null, missing: best.missing } : { proven: best.rule, missing: [] };
}

function ruleOf(state: MemberState, rival: Rival): Rule {
	if (rival.sameId) {
		return 'superseded-same-id';
	}
	const { foreign } = state.health;
	const named =
		foreign?.sessionId === rival.incarnation.ephemeralOwner && rival.sharedEndpoints.includes(foreign.endpoint);
	return named ? 'superseded-by-identity' : 'superseded-same-address';
}

/**
 * A later life of somebody else's session. Another registration of the same session is the same process (Dubbo registers
 * each of its services), and a persistent one may have been written by anybody.
 */
function isSuccessor(rival: Incarnation, old: Incarnation): boolean {
	return rival.czxid > old.czxid && rival.ephemeralOwner !== 0n && rival.ephemeralOwner !== old.ephemeralOwner;
}

/**
 * The newer session was listed no later than this one was last: they were connected together, whether or not it was known
 * by then that they share an address.
 */
function wereListedTogether({ session }: MemberState, rival: Rival): boolean {
	return (
		rival.firstListedAtMs !== null && session.lastListedAtMs !== null && rival.firstListedAtMs <= session.lastListedAtMs
	);
}

/** By the peer, and not at the end of its idle time, unless the session has been gone for so long that it is no matter. */
function wasClosed({ closedByPeer }: EndpointState, state: MemberState): boolean {
	return closedByPeer !== null && (closedByPeer.heldMs > 0 || goneForMs(state) >= RULES.goneWithoutTripwireMsMin);
}

function missingFromRival(state: MemberState, rival: Rival, rule: Rule, context: DecisionContext): ReasonCode[] {
	const missing: ReasonCode[] = [];
	if (isSeenTogether(state, rival.incarnation) || wereListedTogether(state, rival)) {
		missing.push('address-shared');
	}
	if (!state.session.goneRun.some((sweep) => sweep.startedAtMs >= rival.seenSinceMs)) {
		missing.push('sweep-missing');
	}
	if (rule !== 'superseded-same-address' && context.policy.addressIsOwn) {
		return missing;
	}
	// Only at the address that the newer one took over: elsewhere a server may have closed an idle connection.
	const counted = countedEndpoints(state).filter(({ endpoint }) =>
		rival.sharedEndpoints.includes(endpointKey(endpoint)),
	);
	if (!counted.some((entry) => wasClosed(entry, state))) {
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
