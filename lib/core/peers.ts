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
	/** Since when it has been a vote as it is now: these endpoints refused, that tripwire closed. */
	readonly votesSinceMs: number;
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
		votesSinceMs: before && isSameVote(before, evidence) ? before.votesSinceMs : evidence.observedAtMs,
		readAtMs: evidence.observedAtMs,
		progressAtMs: evidence.observerProgressAtMs,
	};
	return { ...others, [evidence.observer]: vote };
}

function isSameVote(before: PeerVote, { refused, tripwireHeldMs }: SuspicionEvidence): boolean {
	const keys = refused.map(endpointKey);
	const sameRefused = keys.length === before.refused.length && keys.every((key) => before.refused.includes(key));
	return sameRefused && tripwireHeldMs === before.tripwireHeldMs;
}

/** Whether another observer's accusation counts in a proof by refusal, and if not, what is in its way. */
export const VOTE_STANDINGS = [
	'counts',
	'read-too-long-ago',
	'observer-without-progress',
	'tripwire-not-held',
	'before-last-sign-of-life',
	'not-all-refused',
] as const;
export type VoteStanding = (typeof VOTE_STANDINGS)[number];

/**
 * An accusation counts while it was re-read within 2 s and its author's own session has made progress since it was raised:
 * somebody who is cut off keeps his znode until his session expires, and must condemn nobody meanwhile. In a proof by
 * refusal it says that every counted endpoint refused its author, after a tripwire that he held long enough.
 */
export function standingOf(state: MemberState, vote: PeerVote, nowMs: number): VoteStanding {
	if (nowMs - vote.readAtMs > RULES.suspicionAgeMsMax) {
		return 'read-too-long-ago';
	}
	if (vote.progressAtMs === null || vote.progressAtMs < vote.raisedAtMs) {
		return 'observer-without-progress';
	}
	if ((vote.tripwireHeldMs ?? 0) < RULES.tripwireHeldMsMin) {
		return 'tripwire-not-held';
	}
	// Who was refused while the session was listed is refused for reasons of his own.
	if (vote.votesSinceMs < (state.session.lastListedAtMs ?? Number.NEGATIVE_INFINITY)) {
		return 'before-last-sign-of-life';
	}
	const counted = countedEndpoints(state).map(({ endpoint }) => endpointKey(endpoint));
	const allRefused = counted.length > 0 && counted.every((key) => vote.refused.includes(key));
	return allRefused ? 'counts' : 'not-all-refused';
}

/** The quorum of a proof by refusal, this observer included. */
export function missingFromQuorum(state: MemberState, context: DecisionContext, nowMs: number): ReasonCode[] {
	const { observersMin, observerDomainsMin } = context.policy;
	if (observersMin <= 1 && observerDomainsMin <= 1) {
		return [];
	}
	const votes = Object.values(state.peers).filter((vote) => standingOf(state, vote, nowMs) === 'counts');
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
