import type { FenceStrength } from '../core/fence';
import type { Incarnation } from '../core/member';
import type { OutcomeReason, OwnedZnode } from '../core/purge-plan';
import type { FencedDeleteResult } from './fence-request';

/** One registration of a batch, of a session that owns no other registration and few other ephemerals. */
export type BatchMember = {
	/** What the evidence is about. */
	readonly incarnation: Incarnation;
	/** Data version as the evidence saw it. */
	readonly dataVersion: number;
	/** The session's other ephemerals; none of them a registration, none out of reach. */
	readonly owned: readonly OwnedZnode[];
	readonly attemptId: string;
};

/** What the look has read that concerns all of them. */
export type BatchGround = {
	/** Leader round trip just measured; below RULES.leaderRoundTripMsMax. */
	readonly roundTripMs: number;
	/** The settings and counters whose versions the multi checks. */
	readonly settings: Buffer;
	readonly counters: Buffer;
};

export type BatchCandidate = {
	/** From 1. */
	readonly attempt: number;
	readonly strength: FenceStrength;
	/** Ancestors of the registration without a guard. */
	readonly unguarded: readonly string[];
	readonly removes: readonly string[];
};

export type BatchDecision =
	| {
			readonly kind: 'write';
			/** The audit record; its key is the member's attemptId. */
			readonly record: Uint8Array;
			/** What the counters grow by, bytes. */
			readonly counterBytes: number;
			/** Told when there is room for it: it goes, unless the multi fails. */
			take(): void;
	  }
	| { readonly kind: 'refuse'; readonly reason: OutcomeReason; readonly detail: string }
	/** A proof that lapsed and is about to stand again: looked at anew, and no attempt is counted. */
	| { readonly kind: 'wait' };

/** The one synchronous turn in which every member of a batch is decided on, one after the other, and the multi is sent. */
export type BatchTurn = {
	/** Size of the counters before anybody of this batch is counted. */
	readonly countersBytes: number;
	decide(member: BatchMember, candidate: BatchCandidate): BatchDecision;
	/** The counters with everybody taken; null when they would leave their bounds. */
	counters(): Uint8Array | null;
};

export type BatchRequest = {
	readonly members: readonly BatchMember[];
	/** Of these, those worth a look now: a proof that has lapsed is waited for first. Decides nothing. */
	standing(members: readonly BatchMember[]): readonly BatchMember[];
	openTurn(ground: BatchGround): BatchTurn;
	/** Gathers fresh evidence of these, before they are looked at again. */
	verifyAgain(members: readonly BatchMember[]): Promise<void>;
	/** Called once a member, as soon as it is known. */
	onDone(member: BatchMember, result: BatchResult): void;
};

export type BatchResult =
	| FencedDeleteResult
	/** Nothing was done: what else its session owns needs transactions of its own (fencedDelete). */
	| { readonly kind: 'apart' };
