import type { OwnHealth, ProbeResult, SweepSummary } from './evidence';
import { type HealthState, NO_HEALTH } from './health-state';
import { type Endpoint, type Incarnation, incarnationKey, type Registration } from './member';
import type { PeerVotes } from './peers';
import type { Arrivals } from './phi';
import type { ReasonCode, Verdict } from './reason';

/** What this observer knows of one endpoint of one incarnation. Times are monotonic ms. */
export type EndpointState = {
	readonly endpoint: Endpoint;
	/** Name of the address it was resolved from ('member', 'admin' …). */
	readonly addressName: string;
	/** An answer that counted for this incarnation was seen: only such endpoints count in a proof. */
	readonly everAccepted: boolean;
	/**
	 * Answers here count for this incarnation. False from the moment its own tripwire was closed by the peer
	 * until its session makes progress again: whoever answers meanwhile may be somebody else.
	 */
	readonly attributed: boolean;
	readonly last: { readonly result: ProbeResult; readonly rttMs: number | null; readonly atMs: number } | null;
	/** Onset of the present streak of rounds without an accepted answer. */
	readonly failingSinceMs: number | null;
	/** Consecutive rounds up to now in which nothing at all answered: time-outs, or no way to the host. */
	readonly timeoutsInARow: number;
	readonly tripwire: {
		readonly state: 'none' | 'open' | 'closed-by-peer' | 'silent';
		readonly openedAtMs: number;
		readonly changedAtMs: number;
	};
	/** The longest-held tripwire to this incarnation that the peer closed since its session last made progress. */
	readonly closedByPeer: { readonly heldMs: number; readonly atMs: number } | null;
};

/** A round in which every counted endpoint refused and the observer was well. */
export type RefusalRound = {
	/** 1, 2, 3 … of those since the last contradiction; not each of them is kept. */
	readonly number: number;
	readonly startedAtMs: number;
	readonly finishedAtMs: number;
};

/** A complete sweep that found the session on no server. */
export type GoneSweep = {
	/** 1, 2, 3 … of its run; not each of them is kept. */
	readonly number: number;
	readonly startedAtMs: number;
	readonly finishedAtMs: number;
	readonly leaderId: number | null;
	readonly epoch: number | null;
	readonly uptimeMsMin: number | null;
	readonly expiryBucketMs: number;
};

/**
 * Sweeps that found good ground for saying that ZooKeeper forgot the session: the only leader's dump lacks it. One
 * reign; its first and its latest reading.
 */
export type OrphanRun = {
	readonly leaderId: number;
	readonly epoch: number;
	readonly tickMs: number;
	readonly firstFinishedAtMs: number;
	readonly lastStartedAtMs: number;
	readonly lastFinishedAtMs: number;
};

export type SessionReading = {
	readonly serverId: number;
	readonly connectionKey: string;
	readonly packetsReceived: number;
	/** Start of the sweep that read it. */
	readonly atMs: number;
};

export type SessionState = {
	readonly state: 'connected' | 'gone' | 'unknown';
	readonly server: string | null;
	readonly lastHeardMsAgo: number | null;
	readonly timeoutMs: number | null;
	/** Remote IP of its last seen connection; null before the first. */
	readonly remoteIp: string | null;
	readonly firstListedAtMs: number | null;
	readonly lastListedAtMs: number | null;
	/** Packet counters at its last listing, kept while it is gone; progress is a rise from here. */
	readonly reading: readonly SessionReading[];
	/** Progress: packets rose between a reading begun at `sinceMs` and one begun at `atMs`. */
	readonly progress: { readonly sinceMs: number; readonly atMs: number } | null;
	/** The longest that it was quiet between two signs of progress, ms, as sweeps saw it; no longer than its ping interval may be. */
	readonly quietMsMax: number;
	/**
	 * Complete sweeps without it, one after the other: same leader and epoch, at most 500 ms apart, expiry never later. The
	 * first, the latest, and the first after each round of refusals; those between say no more than these do.
	 */
	readonly goneRun: readonly GoneSweep[];
	/** Onset of being gone, whatever the cadence of sweeps since. */
	readonly goneSinceMs: number | null;
	/** A later expiry in the leader's table voided the last run. */
	readonly touched: boolean;
	readonly orphan: OrphanRun | null;
	/** How long the servers take to answer it, as they see it (average), ms. */
	readonly latencyMsAvg: number | null;
	readonly expiresInMs: number | null;
	readonly expiresReadAtMs: number | null;
	readonly lastSweep: SweepSummary | null;
};

