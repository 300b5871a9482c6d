import { stampEntries } from '@/lib/core/counters';
import type { GuardCheck } from '@/lib/core/guard';
import { guardsPass } from '@/lib/core/guards';
import type { OutcomeReason } from '@/lib/core/purge-plan';
import { type GuardQuestion, guardsNow } from './guards-now';
import { gatherEvidence } from './plan-purge';
import type { PurgeDeps } from './purge-options';
import { readCounters } from './read-counters';
import { readSettings } from './read-settings';
import type { RollEntry } from './roll';

/** How long a purge looks for a proof that is about to stand. */
export const PROOF_WAIT_MS = 2_500;

/** Counters and settings as the look of a purge has read them; null: they cannot be parsed, and nothing is let through. */
export function readGuarded(deps: PurgeDeps, look: { readonly counters: Buffer; readonly settings: Buffer }) {
	const document = readCounters(look.counters);
	return {
		counters: document ? stampEntries(deps.stamped(), document, deps.clock.nowMs()) : null,
		settings: readSettings(look.settings),
	};
}

/** Nothing speaks against it but a proof that has lapsed for want of a sweep, of a session that is gone: it may stand again. */
export function isLapsed(entry: RollEntry, guards: readonly GuardCheck[]): boolean {
	// A second person is asked for what stands: what is missing besides is no reason not to wait for it.
	const others = objecting(guards).filter((check) => !isAwaited(check));
	return (
		entry.state.session.state === 'gone' &&
		others.every((check) => check.guard === 'verdict' || check.guard === 'evidence-age') &&
		(others.length > 0 || objecting(guards).length === 0)
	);
}

/**
 * The guards, given a moment: a proof may have lapsed for want of one sweep (500 ms apart, at most) and stand again
 * when the session has settled anew. Whatever else fails fails at once.
 */
export async function guardsSoon(deps: PurgeDeps, entry: RollEntry, question: GuardQuestion): Promise<GuardCheck[]> {
	const deadlineMs = deps.clock.nowMs() + PROOF_WAIT_MS;
	for (;;) {
		const guards = guardsNow(deps, entry, question);
		if (guardsPass(guards) || !isLapsed(entry, guards) || deps.clock.nowMs() >= deadlineMs) {
			return guards;
		}
		await gatherEvidence(deps, [entry.registration.incarnation.path], question.override);
	}
}

/** Proven on evidence that is young enough, whatever the other guards say. */
export function standsAtHand(deps: PurgeDeps, entry: RollEntry, question: GuardQuestion): boolean {
	return guardsNow(deps, entry, question).every(
		({ guard, result }) => (guard !== 'verdict' && guard !== 'evidence-age') || result === 'pass',
	);
}

export function objecting(guards: readonly GuardCheck[]): GuardCheck[] {
	return guards.filter((check) => check.result === 'fail' || check.result === 'unknown');
}

export function failing(guards: readonly GuardCheck[]): string {
	return objecting(guards)
		.map((check) => `${check.guard}: ${check.code}`)
		.join('; ');
}

/** Evidence that is too old can be had anew; whatever else a guard says stands. */
export function refusalOf(guards: readonly GuardCheck[]) {
	const expired = guards.some((check) => check.guard === 'evidence-age' && check.result !== 'pass');
	return {
		kind: 'refuse',
		reason: expired ? 'evidence-expired' : refusalReason(guards),
		detail: failing(guards),
	} as const;
}

/** A second administrator's approval is all that is missing. */
function isAwaited({ guard, code }: GuardCheck): boolean {
	return guard === 'second-person' && code === 'second-person-needed';
}

/** Why these guards refuse: an override against which nothing else speaks waits for its second person. */
export function refusalReason(guards: readonly GuardCheck[]): Extract<OutcomeReason, 'guard' | 'second-person-needed'> {
	const against = objecting(guards);
	return against.length > 0 && against.every(isAwaited) ? 'second-person-needed' : 'guard';
}

export function isCurrent(deps: PurgeDeps, entry: RollEntry): boolean {
	return deps.membership.roll.entryOf(entry.registration.incarnation) === entry;
}

/** All that a purge removes is said to have been purged; what then stays is taken back with the answer. */
export function markGoing(deps: PurgeDeps, paths: readonly string[]): (kept: readonly string[]) => void {
	const { roll } = deps.membership;
	const marked = paths.flatMap((path) => roll.entries.get(path)?.registration.incarnation ?? []);
	for (const incarnation of marked) {
		roll.markPurged(incarnation);
	}
	return (kept) => {
		for (const incarnation of marked.filter((each) => kept.includes(each.path))) {
			roll.unmarkPurged(incarnation);
		}
	};
}
