import type { Actor } from './audit-entry';
import type { Role } from './ports';
import type { TakeoverClaim } from './prove-takeover';
import type { OutcomesView } from './purge-view';
import type { CarriedRequest } from './second-person';

/**
 * A purge asked of a console or an agent that does not hold the latch, handed to the one that does: a znode
 * requests/<cluster>/r-<uuid>. Whoever asked creates it and watches it; the holder carries it out under all guards, on
 * evidence of its own, and writes what came of it in its place.
 */
export type RelayedRequest = {
	readonly state: 'asked';
	readonly kind: 'purge' | 'takeover';
	/** The console or agent that hands it on. */
	readonly askedBy: string;
	readonly identity: { readonly actor: Actor; readonly role: Role };
	readonly request: CarriedRequest;
	/** What a starting member shows for each registration in its place, by path; empty for anything but a takeover. */
	readonly claims: Readonly<Record<string, TakeoverClaim>>;
};

export type RelayedAnswer = {
	readonly state: 'answered';
	readonly answeredBy: string;
	readonly outcomes: OutcomesView['outcomes'];
};

export const RELAY_BOUNDS = {
	/** Of the znode's data, request or answer; a server drops a connection that sends about 1 MB. */
	bytesMax: 512 * 1024,
	membersMax: 1_000,
	/** Requests that are looked at; those beyond wait until there are fewer. */
	waitingMax: 1_000,
	/** Carried out at the same time. */
	atOnce: 16,
	/** By the holder's own clock since it first saw it: older ones are refused, for nobody waits for them. */
	ageMsMax: 60_000,
	/** Answers that nobody fetches are removed after this. */
	answerKeptMs: 60_000,
	textMax: 2_000,
	pathMax: 4_096,
	heldMax: 64,
} as const;

export type RelayStep = 'carry-out' | 'refuse' | 'remove' | 'wait';

/** What the holder of the latch does about a request that it has read. Times are its own, monotonic ms. */
export function decideRelayStep(
	request: {
		readonly state: RelayedRequest['state'] | RelayedAnswer['state'];
		readonly firstSeenAtMs: number;
		/** When its answer was first seen. */
		readonly answeredAtMs: number | null;
		readonly underWay: boolean;
	},
	nowMs: number,
): RelayStep {
	if (request.underWay) {
		return 'wait';
	}
	if (request.state === 'answered') {
		return nowMs - (request.answeredAtMs ?? nowMs) >= RELAY_BOUNDS.answerKeptMs ? 'remove' : 'wait';
	}
	return nowMs - request.firstSeenAtMs > RELAY_BOUNDS.ageMsMax ? 'refuse' : 'carry-out';
}

/** The latch was lost on the way, or the connection with it: whoever holds it next does the rest and gives the answer. */
export function isLeftToNextHolder(outcomes: OutcomesView['outcomes']): boolean {
	return outcomes.some(
		({ outcome, reason, guards }) =>
			reason === 'latch-lost' ||
			(outcome === 'failed' && reason === 'connection') ||
			(outcome === 'refused' && guards.some(({ guard, result }) => guard === 'latch' && result !== 'pass')),
	);
}

/** As much of the outcomes as the znode may hold: what passed is left out first, then every guard. */
export function fitAnswer(
	answeredBy: string,
	outcomes: OutcomesView['outcomes'],
	bytesOf: (answer: RelayedAnswer) => number,
): RelayedAnswer {
	const whole: RelayedAnswer = { state: 'answered', answeredBy, outcomes };
	if (bytesOf(whole) <= RELAY_BOUNDS.bytesMax) {
		return whole;
	}
	const objecting = outcomes.map((outcome) => ({
		...outcome,
		guards: outcome.guards.filter(({ result }) => result === 'fail' || result === 'unknown'),
	}));
	const shorter: RelayedAnswer = { ...whole, outcomes: objecting };
	return bytesOf(shorter) <= RELAY_BOUNDS.bytesMax
		? shorter
		: { ...whole, outcomes: outcomes.map((outcome) => ({ ...outcome, guards: [], left: [], detail: '' })) };
}
