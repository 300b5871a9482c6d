/** Entries 1 to `upTo` are in these files, oldest first, and no more in the database; 0: none. */
export type ArchivedView = { upTo: number; files: { first: number; last: number; file: string; sha256: string }[] };

type ArchiveRangeView = {
	first: number;
	last: number;
	sha256: string;
	/** The file's name when it was written. */
	file: string;
	/** Id of its entry `audit.archive`. */
	sealed: number;
	sealedBy: string;
	sealedAtMs: number;
};

export type SignedOffArchiveView = ArchiveRangeView & {
	/** Id of its entry `audit.sign-off`. */
	signedOff: number;
	signedOffBy: string;
	signedOffAtMs: number;
};

/** GET /api/audit/archives */
export type ArchivesView = {
	/** Entries up to here are in files and not in the database; 0: none. */
	upTo: number;
	/** Oldest first. */
	signedOff: SignedOffArchiveView[];
	/** Files that wait to be signed off; their entries are all in the database. */
	sealed: (ArchiveRangeView & { bytes: number; olderThan: string; reason: string | null })[];
	/** From the config; null: no age was set. */
	retentionDays: number | null;
	/** Entries that are older than that and in no signed-off file; null: none. */
	waiting: { first: number; last: number } | null;
};
