/** Types only: what the runtime needs from the outside. Adapters implement these; nothing here does anything. */
import type { AccountsPort } from './accounts';
import type { Actor } from './audit-entry';
import type { RegistrationConfig } from './config';
import type { HealthAnswer, ProbeAnswer, SessionConnection, SweepSummary } from './evidence';
import type { Endpoint, ParsedRegistration } from './member';

export type { AuditBounds, AuditPage, AuditPort, AuditQuery, ChainPort } from './audit-port';

/** Time, injected everywhere. */
export type Clock = {
	/** Monotonic ms. */
	nowMs(): number;
	/** ms since the epoch, for display only. */
	wallMs(): number;
	/** Resolves after `ms`, or at once when the signal aborts (never rejects). */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

// --- ZooKeeper -------------------------------------------------------------------------------------------------

export type ZnodeStat = {
	readonly czxid: bigint;
	readonly mzxid: bigint;
	readonly pzxid: bigint;
	readonly ctimeMs: number;
	readonly mtimeMs: number;
	readonly version: number;
	readonly cversion: number;
	readonly aversion: number;
	/** Unsigned; 0n when not ephemeral (container and TTL owners are given as 0n too). */
	readonly ephemeralOwner: bigint;
	readonly dataLength: number;
	readonly numChildren: number;
};

export type CreateMode = 'persistent' | 'ephemeral' | 'persistent-sequential' | 'ephemeral-sequential';

export type ZooKeeperOp =
	| { readonly kind: 'check'; readonly path: string; readonly version: number }
	| { readonly kind: 'create'; readonly path: string; readonly data: Uint8Array; readonly mode: CreateMode }
	| { readonly kind: 'set'; readonly path: string; readonly data: Uint8Array; readonly version: number }
	| { readonly kind: 'delete'; readonly path: string; readonly version: number };

export type ZooKeeperErrorCode =
	| 'no-node'
	| 'node-exists'
	| 'bad-version'
	| 'no-auth'
	| 'not-empty'
	| 'no-children-for-ephemerals'
	| 'bad-arguments'
	| 'quota-exceeded'
	| 'connection-loss'
	| 'session-expired'
	| 'session-moved'
	| 'not-connected'
	| 'connection-changed'
	| 'deadline'
	| 'closed'
	| 'other';

export type MultiResult =
	| {
			readonly kind: 'committed';
			/** Created paths of creates, null for the others; one per op. */
			readonly paths: readonly (string | null)[];
			/** The transaction's zxid when a `set` op tells it, else null. */
			readonly zxid: bigint | null;
	  }
	/** Nothing was done; `index` names the failing op. */
	| { readonly kind: 'failed'; readonly index: number; readonly code: ZooKeeperErrorCode }
	/** The connection was lost with the request under way: it may or may not have happened. */
	| { readonly kind: 'unknown'; readonly detail: string };

/** All calls run on one session over one connection; once that connection changes, each rejects with 'connection-changed'. */
export type ZooKeeperConnection = {
	readonly sessionId: bigint;
	/** Flushes the channel to the leader: a check-only multi of '/' (the client has no sync). Returns its round trip in ms. */
	sync(): Promise<{ roundTripMs: number }>;
	stat(path: string): Promise<ZnodeStat | null>;
	read(path: string): Promise<{ data: Buffer; stat: ZnodeStat } | null>;
	children(path: string): Promise<{ names: string[]; stat: ZnodeStat } | null>;
	multi(ops: readonly ZooKeeperOp[]): Promise<MultiResult>;
};

export type ZooKeeperState =
	| { readonly kind: 'connecting'; readonly sinceMs: number; readonly lastError: string | null }
	| {
			readonly kind: 'connected';
			readonly sinceMs: number;
			readonly sessionId: bigint;
			readonly server: string;
			readonly generation: number;
	  }
	| { readonly kind: 'closed'; readonly sinceMs: number };

export type WatchedData = { readonly data: Buffer; readonly stat: ZnodeStat; readonly forbidden?: true };

/** What a watch may tell; the reader always diffs against a fresh read. */
export type WatchHandle = { close(): void };

export type ZooKeeperPort = {
	state(): ZooKeeperState;
	/** Called at each change of state, and once with the present one. */
	onState(listener: (state: ZooKeeperState) => void): () => void;
	/** Monotonic time of the last answer of any kind from the server; null before the first. */
	lastHeardAtMs(): number | null;
	stat(path: string): Promise<ZnodeStat | null>;
	read(path: string): Promise<{ data: Buffer; stat: ZnodeStat } | null>;
	children(path: string): Promise<{ names: string[]; stat: ZnodeStat } | null>;
	/** Creates; rejects with ZooKeeperError. Returns the created path. Refused unless connected. */
	create(path: string, data: Uint8Array, mode: CreateMode): Promise<string>;
	set(path: string, data: Uint8Array, version: number): Promise<ZnodeStat>;
	/** Version as given: 0 means version 0, -1 any. */
	remove(path: string, version: number): Promise<void>;
	multi(ops: readonly ZooKeeperOp[]): Promise<MultiResult>;
	/** Runs `work` on the present connection; see ZooKeeperConnection. Rejects 'not-connected' when there is none. */
	onConnection<T>(work: (connection: ZooKeeperConnection) => Promise<T>): Promise<T>;
	/**
	 * Keeps watching a parent's children: calls back with each fresh, complete listing (null: the parent does not exist),
	 * at first, after each change, and after each reconnect and new session. Never throws into the client.
	 */
	watchChildren(path: string, onListing: (listing: { names: string[]; stat: ZnodeStat } | null) => void): WatchHandle;
	/** The same for one znode's data and stat. What may not be read is told by its stat, with empty data and `forbidden`. */
	watchData(path: string, onData: (value: WatchedData | null) => void): WatchHandle;
	/** Closes the session (ephemerals go at once). */
	close(): Promise<void>;
};

/** A position in an election under one parent: ephemeral sequential znode, the lowest holds it. */
export type LatchState =
	| { readonly kind: 'held'; readonly path: string; readonly sinceMs: number }
	| { readonly kind: 'waiting'; readonly holder: string | null }
	| { readonly kind: 'unknown' };

export type LatchPort = { state(): LatchState; close(): Promise<void> };

// --- Evidence --------------------------------------------------------------------------------------------------

export type ProbePort = {
	/** One TCP connect to a literal endpoint; an accepted socket is handed to the tripwires when `keep` is set, else closed. */
	probe(endpoint: Endpoint, options: { timeoutMs: number; keep?: TripwireKeeper | undefined }): Promise<ProbeAnswer>;
	/** Literal IPs of a host, bounded and timed apart from probing; [] when it cannot be resolved. Literals resolve to themselves. */
	resolve(host: string, timeoutMs: number): Promise<string[]>;
	/** One HTTP GET, told apart by its status and by whom the body names. Shares the probes' limit of what runs at once. */
	health(question: HealthQuestion, options: { timeoutMs: number }): Promise<HealthAnswer>;
	/** Tripwires held, and how many the process's file descriptors allow. At `max` an accepted probe keeps none: no event comes. */
	tripwires(): { readonly open: number; readonly max: number };
};

export type HealthQuestion = {
	readonly endpoint: Endpoint;
	/** What the request's Host header says: host or host:port. */
	readonly hostHeader: string;
	/** Absolute, with its query where it has one. */
	readonly path: string;
	/** The HTTP status of a healthy answer. */
	readonly status: number;
};

export type TripwireEvent = {
	readonly state: 'open' | 'closed-by-peer' | 'silent';
	readonly openedAtMs: number;
	readonly atMs: number;
};
/** Receives an accepted connection's life; the adapter calls `onEvent('open')` first. */
export type TripwireKeeper = { onEvent(event: TripwireEvent): void; readonly signal: AbortSignal };

export type SweepSession = {
	readonly connections: readonly SessionConnection[];
	readonly expiryBucketMs: number | null;
	readonly expiresInMs: number | null;
};

export type SweepServerView = {
	/** As configured: host:port of the client port. */
	readonly server: string;
	readonly serverId: number | null;
	readonly role: 'leader' | 'follower' | 'observer' | 'standalone' | null;
	readonly source: 'admin' | 'four-letter-words' | null;
	readonly answered: boolean;
	readonly connections: number | null;
	readonly uptimeMs: number | null;
	readonly latencyMsAvg: number | null;
	readonly version: string | null;
	/** What is wrong and how to mend it, as a code with a bounded detail; null when well. */
	readonly problem: { readonly code: string; readonly detail: string } | null;
};

/** One sweep of every server. `sessions` holds every session that any server lists or that the leader's table names. */
export type Sweep = {
	readonly summary: SweepSummary;
	readonly sessions: ReadonlyMap<bigint, SweepSession>;
	/** Ephemeral paths by owner, absolute (chroot included); null when no dump could be read. */
	readonly ephemerals: ReadonlyMap<bigint, readonly string[]> | null;
	readonly servers: readonly SweepServerView[];
	/** Every session in the leader's table of expiries, which is all that it tracks; null unless `summary.orphanGround`. */
	readonly leaderDumpSessions: ReadonlySet<bigint> | null;
};

export type SweepPort = {
	/**
	 * Never rejects: what cannot be seen is a gap. At most one sweep runs at a time; a second call shares it only if it has not
	 * started reading. `confirmedEpoch`: epoch (upper 32 bits) of a zxid obtained by a write just before; without it no sweep
	 * gives ground for `orphaned`.
	 */
	sweep(request: {
		ownSessionId: bigint | null;
		withEphemerals: boolean;
		confirmedEpoch?: number | null | undefined;
	}): Promise<Sweep>;
	close(): Promise<void>;
};

export type OwnHealthPort = {
	/** Longest event-loop pause between two monotonic times, ms (resolution about 10 ms). */
	loopPauseMsMax(fromMs: number, toMs: number): number;
	close(): void;
};

/** Reads one znode's name and data; pure and total. */
export type RegistrationParser = (input: {
	readonly path: string;
	readonly data: Uint8Array;
	readonly config: RegistrationConfig;
}) => ParsedRegistration;

// --- Who is asking ---------------------------------------------------------------------------------------------

export const ROLES = ['viewer', 'operator', 'admin', 'reporter', 'member'] as const;
export type Role = (typeof ROLES)[number];

export type Identity = { readonly actor: Actor; readonly role: Role; readonly viaCookie: boolean };

/** Who is asking, for routes and pages. Built on better-auth in lib/adapters/auth. */
export type AuthPort = {
	readonly accounts: AccountsPort;
	/** Serves /api/auth/*. `sourceAddress` is the socket's; null when it is not known. */
	handle(request: Request, sourceAddress: string | null): Promise<Response>;
	/** Session cookie or bearer token; null for a stranger. */
	identify(headers: Headers, sourceAddress: string | null): Promise<Identity | null>;
};
