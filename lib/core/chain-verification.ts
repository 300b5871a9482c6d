import type { ArchivedPart } from './audit-archive';

/** What a walk along the chain in the database found. */
export type ChainVerification = {
	readonly ok: boolean;
	/** Intact entries from the first on, those in archive files counted. */
	readonly entries: number;
	/** Hash of the last of them; null when there is none. */
	readonly head: string | null;
	/** Sequence of the first entry that is changed, missing or out of place. */
	readonly firstBroken: number | null;
	/** What is not in the database any more, but in these files, oldest first. */
	readonly archived: ArchivedPart;
};
