import type { ReasonCode, Verdict } from '@/lib/core/reason';
import type { Trial } from './draw-trials';
import type { DisturbanceName } from './faults';

/**
 * The ground truth and what was claimed, as plain data. All `*AtMs` are CLOCK_MONOTONIC (monotonic.ts).
 *
 * A life is one incarnation as its own process reported it. It ends when its process was sent SIGKILL (the time is taken
 * before the call), when it acknowledged that it is about to exit, or when the kernel reported its end, whichever comes
 * first: whoever is in the middle of dying does not count as alive.
 */
export type Life = {
	/** 0x-hex, unique in the ensemble: the key of everything below. */
	readonly czxid: string;
	readonly path: string;
	/** 0x-hex. */
	readonly owner: string;
	readonly pid: number;
	readonly registeredAtMs: number;
	diedAtMs: number | null;
	/** Closes its only listener and all accepted connections while it has no ZooKeeper connection: the known residue. */
	readonly closesAllOnLoss: boolean;
};

/** A time during which a process had no ZooKeeper connection, by its own account; `toMs` null: still. */
export type Outage = { readonly pid: number; readonly fromMs: number; toMs: number | null };

/** ZooKeeper told a process that its session had expired, by the process's own account. */
export type Expiry = { readonly pid: number; readonly atMs: number };

/** A change of what the console says of an incarnation. */
export type Claim = {
	readonly czxid: string;
	readonly path: string;
	readonly atMs: number;
	readonly verdict: Verdict;
	readonly reasons: readonly ReasonCode[];
	/** All that the console decided on, as it records it; null when it is not a condemnation. */
	readonly input: unknown;
};

export type PurgeRecord = {
	readonly czxid: string;
	readonly path: string;
	readonly askedAtMs: number;
	readonly answeredAtMs: number;
	/** As in verdicts.md, or 'error'. */
	readonly outcome: string;
	readonly detail: string;
	/** It was answered `purged`, and the incarnation was there all the same. */
	readonly stillThere: boolean;
};

/** A process that lives saw its own registration vanish without having done so. */
export type LostRegistration = { readonly czxid: string; readonly path: string; readonly atMs: number };

export const NAIVE_DETECTORS = ['refused-once', 'not-listed-once', 'timed-out-once'] as const;
export type NaiveDetector = (typeof NAIVE_DETECTORS)[number];
/** The first time that a naive detector would have condemned an incarnation. */
export type NaiveClaim = { readonly detector: NaiveDetector; readonly czxid: string; readonly atMs: number };

export type TrialRecord = {
	readonly trial: Trial;
	readonly disturbance: DisturbanceName;
	readonly startedAtMs: number;
	readonly endedAtMs: number;
	/** Incarnations whose fate is what the trial is about. */
	readonly subjects: readonly string[];
	/** Incarnations of all who take part: subjects, companions, successors. */
	readonly involved: readonly string[];
	/** What kept the trial from being run as drawn; null when nothing did. */
	readonly failure: string | null;
};

/** A time in which the harness itself did not run: what was measured then cannot be trusted. */
export type Pause = { readonly fromMs: number; readonly toMs: number };

export type Observations = {
	readonly lives: readonly Life[];
	readonly outages: readonly Outage[];
	readonly claims: readonly Claim[];
	/** What a proof still lacked when an incarnation was last spoken of. */
	readonly missing: Readonly<Record<string, readonly ReasonCode[]>>;
	/** When its registration was seen to be gone. */
	readonly leftAtMs: Readonly<Record<string, number>>;
	readonly purges: readonly PurgeRecord[];
	readonly lost: readonly LostRegistration[];
	readonly expiries: readonly Expiry[];
	readonly naive: readonly NaiveClaim[];
	readonly trials: readonly TrialRecord[];
	readonly pauses: readonly Pause[];
	/** Settling time of the policy under test, ms. */
	readonly settleMs: number;
};
