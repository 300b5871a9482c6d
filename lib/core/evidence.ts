import type { Endpoint, Incarnation } from './member';

/**
 * Evidence is immutable and belongs to one incarnation. All `*AtMs` here are the observer's monotonic clock.
 * Absence of an answer is evidence of nothing.
 */
type Atom = { readonly observer: string; readonly incarnation: Incarnation; readonly observedAtMs: number };

/** An idle TCP connection held to one endpoint of the member. */
export type TripwireEvidence = Atom & {
	readonly kind: 'tripwire';
	readonly endpoint: Endpoint;
	/** `silent`: ended locally (ETIMEDOUT by keep-alive, our own close): no veto and no part of a proof. */
	readonly state: 'open' | 'closed-by-peer' | 'silent';
	/** Local monotonic time at which this connection was accepted. */
	readonly openedAtMs: number;
	/** The peer closed it after just the time after which its server is known to close idle connections. */
	readonly idle: boolean;
};

/** `failed`: any error that is neither a refusal nor a time-out (ECONNRESET, EMFILE, EHOSTUNREACH …): proves nothing. */
export type ProbeResult = 'accepted' | 'refused' | 'timed-out' | 'failed';

export type ProbeAnswer = {
	readonly endpoint: Endpoint;
	readonly result: ProbeResult;
	/** Milliseconds from connect() to the answer; null unless accepted or refused. */
	readonly rttMs: number | null;
	/** errno name of a failure, else null. */
	readonly errorCode: string | null;
};

/** How well the observer itself was during one round or sweep (condition 6 of a proof). */
export type OwnHealth = {
	/** Longest event-loop pause seen while it ran, ms. */
	readonly loopPauseMsMax: number;
	readonly zooKeeperSessionFine: boolean;
	/** A known-good address accepted in the same round: another living member, else two ZooKeeper servers (a standalone's one). */
	readonly referenceAccepted: boolean;
};

/** One round: every endpoint of the member probed at once. */
export type RoundEvidence = Atom & {
	readonly kind: 'round';
	readonly startedAtMs: number;
	readonly answers: readonly ProbeAnswer[];
	readonly ownHealth: OwnHealth;
};

/** The reign whose dump may say that a session is forgotten. */
export type OrphanGround = { readonly leaderId: number; readonly epoch: number; readonly tickMs: number };

/** What one sweep of the ensemble says of itself; shared by all members' atoms of that sweep. */
export type SweepSummary = {
	readonly sweepNumber: number;
	readonly startedAtMs: number;
	readonly finishedAtMs: number;
	/** Completeness of the sweep as a whole; see sweep.ts. The owner's creating server is judged per session. */
	readonly complete: boolean;
	readonly gaps: readonly SweepGap[];
	/** Ids of the servers that were swept, each proven by its own server_id. [0] for a standalone server. */
	readonly serverIds: readonly number[];
	readonly standalone: boolean;
	readonly leaderId: number | null;
	/** Epoch of the leader's last processed zxid; null when not seen. */
	readonly epoch: number | null;
	/** Shortest uptime (since the last election) of all answering servers, ms. */
	readonly uptimeMsMin: number | null;
	/** All answering servers are on this machine (loopback provable). */
	readonly local: boolean;
	/** Longest event-loop pause of the observer while it swept, ms. */
	readonly loopPauseMsMax: number;
	/** The reign whose dump may say that a session is forgotten (sweep.ts); null: this sweep's may not. */
	readonly orphanGround: OrphanGround | null;
};

export const SWEEP_GAP_CODES = [
	'own-session-not-listed',
	'server-silent',
	'server-unnamed',
	'server-id-unproven',
	'server-unconfigured',
	'tls-port-unseen',
	'config-unreadable',
	'observers-unseen',
	'observers-unconfigured',
	'no-leader',
	'two-leaders',
	'no-source',
	'answer-invalid',
	'interrupted',
] as const;
export type SweepGapCode = (typeof SWEEP_GAP_CODES)[number];
export type SweepGap = { readonly code: SweepGapCode; readonly server: string | null; readonly detail: string };

