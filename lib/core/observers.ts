/** Types only: how the observers of a cluster tell each other what they see (lib/adapters/observers). */
import type { Accusation } from './accusation';
import type { Clock, ZooKeeperPort } from './ports';

/** What an observer says of itself. `watches`: every member, or these paths (at most 16). */
export type ObserverSelf = {
	readonly kind: 'console' | 'agent';
	readonly failureDomain: string;
	readonly watches: 'all' | readonly string[];
	/** An agent's: where its session comes from, as ZooKeeper's servers list it; for the takeover of its place. */
	readonly sessionIp?: string | undefined;
};

/** Another observer, announced by a living session of its own; a session is one observer, whatever it announces. */
export type Presence = ObserverSelf & { readonly name: string; readonly sessionId: bigint };

/** What a present observer accuses one incarnation of. */
export type Suspicion = Accusation & {
	readonly observer: string;
	readonly sessionId: bigint;
	readonly failureDomain: string;
	/** Local monotonic time of the latest read that found it like this. */
	readonly readAtMs: number;
};

/** The observers of one cluster, in ZooKeeper (docs/observers.md). Nothing here throws or rejects; `trouble` says what is amiss. */
export type ObserversPort = {
	/** Name under which this observer is announced by its present session; null while it is not. */
	name(): string | null;
	/** Announces itself, and again with each new session and whenever `self` changes. */
	announce(self: ObserverSelf): void;
	/** Kept up, over sessions too, until withdrawn; written only when it says something else than before. */
	accuse(accusation: Accusation): void;
	withdraw(memberPath: string): void;
	/** All others. */
	presences(): readonly Presence[];
	/** Of one member, by others, one a session. */
	suspicionsOf(memberPath: string): readonly Suspicion[];
	/** Members that others accuse. */
	suspected(): readonly string[];
	/** Reads what others say of these members again, past whatever this server lags behind; moves `readAtMs` of what still stands. */
	reread(memberPaths: readonly string[]): Promise<void>;
	/** What could not be written, or was more than is followed; null when all is well. */
	trouble(): string | null;
	/** Withdraws everything. */
	close(): Promise<void>;
};

/** Builds one on a cluster's client. */
export type ObserversFactory = (options: {
	readonly zk: ZooKeeperPort;
	/** `<root>/observers/<cluster>` and `<root>/suspicions/<cluster>`; made by consoles. */
	readonly paths: { readonly observers: string; readonly suspicions: string };
	/** Wished for; another living session's is never taken. */
	readonly name: string;
	readonly clock: Clock;
	/** False for those who only tell: thousands of agents need not follow each other. */
	readonly follow: boolean;
	readonly onPresence: () => void;
	/** Something of what is said of this member changed. */
	readonly onSuspicion: (memberPath: string) => void;
}) => ObserversPort;
