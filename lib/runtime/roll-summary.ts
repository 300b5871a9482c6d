import { isProven } from '@/lib/core/detector';
import type { Clock } from '@/lib/core/ports';
import { VERDICTS } from '@/lib/core/reason';
import { isProvableNow } from '@/lib/core/verdict';
import type { VerdictCounts } from '@/lib/core/view';
import type { Roll } from './roll';

/** Readiness of 10,000 members is looked at once a second, of a dozen each time it is asked for. */
const READY_AGE_MS_PER_MEMBER = 0.1;

export type RollSummary = {
	/** Registered members by verdict, and those that left lately. */
	readonly counts: VerdictCounts;
	/** There are members that can be proven dead, and of each that lives a death could be proven now. */
	readonly provable: boolean;
	/** How many observers of how many failure domains watch the member that fewest watch; null while the policy wants one. */
	readonly fewestObservers: { readonly observers: number; readonly domains: number } | null;
};

/** What the cluster's view tells of all members, without making a row of each: it is asked for ten times a second. */
export function summariseRoll(roll: Roll, clock: Clock): () => RollSummary {
	let provable = false;
	let fewestObservers: RollSummary['fewestObservers'] = null;
	let lookedAtMs = Number.NEGATIVE_INFINITY;

	return () => {
		const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as VerdictCounts;
		for (const { state } of roll.entries.values()) {
			counts[state.verdict] += 1;
		}
		counts.left = roll.left().length;
		const nowMs = clock.nowMs();
		if (nowMs - lookedAtMs >= roll.entries.size * READY_AGE_MS_PER_MEMBER) {
			provable = isProvable(roll, nowMs);
			fewestObservers = findFewestObservers(roll);
			lookedAtMs = nowMs;
		}
		return { counts, provable, fewestObservers };
	};
}

function isProvable(roll: Roll, nowMs: number): boolean {
	let subjects = 0;
	for (const entry of roll.entries.values()) {
		const { registration, state } = entry;
		const subject = registration.incarnation.ephemeralOwner !== 0n && registration.addresses.length > 0;
		// Those that are proven dead already need not be provable.
		if (subject && !isProven(state.verdict)) {
			subjects += 1;
			if (!isProvableNow(state, { ...roll.surroundingsOf(entry), policy: roll.policyOf(entry), rivals: [] }, nowMs)) {
				return false;
			}
		}
	}
	return subjects > 0;
}

function findFewestObservers(roll: Roll): RollSummary['fewestObservers'] {
	const fewest = { observers: Number.POSITIVE_INFINITY, domains: Number.POSITIVE_INFINITY };
	for (const entry of roll.entries.values()) {
		const { observersMin, observerDomainsMin } = roll.policyOf(entry);
		if (observersMin <= 1 && observerDomainsMin <= 1) {
			return null;
		}
		const { observers: others, failureDomain } = roll.surroundingsOf(entry);
		const domains = new Set([failureDomain, ...others.map((other) => other.failureDomain)]);
		fewest.observers = Math.min(fewest.observers, 1 + others.length);
		fewest.domains = Math.min(fewest.domains, domains.size);
	}
	return Number.isFinite(fewest.observers) ? fewest : null;
}