/** Where a session's connection was listed. */
export type SessionConnection = {
	readonly serverId: number;
	/** Label of the server as configured ('10.0.0.1:2181'). */
	readonly server: string;
	readonly remoteIp: string | null;
	readonly packetsReceived: number;
	/** Distinguishes connections of the same session to the same server: remote host:port. */
	readonly connectionKey: string;
	readonly sessionTimeoutMs: number | null;
	/** Milliseconds since that server last answered it, by that server's own clock; null when not told. */
	readonly lastHeardMsAgo: number | null;
	readonly latencyMsAvg: number | null;
};

/** What one sweep says about the incarnation's session. `observedAtMs` is the sweep's finish. */
export type SessionEvidence = Atom & {
	readonly kind: 'session';
	/** `gone` only in a complete sweep that covers the owner's creating server; else `unknown` when not listed. */
	readonly state: 'connected' | 'gone' | 'unknown';
	readonly connections: readonly SessionConnection[];
	/** Leader's expiry table: when the session would expire, on the leader's own clock (comparable only among its readings). */
	readonly expiryBucketMs: number | null;
	/** Milliseconds until ZooKeeper would expire it by itself; null when not told. */
	readonly expiresInMs: number | null;
	/** The leader's dump knows the session; null without good ground for saying so. */
	readonly inLeaderDump: boolean | null;
	readonly sweep: SweepSummary;
};

/** `answered`: with the expected status. Everything else says that the process did not answer as it should. */
export type HealthResult = 'answered' | 'wrong-status' | 'timed-out' | 'refused' | 'failed';

/** Who answered, where the answer says so (docs/agent.md, `GET /.well-known/rollcall`). */
export type ProcessIdentity = { readonly sessionId: bigint; readonly startNonce: string; readonly path: string };

export type HealthAnswer = {
	readonly endpoint: Endpoint;
	readonly result: HealthResult;
	readonly status: number | null;
	/** Milliseconds from the request to the answer's head; null without one. */
	readonly latencyMs: number | null;
	readonly identity: ProcessIdentity | null;
	/** errno name of a failure, else null. */
	readonly errorCode: string | null;
};

/** One HTTP health check. `startedAtMs`: when it was asked; the process lived later than that if it answered. */
export type HealthEvidence = Atom & {
	readonly kind: 'health';
	readonly startedAtMs: number;
	readonly answer: HealthAnswer;
};

/** A node agent or an operator's webhook says that the process or its host is gone. `observedAtMs`: when it was received. */
export type ExitReportEvidence = Atom & {
	readonly kind: 'exit-report';
	/** Who said so; bounded text. */
	readonly reporter: string;
	readonly detail: string;
};

/**
 * What another observer's suspicion znode said when it was read last. `observer` is its name, `observedAtMs` when it
 * was read, by this observer's clock.
 */
export type SuspicionEvidence = Atom & {
	readonly kind: 'suspicion';
	/** `withdrawn`: the znode is gone, by its writer's doing or with its session. */
	readonly state: 'raised' | 'withdrawn';
	readonly failureDomain: string;
	/** Endpoints that refused, and that timed out, in its latest round. */
	readonly refused: readonly Endpoint[];
	readonly timedOut: readonly Endpoint[];
	/** Longest tripwire to this incarnation that the peer closed on it, ms; null when there was none. */
	readonly tripwireHeldMs: number | null;
	/** When the observer's own session was last seen to make progress, by sweeps of this observer; null: not seen. */
	readonly observerProgressAtMs: number | null;
};

export type Evidence =
	| TripwireEvidence
	| RoundEvidence
	| SessionEvidence
	| HealthEvidence
	| ExitReportEvidence
	| SuspicionEvidence;
