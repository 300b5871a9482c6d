import type { ChainHead } from './audit-chain';
import type { AuditAction, AuditDraft, AuditEntry } from './audit-entry';
import type { ChainVerification } from './chain-verification';
import type { OutcomeRow } from './purge-outcomes';

/** Types only, as in ports.ts: the audit log. */

export type AuditQuery = {
	readonly cluster?: string | undefined;
	readonly actor?: string | undefined;
	readonly action?: AuditAction | undefined;
	readonly outcome?: string | undefined;
	readonly member?: string | undefined;
	/** Full text over reason, member, id, actor and detail. */
	readonly q?: string | undefined;
	readonly fromMs?: number | undefined;
	readonly toMs?: number | undefined;
};

/** Sequences: the first is left out, the second included. */
export type AuditBounds = { readonly after?: number | undefined; readonly until?: number | undefined };

/** One page of the log. With a next cursor it may be empty. */
export type AuditPage = {
	entries: AuditEntry[];
	nextCursor: string | null;
	/** The oldest sequence that was looked at, where the page's time was over before it was full; null: it was not. */
	lookedTo: number | null;
};

export type AuditPort = {
	/**
	 * Appends in chain order; a draft whose key is already there returns the existing entry and writes nothing. Rejects when it
	 * cannot be recorded; with ArchivedKeyError when the entry that has this key is in an archive file.
	 */
	append(draft: AuditDraft): Promise<AuditEntry>;
	/** Newest first. `cursor` is what the page before gave. */
	list(query: AuditQuery, page: { cursor: string | null; limit: number }): Promise<AuditPage>;
	/** null for an archived entry too. */
	byKey(key: string): Promise<AuditEntry | null>;
	/** Oldest first, read in bounded pages: of the entries after sequence `after`, not after `until` (else the newest now). */
	stream(query: AuditQuery, bounds?: AuditBounds): AsyncIterable<AuditEntry>;
	/**
	 * What a cluster's purges came to, without their evidence, by the entries after sequence `after`: newest first, at most
	 * `limitEach` of each action. `upTo`: the newest sequence there is, to go on from.
	 */
	outcomes(cluster: string, after: number, limitEach: number): Promise<{ rows: OutcomeRow[]; upTo: number }>;
	verify(): Promise<ChainVerification>;
	close(): Promise<void>;
};

/** The audit log's chain as a whole, for keeping its heads elsewhere. */
export type ChainPort = {
	/** Where the database is, without secrets. */
	readonly place: string;
	/** The chain's id (32 hex digits) and its newest entry, CHAIN_START when there is none. */
	end(): Promise<{ readonly chain: string; readonly head: ChainHead }>;
	/** Hashes of the entries at these sequences, as they are stored; an entry that is not there is left out. */
	hashes(sequences: readonly number[]): Promise<ReadonlyMap<number, string>>;
	/** The newest head that is known to have been written into the cluster's ensemble; null: none. */
	remembered(cluster: string): Promise<ChainHead | null>;
	/** Never goes back, unless heads begin `anew`. Rejects for a head that is no entry of the chain. */
	remember(cluster: string, head: ChainHead, options: { readonly anew: boolean }): Promise<void>;
};
