/** What the HTTP API and the console's pages exchange (JSON; docs/api.md). ids are 0x-hex, times ms since the epoch. */
import type { HealthResult, SweepGapCode } from './evidence';
import type { UnreadableCode } from './member';
import type { VoteStanding } from './peers';
import type { OwnedZnode } from './purge-plan';
import type { ReasonCode, Verdict } from './reason';

export type { AuditEntryView, AuditVerifyView, AuditView } from './audit-log-view';

export type VerdictCounts = Record<Verdict, number>;

export type SessionView = {
	state: 'connected' | 'gone' | 'orphaned' | 'unknown';
	/** Label of the server that lists it. */
	server: string | null;
	lastHeardMsAgo: number | null;
	expiresInMs: number | null;
};

export type MemberRow = {
	path: string;
	id: string;
	group: string;
	host: string | null;
	port: number | null;
	addresses: { name: string; host: string; port: number }[];
	czxid: string;
	ephemeralOwner: string;
	verdict: Verdict;
	reasons: ReasonCode[];
	/** Since when it has had this verdict. */
	sinceAtMs: number;
	rttMs: number | null;
	/** The last 28 rounds of the main address, oldest first; null: no answer. */
	recentRttMs: (number | null)[];
	lastAnsweredAtMs: number | null;
	registeredAtMs: number;
	session: SessionView;
	/** Paths of members with the same id or address. */
	conflictsWith: string[];
	/** Members of other clusters of this console that claim one of its addresses. */
	conflictsElsewhere: { cluster: string; path: string }[];
	unreadable: { code: UnreadableCode; detail: string } | null;
	selfReported: Record<string, string | number | boolean>;
	/** Everything a proof by refusal needs beforehand has been seen: tripwire held, answered, old enough, session listed. */
	provable: boolean;
};

export type EvidenceCell = {
	state: 'open' | 'closed' | 'silent' | 'accepted' | 'refused' | 'timed-out' | 'failed' | 'none';
	ageMs: number | null;
	rttMs: number | null;
};

/** One line of the evidence matrix: an address seen by an observer. */
export type EvidenceRow = {
	observer: string;
	endpoint: string;
	addressName: string;
	tripwire: EvidenceCell;
	tripwireHeldMs: number | null;
	lastProbe: EvidenceCell;
	refusalRounds: number;
};

/** The latest health check. `identity`: whom the answer named; an answer that names nobody is `none`. */
export type HealthCheckView = {
	endpoint: string;
	result: HealthResult;
	status: number | null;
	latencyMs: number | null;
	ageMs: number;
	identity: 'own' | 'other' | 'none';
	failuresInARow: number;
	failingForMs: number | null;
	/** Who answers there instead: session id as 0x-hex. */
	other: { sessionId: string; endpoint: string } | null;
};

/** What sweeps say of the member's session beside its row. */
export type SessionEvidenceView = {
	/** How long ago its packets were last seen to rise. */
	progressAgeMs: number | null;
	remoteIp: string | null;
	/** How long the servers take to answer it, as they see it, on average. */
	latencyMsAvg: number | null;
	/** The only leader's dump has forgotten it: first and latest reading; `confirmed` when they are a tick apart. */
	orphan: { firstAgeMs: number; lastAgeMs: number; tickMs: number; confirmed: boolean } | null;
};

/** What one other observer says against the member. Endpoints are 'ip:port'. */
export type SuspicionView = {
	observer: string;
	failureDomain: string;
	refused: string[];
	timedOut: string[];
	tripwireHeldMs: number | null;
	raisedAgeMs: number;
	readAgeMs: number;
	standing: VoteStanding;
};

/** Durations in ms, of the answered rounds; null when there is none. */
export type LatencyQuantiles = {
	rounds: number;
	answered: number;
	p50Ms: number | null;
	p95Ms: number | null;
	p99Ms: number | null;
	maxMs: number | null;
};

export type TransitionView = { atMs: number; from: Verdict; to: Verdict; reasons: ReasonCode[] };

export type MemberDetail = MemberRow & {
	evidence: {
		rows: EvidenceRow[];
		sweep: {
			complete: boolean;
			goneForMs: number | null;
			sweepsGone: number;
			serversAnswered: number;
			servers: number;
			ageMs: number | null;
			gaps: SweepGapCode[];
		};
		/** Null: no check is configured, or none has ended yet. */
		health: HealthCheckView | null;
		session: SessionEvidenceView;
		exitReport: { reporter: string; detail: string; ageMs: number } | null;
		suspicions: SuspicionView[];
		/** φ of the phi-accrual detector and its threshold: shown, never proof. Null: too little history. */
		phi: { value: number | null; threshold: number };
		vetoes: ReasonCode[];
		/** What is missing for a proof; empty when proven. */
		missing: ReasonCode[];
	};
	transitions: TransitionView[];
	/** Ring of recent rounds, oldest first. */
	latency: { atMs: number; rttMs: number | null; result: 'accepted' | 'refused' | 'timed-out' | 'failed' }[];
	/** `recent`: of the ring; `life`: of everything since this console has watched the incarnation. */
	latencyQuantiles: { recent: LatencyQuantiles; life: LatencyQuantiles };
	/** A probe without an answer has timed out after this. */
	probeTimeoutMs: number;
	sessionTimeoutMs: number | null;
	owned: OwnedZnode[] | null;
	rawText: string;
	dataVersion: number;
};

