/**
 * Reason codes: one closed union, spelled alike in code, API, log, audit and docs.
 * The console shows a sentence for each (components/messages).
 */
export const REASON_CODES = [
	// signs of life
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
	'address-not-provable',
	// proofs
	'refused-by-quorum',
	'superseded-same-id',
	'superseded-same-address',
	// what is missing for a proof
	'not-ephemeral',
	'never-answered',
	'too-young',
	'veto-tripwire-open',
	'veto-session-connected',
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
