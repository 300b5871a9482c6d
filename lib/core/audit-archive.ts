import { CHAIN_START, type ChainHead, type Sha256 } from './audit-chain';
import type { AuditEntry } from './audit-entry';
import { canonicalJson } from './canonical-json';

/** What an archive file holds: the detail of its entry `audit.archive`, recorded once the file was read back from its disk. */
export type ArchiveManifest = {
	/** Sequences of the first and the last entry in it. */
	readonly first: number;
	readonly last: number;
	/** `last - first + 1`: none is left out. */
	readonly entries: number;
	/** What its first entry links to, and the hash of its last. */
	readonly previousHash: string;
	readonly lastHash: string;
	/** Of the file's bytes, as `sha256sum` prints it. */
	readonly sha256: string;
	readonly bytes: number;
	/** The file's name when it was written, without its folder. */
	readonly file: string;
	/** ISO 8601: all entries in it are dated before. */
	readonly olderThan: string;
};

/** An archive whose entries have left the database, or are about to. */
export type SignedOffArchive = Pick<
	ArchiveManifest,
	'first' | 'last' | 'previousHash' | 'lastHash' | 'sha256' | 'file'
> & {
	/** Of its `audit.archive`. */
	readonly sealed: number;
	readonly sealedBy: string;
	readonly sealedAtMs: number;
	/** Of its `audit.sign-off`. */
	readonly signedOff: number;
	readonly signedOffBy: string;
	readonly signedOffAtMs: number;
};

/** A file that was sealed and is not signed off: its entries are all in the database. */
export type SealedArchive = ArchiveManifest & {
	readonly sealed: number;
	readonly sealedBy: string;
	readonly sealedAtMs: number;
	readonly reason: string | null;
};

export const sealKey = (sha256: string) => `archive-${sha256}`;
export const signOffKey = (sha256: string) => `sign-off-${sha256}`;

/** Where the log in the database begins, and what vouches for all that was archived before. */
export type Anchor = { readonly head: ChainHead; readonly digest: string | null };

export const NO_ANCHOR: Anchor = { head: CHAIN_START, digest: null };

/**
 * The anchor after one more archive. `digest` covers every archive up to this one, so that the newest sign-off, which is
 * always in the log still, vouches for those whose own sign-offs have been archived too.
 */
export function anchorAfter(before: Anchor, archive: Omit<SignedOffArchive, 'signedOff'>, sha256: Sha256): Anchor {
	return {
		head: { sequence: archive.last, hash: archive.lastHash },
		digest: sha256(
			canonicalJson({
				before: before.digest,
				first: archive.first,
				last: archive.last,
				previousHash: archive.previousHash,
				lastHash: archive.lastHash,
				sha256: archive.sha256,
				file: archive.file,
				sealed: archive.sealed,
				sealedBy: archive.sealedBy,
				sealedAtMs: archive.sealedAtMs,
				signedOffBy: archive.signedOffBy,
				signedOffAtMs: archive.signedOffAtMs,
			}),
		),
	};
}

/** Whether this archive begins where what is archived ends, and is not empty. */
export function follows(anchor: Anchor, archive: Pick<ArchiveManifest, 'first' | 'last' | 'previousHash'>): boolean {
	return (
		archive.first === anchor.head.sequence + 1 &&
		archive.previousHash === anchor.head.hash &&
		archive.last >= archive.first
	);
}

/**
 * The anchor that these archives, oldest first, come to; null: they are no unbroken line from entry 1, or the newest is not
 * what `signOff`, the entry at its `signedOff`, says. That the entry itself was not changed, the chain's walk shows.
 */
export function provenAnchor(
	archives: readonly SignedOffArchive[],
	signOff: AuditEntry | null,
	sha256: Sha256,
): Anchor | null {
	let anchor = NO_ANCHOR;
	for (const archive of archives) {
		if (!follows(anchor, archive)) {
			return null;
		}
		anchor = anchorAfter(anchor, archive, sha256);
	}
	const newest = archives.at(-1);
	return newest === undefined || (signOff !== null && bearsOut(signOff, newest, anchor.digest)) ? anchor : null;
}

function bearsOut(signOff: AuditEntry, archive: SignedOffArchive, digest: string | null): boolean {
	const { detail } = signOff;
	return (
		signOff.action === 'audit.sign-off' &&
		signOff.key === signOffKey(archive.sha256) &&
		signOff.sequence === archive.signedOff &&
		archive.signedOff > archive.last &&
		typeof detail === 'object' &&
		detail !== null &&
		'digest' in detail &&
		detail.digest === digest
	);
}

/** The part of the log that is in files: entries 1 to `upTo`; 0: none. */
export type ArchivedPart = {
	readonly upTo: number;
	/** Oldest first, without a gap between them. */
	readonly files: Pick<SignedOffArchive, 'first' | 'last' | 'file' | 'sha256'>[];
};

export function toArchivedPart(archives: readonly SignedOffArchive[]): ArchivedPart {
	return {
		upTo: archives.at(-1)?.last ?? 0,
		files: archives.map(({ first, last, file, sha256 }) => ({ first, last, file, sha256 })),
	};
}

/** A key that an archived entry has: the draft was recorded once, and is not recorded again. */
export class ArchivedKeyError extends Error {
	override readonly name = 'ArchivedKeyError';
	readonly sequence: number;

	constructor(sequence: number) {
		super(`entry ${sequence}, which is in an archive file, has this key: what was recorded then is not recorded again`);
		this.sequence = sequence;
	}
}

export type ArchiveProblem =
	/** No file with this SHA-256 was sealed in this log. */
	| 'archive-unknown'
	/** It does not begin where the archives end: an earlier one is to be signed off first, or a later one was. */
	| 'archive-out-of-order'
	/** The entries in the database are not those that were sealed. */
	| 'archive-differs';

export class ArchiveError extends Error {
	override readonly name = 'ArchiveError';
	readonly code: ArchiveProblem;

	constructor(code: ArchiveProblem, message: string) {
		super(message);
		this.code = code;
	}
}
