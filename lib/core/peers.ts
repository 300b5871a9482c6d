import type { SuspicionEvidence } from './evidence';
import { endpointKey } from './member';
import { countedEndpoints, type MemberState } from './member-state';
import { RULES } from './policy';
import type { DecisionContext } from './proof';
import type { ReasonCode } from './reason';

/** What one other observer says of this incarnation. Times are this observer's monotonic ms. */
export type PeerVote = {
	readonly failureDomain: string;
	/** Endpoint keys. */
	readonly refused: readonly string[];
	readonly timedOut: readonly string[];
	readonly tripwireHeldMs: number | null;
	/** When its suspicion was read for the first time, and when last. */
	readonly raisedAtMs: number;
	readonly readAtMs: number;
	/** When its own session was last seen to make progress. */
	readonly progressAtMs: number | null;
};

export type PeerVotes = Readonly<Record<string, PeerVote>>;

/** More observers of one member than this change nothing in any quorum. */
const PEERS_MAX = 64;

export function observeSuspicion(votes: PeerVotes, evidence: SuspicionEvidence): PeerVotes {
	const { [evidence.observer]: before, ...others } = votes;
	if (evidence.state === 'withdrawn') {
		return before ? others : votes;
	}
	if (!before && Object.keys(votes).length >= PEERS_MAX) {
		return votes;
	}
	const vote: PeerVote = {
		failureDomain: evidence.failureDomain,
		refused: evidence.refused.map(endpointKey),
		timedOut: evidence.timedOut.map(endpointKey),
		tripwireHeldMs: evidence.tripwireHeldMs,
		raisedAtMs: before?.raisedAtMs ?? evidence.observedAtMs,
		readAtMs: evidence.observedAtMs,
		progressAtMs: evidence.observerProgressAtMs,
	};
	return { ...others, [evidence.observer]: vote };
}

/**
 * Whether an accusation counts now: re-read within 2 s, and its author's own session has made progress since it was
 * raised. Somebody who is cut off keeps his znode until his session expires, and must condemn nobody meanwhile.
 */
function isCurrent(vote: PeerVote, nowMs: number): boolean {
	const seenAlive = vote.progressAtMs !== null && vote.progressAtMs >= vote.raisedAtMs;
	return seenAlive && nowMs - vote.readAtMs <= RULES.suspicionAgeMsMax;
}

/** Votes for a proof by refusal: every counted endpoint refused it, after a tripwire that it held long enough. */
function refusalVotes(state: MemberState, nowMs: number): PeerVote[] {
	const counted = countedEndpoints(state).map(({ endpoint }) => endpointKey(endpoint));
	return Object.values(state.peers).filter(
		(vote) =>
			isCurrent(vote, nowMs) &&
			(vote.tripwireHeldMs ?? 0) >= RULES.tripwireHeldMsMin &&
			counted.length > 0 &&
			counted.every((key) => vote.refused.includes(key)),
	);
}

/** The quorum of a proof by refusal, this observer included. */
export function missingFromQuorum(state: MemberState, context: DecisionContext, nowMs: number): ReasonCode[] {
	const { observersMin, observerDomainsMin } = context.policy;
	if (observersMin <= 1 && observerDomainsMin <= 1) {
		return [];
	}
	const votes = refusalVotes(state, nowMs);
	const domains = new Set([context.failureDomain, ...votes.map((vote) => vote.failureDomain)]);
	const missing: ReasonCode[] = [];
	if (1 + votes.length < observersMin) {
		missing.push('observers-too-few');
	}
	if (domains.size < observerDomainsMin) {
		missing.push('failure-domains-too-few');
	}
	return missing;
}

/** Other observers who watch this member and do not find that it times out: it is reachable from somewhere. */
export function disagreeingObservers(state: MemberState, context: DecisionContext): readonly string[] {
	return context.observers
		.map(({ name }) => name)
		.filter((name) => {
			const vote = state.peers[name];
			return vote === undefined || (vote.timedOut.length === 0 && vote.refused.length === 0);
		});
}