export type ServerView = {
	server: string;
	serverId: number | null;
	role: 'leader' | 'follower' | 'observer' | 'standalone' | null;
	answered: boolean;
	source: 'admin' | 'four-letter-words' | null;
	problem: { code: string; detail: string } | null;
};

/** Why the console itself is impaired; shown as a banner on every page. */
export const IMPAIRMENTS = [
	'zookeeper-disconnected',
	'zookeeper-never-connected',
	'sweeps-incomplete',
	'loop-pauses',
	'recovery-held-back',
	'audit-unavailable',
	'outbox-stuck',
	'audit-contradicted',
	'audit-heads-lost',
	'tripwires-at-limit',
	'observers-too-few',
	'observers-unheard',
	'nobody-answers',
	'webhooks-undelivered',
] as const;
export type Impairment = (typeof IMPAIRMENTS)[number];

export type ClusterView = {
	id: string;
	name: string;
	counts: VerdictCounts;
	ensemble: {
		following: boolean;
		servers: ServerView[];
		leader: string | null;
		sweepComplete: boolean;
		gaps: { code: SweepGapCode; server: string | null; detail: string }[];
	};
	automaticRecovery: boolean;
	/** The kill switch is on: nothing is purged but by people. False also while the settings cannot be read. */
	killSwitch: boolean;
	/** Who carries purges out; what is asked of another console is handed to it. */
	latch: 'here' | 'elsewhere' | 'unknown';
	impairments: { code: Impairment; detail: string; sinceAtMs: number }[];
	/** Parents being watched, with their number of members. */
	registrations: { path: string; format: string; members: number }[];
	/** When the membership shown was last known to be true; null: never. */
	observedAtMs: number | null;
	/** Every registered, ephemeral, readable member can be proven dead if it dies now. */
	ready: boolean;
};

/** What one observer says of one group of members. `suspected` of the `watched` it doubts; `timedOut`, `refused`: how. */
export type ReachabilityCell = {
	watched: number;
	suspected: number;
	timedOut: number;
	refused: number;
	/** `unreachable`: all that it watches time out. `unknown`: it watches none there, or its session makes no progress. */
	state: 'reachable' | 'partly' | 'unreachable' | 'unknown';
};

/** Who reaches whom: observers x groups of members. `cells[i][j]`: observer i, group j. */
export type ReachabilityView = {
	/** This console first (`self`). `live`: its session makes progress; null: no sweep could tell. */
	observers: { name: string; kind: 'console' | 'agent'; failureDomain: string; self: boolean; live: boolean | null }[];
	groups: { group: string; members: number }[];
	cells: ReachabilityCell[][];
	/** Beyond what is shown. */
	observersLeftOut: number;
	groupsLeftOut: number;
};

export type EnsembleServerView = ServerView & {
	version: string | null;
	/** Since its last election. */
	uptimeMs: number | null;
	latencyMsAvg: number | null;
	connections: number | null;
};

/** GET …/ensemble: what this console can and cannot see of the ensemble, and who reaches whom. */
export type EnsembleView = {
	following: boolean;
	/** As configured, in that order. */
	servers: EnsembleServerView[];
	leader: string | null;
	/** When the last sweep ended; null before the first. */
	sweptAtMs: number | null;
	sweepComplete: boolean;
	gaps: { code: SweepGapCode; server: string | null; detail: string }[];
	/** Connections held to members, and how many the process's file descriptors allow. */
	tripwires: { open: number; max: number };
	/** What the policy demands of a proof by refusal. */
	observersMin: number;
	observerDomainsMin: number;
	reachability: ReachabilityView;
};

/** GET …/members */
export type MembersView = {
	members: MemberRow[];
	counts: VerdictCounts;
	observedAtMs: number | null;
	nextCursor: string | null;
};

/** Server-sent events: `snapshot` replaces everything; `change` carries only what changed. Each event's id is an opaque resume position. */
export type SnapshotEvent = { cluster: ClusterView; members: MemberRow[]; serverAtMs: number };
export type ChangeEvent = {
	cluster: ClusterView | null;
	changed: MemberRow[];
	removed: string[];
	/** Of members of which nothing else changed. */
	pulses: Pulse[];
	serverAtMs: number;
};

/**
 * Another answer of a member, in a tenth of its row's bytes: path, rttMs, how long before the event's `serverAtMs` it last
 * answered (ms), and its session's lastHeardMsAgo and expiresInMs.
 */
export type Pulse = readonly [
	path: string,
	rttMs: number,
	answeredMsAgo: number,
	lastHeardMsAgo: number | null,
	expiresInMs: number | null,
];

/** RFC 9457. */
export type Problem = { type: string; title: string; status: number; code: string; detail: string; field?: string };

/** Who is signed in, for the pages. */
export type MeView = { username: string; role: 'viewer' | 'operator' | 'admin' };
