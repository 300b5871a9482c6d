/** What the HTTP API and the console's pages exchange on pending overrides (JSON; docs/api.md). Times `*AtMs`: ms since the epoch. */

export type PendingOverrideView = {
	id: string;
	path: string;
	czxid: string;
	memberId: string;
	requester: string;
	reason: string;
	requestedAtMs: number;
	/** After which nobody can approve it any more, by ZooKeeper's clock. */
	expiresAtMs: number;
	/** Whoever asks has requested it, and so cannot approve it. */
	mine: boolean;
};

/** GET …/overrides */
export type OverridesView = {
	/** The policy demands a second person (`overrideSecondPerson`). */
	secondPerson: boolean;
	/** False: they cannot be read from ZooKeeper just now. */
	known: boolean;
	/** Oldest first. */
	overrides: PendingOverrideView[];
};

/** POST …/overrides/{id}: the second person's word. The answer is that of a purge. */
export type OverrideApproval = {
	/** The member's id, typed out. */
	confirm: string;
	reason: string;
	/** As of a purge: how many members may exceed the blast radius. */
	approval?: { members: number };
};

/** DELETE …/overrides/{id} */
export type OverrideWithdrawnView = { withdrawn: string };
