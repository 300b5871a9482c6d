export const GUARDS = [
	'verdict',
	'second-person',
	'evidence-age',
	'session-registrations',
	'blast-radius',
	'latch',
	'fence',
	'mass-failure',
	'rate',
	'flapping',
	'maintenance',
	'kill-switch',
	'recovery-enabled',
] as const;
export type GuardName = (typeof GUARDS)[number];

/**
 * Who wants a purge: an operator; automatic recovery; a member that starts again in its predecessor's place. Which guards
 * bind depends on it (recovery-guards.ts), and so does which of them count it.
 */
export const REQUESTERS = ['human', 'automatic', 'takeover'] as const;
export type Requester = (typeof REQUESTERS)[number];

/** Only `pass` lets a purge through; `inactive` guards are named but do not bind whoever asks. */
export type GuardResult = 'pass' | 'fail' | 'unknown' | 'inactive';

export type GuardCode =
	| 'proven'
	| 'proven-by-override'
	| 'proven-by-takeover'
	| 'takeover-not-proven'
	| 'proof-lapsed'
	| 'not-proven'
	| 'override-not-allowed'
	| 'override-veto'
	| 'override-session-not-gone'
	/** Asked for by one administrator: it waits for another one. */
	| 'second-person-needed'
	| 'second-person-same'
	| 'second-person-no-token'
	| 'second-person-no-admin'
	| 'approval-of-another'
	| 'second-person-approved'
	| 'fresh'
	| 'stale-evidence'
	| 'no-evidence'
	| 'only-registration'
	| 'all-registrations-proven'
	| 'other-registration-lives'
	| 'other-registration-unprovable'
	| 'owned-znodes-unknown'
	| 'within-radius'
	| 'radius-exceeded'
	| 'radius-approved'
	| 'counters-unknown'
	| 'latch-held'
	/** Another console holds it, and carries out what is asked for here. */
	| 'latch-elsewhere'
	| 'latch-not-held'
	| 'latch-unknown'
	| 'fence-full'
	| 'fence-weak'
	| 'fence-unavailable'
	/** Binds automatic recovery (and some of them takeovers), not this requester. */
	| 'automatic-only'
	| 'group-stands'
	| 'mass-failure'
	| 'within-rate'
	| 'rate-exceeded'
	| 'not-flapping'
	| 'flapping'
	| 'no-maintenance'
	| 'maintenance'
	| 'kill-switch-off'
	| 'kill-switch-on'
	| 'recovery-on'
	| 'recovery-off'
	| 'settings-unknown';

export type GuardCheck = {
	readonly guard: GuardName;
	readonly result: GuardResult;
	/** Closed union; the console and the API's `detail` render a sentence from it and `facts`. */
	readonly code: GuardCode;
	/** Numbers and names for the sentence, e.g. {used: 1, allowed: 3}. */
	readonly facts: Readonly<Record<string, string | number>>;
};
