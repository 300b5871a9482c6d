import type { GuardCheck } from './guard';

/**
 * What automatic recovery does next, of those that are proven: what its guards hold back, which of the others is tried
 * now, and when is looked again. Pure; the guards themselves are asked once more in the turn of each purge's own write.
 */

/** A member that is proven dead or superseded and still registered. */
export type RecoveryCandidate = {
	/** incarnationKey */
	readonly key: string;
	readonly group: string;
	/** ephemeralOwner: what one session owns goes together, once. */
	readonly session: bigint;
	/** Registrations that would go with it, its own included. */
	readonly going: number;
	/** Monotonic. */
	readonly provenSinceMs: number;
	/** Every other registration of its session that is known here is proven too. */
	readonly sessionProven: boolean;
};

/** Earlier attempts at one incarnation. */
export type RecoveryTried = {
	readonly running: boolean;
	/** In a row. */
	readonly failures: number;
	/** Monotonic; not before. */
	readonly retryAtMs: number;
};

/** What one guard holds back. */
export type HeldBack = Pick<GuardCheck, 'guard' | 'code' | 'facts'> & { readonly members: number };

/** First pause after an attempt that did not purge, and the longest. */
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 15_000;
/** How long is waited for the proofs of the session's other registrations before its purge is tried, and refused, without. */
const SESSION_PROOF_MS = 3_000;
/** Asking the guards counts all members: no more candidates than this in one turn of the event loop. */
const JUDGED_MAX = 16;

/** Guards that say the same of everybody, and those that say it of a whole group: asked once a turn. */
const OF_ALL: ReadonlySet<GuardCheck['guard']> = new Set(['blast-radius', 'rate', 'kill-switch']);
const OF_GROUP: ReadonlySet<GuardCheck['guard']> = new Set(['mass-failure']);

/** Guards that do not rest on the evidence of one member: what they object to holds recovery back. */
export const HOLDING_GUARDS: ReadonlySet<GuardCheck['guard']> = new Set([
	...OF_ALL,
	...OF_GROUP,
	'flapping',
	'maintenance',
]);

/** After the n-th failure in a row, ms: 1 s doubling to 15 s. */
export function retryPauseMs(failures: number): number {
	return Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** Math.max(0, failures - 1));
}

export type Judged = {
	/** Nothing holds them back; oldest proof first. */
	readonly free: readonly RecoveryCandidate[];
	/** What holds a candidate back, by its key; never empty. */
	readonly held: ReadonlyMap<string, readonly GuardCheck[]>;
	/** Keys of those whose guards were asked, and of those whose turn has not come yet. */
	readonly asked: readonly string[];
	readonly unasked: readonly string[];
};

/**
 * Asks the guards of each candidate, as if all those let through before it went with it. `judge` gives every guard's
 * answer for this one and `planned` registrations in all; `underWay`: registrations that attempts under way remove.
 * `askedAtMs` tells when each was asked about last: whoever was longest ago comes first, so that nobody starves.
 */
export function judgeCandidates(
	candidates: readonly RecoveryCandidate[],
	underWay: number,
	askedAtMs: ReadonlyMap<string, number>,
	judge: (candidate: RecoveryCandidate, planned: number) => readonly GuardCheck[],
): Judged {
	const free: RecoveryCandidate[] = [];
	const held = new Map<string, readonly GuardCheck[]>();
	let ofAll: readonly GuardCheck[] | null = null;
	const ofGroup = new Map<string, readonly GuardCheck[]>();
	const sessions = new Set<bigint>();
	let planned = underWay;
	const asked: string[] = [];
	const unasked: string[] = [];
	const lastMs = ({ key }: RecoveryCandidate) => askedAtMs.get(key) ?? 0;
	for (const candidate of candidates.toSorted((a, b) => lastMs(a) - lastMs(b) || a.provenSinceMs - b.provenSinceMs)) {
		const known = ofAll ?? ofGroup.get(candidate.group);
		if (known) {
			held.set(candidate.key, known);
			continue;
		}
		if (sessions.has(candidate.session)) {
			// It goes with the one before it.
			free.push(candidate);
			continue;
		}
		if (asked.length >= JUDGED_MAX) {
			unasked.push(candidate.key);
			continue;
		}
		asked.push(candidate.key);
		const objections = holding(judge(candidate, planned + candidate.going));
		if (objections.length === 0) {
			free.push(candidate);
			sessions.add(candidate.session);
			planned += candidate.going;
			continue;
		}
		held.set(candidate.key, objections);
		// A session with many registrations may be too much where one with a single one is not.
		const alone = candidate.going === 1;
		const wide = objections.filter(({ guard, code }) => (OF_ALL.has(guard) && alone) || code === 'settings-unknown');
		ofAll = wide.length > 0 ? wide : ofAll;
		const grouped = objections.filter(({ guard }) => OF_GROUP.has(guard));
		if (grouped.length > 0) {
			ofGroup.set(candidate.group, grouped);
		}
	}
	return { free, held, asked, unasked };
}

/** What is said against it by guards that hold back. */
function holding(guards: readonly GuardCheck[]): GuardCheck[] {
	return guards.filter(({ guard, result }) => HOLDING_GUARDS.has(guard) && (result === 'fail' || result === 'unknown'));
}

/** Those to try now, one a session, and when to look again at the latest (monotonic; null: at the next change). */
export function planAttempts(
	free: readonly RecoveryCandidate[],
	tried: ReadonlyMap<string, RecoveryTried>,
	nowMs: number,
): { readonly attempt: readonly RecoveryCandidate[]; readonly nextAtMs: number | null } {
	const busy = new Set(free.filter(({ key }) => tried.get(key)?.running).map(({ session }) => session));
	const attempt: RecoveryCandidate[] = [];
	let nextAtMs: number | null = null;
	for (const candidate of free) {
		if (busy.has(candidate.session)) {
			continue;
		}
		const patientUntilMs = candidate.sessionProven ? 0 : candidate.provenSinceMs + SESSION_PROOF_MS;
		const atMs = Math.max(patientUntilMs, tried.get(candidate.key)?.retryAtMs ?? 0);
		if (atMs <= nowMs) {
			attempt.push(candidate);
			busy.add(candidate.session);
		} else {
			nextAtMs = Math.min(nextAtMs ?? atMs, atMs);
		}
	}
	return { attempt, nextAtMs };
}

/** What is held back, by guard and code, for people: the guards in the order in which they were met. */
export function summariseHeld(held: ReadonlyMap<string, readonly GuardCheck[]>): HeldBack[] {
	const found = new Map<string, HeldBack>();
	for (const checks of held.values()) {
		for (const { guard, code, facts } of checks) {
			const group = typeof facts.group === 'string' ? facts.group : '';
			const key = `${guard} ${code} ${group}`;
			const known = found.get(key);
			found.set(key, { guard, code, facts: known?.facts ?? facts, members: (known?.members ?? 0) + 1 });
		}
	}
	return [...found.values()];
}
