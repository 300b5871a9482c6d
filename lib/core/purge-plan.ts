import type { GuardCheck } from './guard';
import type { Incarnation } from './member';
import type { ReasonCode, Verdict } from './reason';

export const PURGE_OUTCOMES = ['purged', 'refused', 'stale', 'contended', 'partial', 'failed'] as const;
export type PurgeOutcomeKind = (typeof PURGE_OUTCOMES)[number];

/** An ephemeral znode of the dead session, as absolute path. */
export type OwnedZnode = {
	readonly path: string;
	/** `registration`: a member of the configured parents; `sequence`: name ends in ZooKeeper's 10 digits (lock, latch). */
	readonly kind: 'registration' | 'sequence' | 'other' | 'out-of-reach';
};

export type PlannedMember = {
	readonly incarnation: Incarnation;
	readonly id: string;
	readonly verdict: Verdict;
	readonly reasons: readonly ReasonCode[];
	readonly owned: readonly OwnedZnode[];
	/** Milliseconds until ZooKeeper would remove it by itself; null when unknown. */
	readonly expiresInMs: number | null;
	readonly guards: readonly GuardCheck[];
};

export type PurgePlan = { readonly members: readonly PlannedMember[] };

/** Why an outcome is what it is. */
export type OutcomeReason =
	| 'committed'
	| 'guard'
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
	| 'internal';

export type PurgeOutcome = {
	readonly incarnation: Incarnation;
	readonly kind: PurgeOutcomeKind;
	readonly reason: OutcomeReason;
	/** For people; bounded. */
	readonly detail: string;
	readonly guards: readonly GuardCheck[];
	/** zxid of the transaction that removed the registration. */
	readonly zxid: bigint | null;
	/** Audit entry, when it is already in the database. */
	readonly auditId: string | null;
	/** Ephemerals of the session that were left behind. */
	readonly left: readonly string[];
};
