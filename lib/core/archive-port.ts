import type { SealedArchive, SignedOffArchive } from './audit-archive';
import type { ChainHead } from './audit-chain';
import type { Actor } from './audit-entry';

/** The oldest part of the audit log, in files (docs/audit.md). */
export type ArchivePort = {
	/** Both oldest first. */
	list(): Promise<{ readonly signedOff: readonly SignedOffArchive[]; readonly sealed: readonly SealedArchive[] }>;
	/** Where the archives end and the log in the database begins: CHAIN_START when nothing was archived. */
	anchor(): Promise<ChainHead>;
	/**
	 * The oldest entries of the log, up to the first that is dated at or after `beforeMs` (ms since the epoch); null: even
	 * the oldest is. `known`: a `last` that an earlier call gave, for an earlier time, to go on from.
	 */
	olderThan(beforeMs: number, known?: number): Promise<{ readonly first: number; readonly last: number } | null>;
	/**
	 * Records that whoever asks has this file and that its entries may leave the database. They are no longer part of the
	 * log then; `removeSome` takes them out. A file that was signed off before gives what it was. Throws ArchiveError.
	 */
	signOff(order: SignOffOrder): Promise<SignedOffArchive>;
	/** Removes a few entries that were signed off and are stored still; how many. 0: there are none. */
	removeSome(): Promise<number>;
};

export type SignOffOrder = {
	/** Of the file's bytes, 64 lower-case hex digits. */
	readonly sha256: string;
	readonly reason: string;
	readonly actor: Actor;
	/** Wall clock, ms since the epoch. */
	readonly atMs: number;
};