/** A proof that was complete and that nothing has contradicted since (hold.ts). */
export type HeldProof = {
	readonly verdict: 'dead' | 'superseded';
	readonly reasons: readonly ReasonCode[];
	/** The latest complete sweep without the session. */
	readonly lastGone: GoneSweep;
};

export type MemberState = {
	readonly incarnation: Incarnation;
	/** When this observer first saw the incarnation. */
	readonly seenSinceMs: number;
	readonly endpoints: Readonly<Record<string, EndpointState>>;
	readonly session: SessionState;
	/** It names more addresses than are watched: what is not asked must not count as refused. */
	readonly addressesUnwatched: boolean;
	/** Refusal rounds since the last contradiction (an answer, a listed connection, a tripwire's end). The first and the latest few. */
	readonly refusals: readonly RefusalRound[];
	readonly lastRound: {
		readonly startedAtMs: number;
		readonly finishedAtMs: number;
		readonly ownHealth: OwnHealth;
	} | null;
	/** Keys of other incarnations whose session was seen connected together with this one: the address is shared. */
	readonly seenTogetherWith: readonly string[];
	readonly health: HealthState;
	/** When it answered probes, for φ; null before the first answer. */
	readonly arrivals: Arrivals | null;
	/** Accusations by other observers, by their name. */
	readonly peers: PeerVotes;
	/** The latest report that its process or host is gone, unless it was seen to live since. */
	readonly exitReport: { readonly reporter: string; readonly detail: string; readonly atMs: number } | null;
	readonly held: HeldProof | null;
	readonly verdict: Verdict;
	readonly reasons: readonly ReasonCode[];
	readonly sinceMs: number;
};

export function initialMemberState(registration: Pick<Registration, 'incarnation'>, nowMs: number): MemberState {
	return {
		incarnation: registration.incarnation,
		seenSinceMs: nowMs,
		endpoints: {},
		addressesUnwatched: false,
		session: {
			state: 'unknown',
			server: null,
			lastHeardMsAgo: null,
			timeoutMs: null,
			remoteIp: null,
			firstListedAtMs: null,
			lastListedAtMs: null,
			reading: [],
			progress: null,
			quietMsMax: 0,
			goneRun: [],
			goneSinceMs: null,
			touched: false,
			orphan: null,
			latencyMsAvg: null,
			expiresInMs: null,
			expiresReadAtMs: null,
			lastSweep: null,
		},
		refusals: [],
		lastRound: null,
		seenTogetherWith: [],
		health: NO_HEALTH,
		arrivals: null,
		peers: {},
		exitReport: null,
		held: null,
		verdict: 'unknown',
		reasons: ['nothing-observed'],
		sinceMs: nowMs,
	};
}

/** Endpoints that count in a proof: those on which this incarnation was seen to accept. */
export function countedEndpoints(state: MemberState): EndpointState[] {
	return Object.values(state.endpoints).filter((endpoint) => endpoint.everAccepted);
}

/** Endpoints that ever answered for this incarnation, else all of them. */
export function relevantEndpoints(state: MemberState): EndpointState[] {
	const counted = countedEndpoints(state);
	return counted.length > 0 ? counted : Object.values(state.endpoints);
}

const SEEN_TOGETHER_MAX = 32;

/**
 * Marks that both sessions were listed connected in one sweep. A full list is never cut: it means 'with everybody', so
 * that nobody is forgotten (see isSeenTogether) and thousands behind one address cost no more than a few.
 */
export function noteSeenTogether(state: MemberState, other: Incarnation): MemberState {
	if (isSeenTogether(state, other)) {
		return state;
	}
	return { ...state, seenTogetherWith: [...state.seenTogetherWith, incarnationKey(other)] };
}

export function isSeenTogether(state: MemberState, other: Incarnation): boolean {
	return isSharedByMany(state) || state.seenTogetherWith.includes(incarnationKey(other));
}

/** Its address is shared by so many that it counts as shared with everybody. */
export function isSharedByMany(state: MemberState): boolean {
	return state.seenTogetherWith.length >= SEEN_TOGETHER_MAX;
}

/** Its session is gone, or an address on which it used to accept does not, or may be somebody else's. */
export function hasFailures(state: MemberState): boolean {
	return (
		state.session.state === 'gone' ||
		Object.values(state.endpoints).some(
			(entry) => entry.everAccepted && (entry.failingSinceMs !== null || !entry.attributed),
		)
	);
}
