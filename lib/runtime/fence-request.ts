import type { FenceStrength } from '../core/fence';
import type { Incarnation } from '../core/member';
import type { Clock, LatchPort, ZooKeeperPort } from '../core/ports';
import type { OutcomeReason, OwnedZnode } from '../core/purge-plan';
import type { FencePaths } from './fence-look';
import type { FindAttempts } from './resolve-attempt';

export type FencedDeleteDeps = {
	readonly zk: ZooKeeperPort;
	readonly latch: LatchPort;
	readonly clock: Clock;
	readonly paths: FencePaths;
	/** 16 fresh hex digits at each call. */
	readonly randomHex16: () => string;
	readonly findAttempts: FindAttempts;
};

/** What the caller is told in the turn in which the multi is sent, to decide on. */
export type DecisionTurn = {
	/** Key of the record that this multi writes. */
	readonly attemptId: string;
	/** From 1. */
	readonly attempt: number;
	/** Leader round trip just measured; below RULES.leaderRoundTripMsMax. */
	readonly roundTripMs: number;
	readonly strength: FenceStrength;
	/** Ancestors of the registration without a guard. */
	readonly unguarded: readonly string[];
	/** `rest`: what the registration's own multi had no room for. */
	readonly part: 'registration' | 'rest';
	readonly removes: readonly string[];
	/** The settings and counters whose versions the multi checks. */
	readonly settings: Buffer;
	readonly counters: Buffer;
};

export type Decision =
	| {
			readonly kind: 'write';
			/** The audit record; its key is the turn's attemptId. */
			readonly outbox: Uint8Array;
			/** New counters; null leaves them as they are (for `rest`, whose registrations are counted already). */
			readonly counters: Uint8Array | null;
	  }
	| { readonly kind: 'refuse'; readonly reason: OutcomeReason; readonly detail: string };

export type Verification =
	| { readonly kind: 'verified' }
	| { readonly kind: 'refuse'; readonly reason: OutcomeReason; readonly detail: string };

export type FencedDeleteRequest = {
	/** What the evidence is about. */
	readonly incarnation: Incarnation;
	/** Data version as the evidence saw it: whoever has written since may be alive. */
	readonly dataVersion: number;
	/** The session's other ephemerals, as the client sees their paths; each is looked at again. At most 10,000. */
	readonly owned: readonly OwnedZnode[];
	readonly attemptId: string;
	/** Evaluates guards and evidence age; synchronous, because nothing may come between it and the write. */
	decideNow(turn: DecisionTurn): Decision;
	/** Verifies everything again (a fresh round and sweep) before another attempt. */
	verifyAgain(attempt: number): Promise<Verification>;
};

export type LeftZnode = { readonly path: string; readonly reason: OutcomeReason };

export type FencedDeleteResult =
	| {
			readonly kind: 'committed';
			/** zxid of the transaction that removed the registration. */
			readonly zxid: bigint | null;
			/** null when its record had reached the database already. */
			readonly outboxPath: string | null;
			readonly removed: readonly string[];
			/** Ephemerals of the session that were left behind; not empty: the outcome is `partial`. */
			readonly left: readonly LeftZnode[];
			readonly strength: FenceStrength;
			readonly attempts: number;
			/** Monotonic: the turn of the decision, and when the commit was known. */
			readonly decidedAtMs: number;
			readonly committedAtMs: number;
	  }
	| { readonly kind: 'stale'; readonly reason: 'incarnation-changed' | 'data-changed'; readonly detail: string }
	| {
			readonly kind: 'contended';
			readonly reason: 'parent-busy' | 'counters-busy';
			readonly path: string;
			readonly attempts: number;
	  }
	| {
			readonly kind: 'refused';
			readonly reason: OutcomeReason;
			readonly path: string | null;
			readonly detail: string;
	  }
	/** Nothing is known to have been removed; `unresolved`: it may have been, and the record will tell. */
	| {
			readonly kind: 'failed';
			readonly reason: 'connection' | 'internal';
			readonly detail: string;
			readonly unresolved: boolean;
	  };
