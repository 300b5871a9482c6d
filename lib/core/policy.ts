/**
 * Every knob of detection and purge. Each is validated in lib/adapters/config and explained in docs/policy.md.
 */
export type Policy = {
	/** Observers whose rounds must all refuse before a proof by refusal. */
	readonly observersMin: number;
	/** Failure domains that those observers must be in, at least; at most observersMin. */
	readonly observerDomainsMin: number;
	/** phi from which on a silent member is suspect: its registration's threshold, filled in per registration. */
	readonly phiThreshold: number;
	/** How long the session must have been gone, in complete sweeps, before a proof; >= 150. Source: verdicts.md, 1,200 measured. */
	readonly settleMs: number;
	/** The registered address is the members' own although their sessions come from another IP. */
	readonly addressIsOwn: boolean;
	/** Evidence older than this refuses a purge, ms. */
	readonly evidenceAgeMsMax: number;
	readonly blastRadiusMin: number;
	/** Share of registered members, 0..1. */
	readonly blastRadiusShare: number;
	readonly blastRadiusWindowMs: number;
	/** Proven-dead members are purged without being asked (the registration and the settings agreeing). */
	readonly automaticRecovery: boolean;
	/** A mass failure is more than this many members of a group not alive, and `massFailureShare` of it. Source: Kubernetes. */
	readonly massFailureMin: number;
	/** Share of a group's members, 0..1. */
	readonly massFailureShare: number;
	/** Automatic purges at once, before `ratePerS` binds. */
	readonly rateBurst: number;
	/** Automatic purges a second, lastingly. Source: Kubernetes' eviction rate. */
	readonly ratePerS: number;
	/** Purges of one path or address within the window after which only a human purges it. Source: Orchestrator. */
	readonly flappingPurgesMax: number;
	readonly flappingWindowMs: number;
	/** An administrator's override is carried out only when a second administrator approves it. */
	readonly overrideSecondPerson: boolean;
};

export const DEFAULT_POLICY: Policy = {
	observersMin: 1,
	observerDomainsMin: 1,
	phiThreshold: 8,
	settleMs: 1_200,
	addressIsOwn: false,
	evidenceAgeMsMax: 2_000,
	blastRadiusMin: 3,
	blastRadiusShare: 0.15,
	blastRadiusWindowMs: 60_000,
	automaticRecovery: false,
	massFailureMin: 2,
	massFailureShare: 0.55,
	rateBurst: 10,
	ratePerS: 1,
	flappingPurgesMax: 2,
	flappingWindowMs: 3_600_000,
	overrideSecondPerson: false,
};

/** Fixed by verdicts.md; weakened by no setting. */
export const RULES = {
	/** Two rounds of a proof are at least this far apart. */
	roundGapMsMin: 150,
	/** A tripwire counts when it was held this long before the peer closed it. */
	tripwireHeldMsMin: 5_000,
	/** Without such a tripwire the session must have been gone this long. */
	goneWithoutTripwireMsMin: 12_000,
	/** Consecutive complete sweeps of a 'gone for' are at most this far apart, start to start. */
	sweepGapMsMax: 500,
	/** A complete proof holds over a gap between complete sweeps of at most this; a longer one begins anew. */
	holdGapMsMax: 2_000,
	/** Every server's uptime must exceed this. */
	uptimeMsMin: 12_000,
	incarnationAgeMsMin: 10_000,
	loopPauseMsMax: 250,
	/** A leader round trip slower than this stops a purge. */
	leaderRoundTripMsMax: 250,
	/** A commit later than this after its evidence raises the late-purge alarm. */
	latePurgeMs: 2_000,
	/** A silent server counts as not serving only after its ports refused this long. */
	serverRefusedMsMin: 3_000,
	/** A client pings every timeout/3, at most this. */
	pingIntervalMsMax: 10_000,
	/** Another observer's accusation counts when its znode was read again within this. */
	suspicionAgeMsMax: 2_000,
	purgeAttemptsMax: 5,
} as const;
