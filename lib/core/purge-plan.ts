export const PURGE_OUTCOMES = ['purged', 'refused', 'stale', 'contended', 'partial', 'failed'] as const;
export type PurgeOutcomeKind = (typeof PURGE_OUTCOMES)[number];

/** An ephemeral znode of the dead session, as absolute path. */
export type OwnedZnode = {
	readonly path: string;
	/** `registration`: a member of the configured parents; `sequence`: name ends in ZooKeeper's 10 digits (lock, latch). */
	readonly kind: 'registration' | 'sequence' | 'other' | 'out-of-reach';
};

/** Why an outcome is what it is. */
export type OutcomeReason =
	| 'committed'
	| 'guard'
	/** An override that waits for a second administrator: nothing else speaks against it. */
	| 'second-person-needed'
	/** As many overrides wait already as may. */
	| 'overrides-full'
	| 'confirm-mismatch'
	| 'reason-missing'
	| 'incarnation-changed'
	| 'data-changed'
	| 'member-unknown'
	| 'parent-busy'
	| 'counters-busy'
	| 'latch-lost'
	| 'settings-changed'
	| 'quota'
	| 'no-permission'
	| 'out-of-reach'
	| 'connection'
	| 'leader-slow'
	| 'evidence-expired'
	| 'audit-unavailable'
	/** Waited too long for the console that holds the latch. */
	| 'request-expired'
	/** More than can be handed to the console that holds the latch. */
	| 'request-too-large'
	| 'internal';
