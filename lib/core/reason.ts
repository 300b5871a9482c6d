/**
 * Reason codes: one closed union, spelled alike in code, API, log, audit and docs.
 * The console shows a sentence for each (components/messages).
 */
export const REASON_CODES = [
	// signs of life
	'health-answered',
	'session-progress',
	'session-connected',
	'probe-accepted',
	'tripwire-open',
	// suspicion
	'tripwire-closed',
	'probe-refused',
	'probe-timed-out',
	'probe-failed',
	'session-gone',
	'no-session-progress',
	'all-probes-timed-out',
	'address-answered-by-unknown',
	'address-answered-by-other',
	'address-not-provable',
	'health-failed',
	'phi-exceeded',
	'peers-disagree',
	// proofs
	'refused-by-quorum',
	'superseded-same-id',
	'session-orphaned',
	'exit-reported',
	'superseded-same-address',
	'superseded-by-identity',
	'taken-over',
	// what is missing for a proof
	'not-ephemeral',
	'never-answered',
	'addresses-unwatched',
	'too-young',
	'veto-tripwire-open',
	'veto-session-connected',
	'veto-health-answers',
	'address-answers',
	'address-shared',
	'rounds-missing',
	'tripwire-not-held',
	'sweep-missing',
	'sweep-incomplete',
	'session-settling',
	'session-touched',
	'ensemble-unsettled',
	'self-impaired',
	'observers-too-few',
	'failure-domains-too-few',
	'orphan-unconfirmed',
	'address-not-held',
	'requester-elsewhere',
	// nothing to go by
	'no-address',
	'registration-unreadable',
	'nothing-observed',
	// how it left
	'left-by-itself',
	'left-expired',
	'left-purged',
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

export const VERDICTS = [
	'dead',
	'superseded',
	'unreachable',
	'suspect',
	'unresponsive',
	'unknown',
	'alive',
	'left',
] as const;
export type Verdict = (typeof VERDICTS)[number];
