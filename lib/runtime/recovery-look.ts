import { isProven } from '@/lib/core/detector';
import type { GuardCheck } from '@/lib/core/guard';
import { incarnationKey } from '@/lib/core/member';
import type { RecoveryCandidate } from '@/lib/core/recovery-plan';
import { toFenceCheck } from './gather-purge';
import { type Crowd, crowdNow, guardsNow } from './guards-now';
import type { PurgeDeps } from './purge-member';
import { RECOVERER } from './recovery-record';
import type { RollEntry } from './roll';

/** What one turn looks at: all members counted once, and the registrations of each session in question. */
export type RecoveryLook = {
	readonly candidates: readonly RecoveryCandidate[];
	/** Every guard's answer for one candidate, its fence left for the purge itself. */
	judge(candidate: RecoveryCandidate, planned: number): readonly GuardCheck[];
};

/** `entries`: those to be considered, proven. */
export function lookForRecovery(purge: PurgeDeps, entries: readonly RollEntry[]): RecoveryLook {
	if (entries.length === 0) {
		return { candidates: [], judge: () => [] };
	}
	const ofSession = bySession(purge, entries);
	const crowd = crowdNow(purge.membership);
	const byKey = new Map(entries.map((entry) => [incarnationKey(entry.registration.incarnation), entry]));
	const registrationsOf = (entry: RollEntry) => ofSession.get(entry.state.incarnation.ephemeralOwner) ?? [entry];
	return {
		candidates: [...byKey].map(([key, entry]) => toCandidate(key, entry, registrationsOf(entry))),
		judge({ key }, planned) {
			const entry = byKey.get(key);
			return entry ? judge(purge, entry, registrationsOf(entry), { planned, crowd }) : [];
		},
	};
}

/** In one pass over the roll, however many are proven. */
function bySession(purge: PurgeDeps, entries: readonly RollEntry[]): Map<bigint, RollEntry[]> {
	const found = new Map<bigint, RollEntry[]>(
		entries.map(({ state }) => [state.incarnation.ephemeralOwner, [] as RollEntry[]]),
	);
	for (const entry of purge.membership.roll.entries.values()) {
		found.get(entry.state.incarnation.ephemeralOwner)?.push(entry);
	}
	return found;
}

function toCandidate(key: string, { registration, state }: RollEntry, all: readonly RollEntry[]): RecoveryCandidate {
	return {
		key,
		group: registration.group,
		session: state.incarnation.ephemeralOwner,
		going: Math.max(1, all.length),
		provenSinceMs: state.sinceMs,
		sessionProven: all.every((each) => isProven(each.state.verdict)),
	};
}

function judge(
	purge: PurgeDeps,
	entry: RollEntry,
	all: readonly RollEntry[],
	{ planned, crowd }: { readonly planned: number; readonly crowd: Crowd },
): readonly GuardCheck[] {
	const siblings = all
		.filter((each) => each !== entry)
		.map((each) => ({ path: each.state.incarnation.path, standing: 'proven' as const }));
	return guardsNow(purge, entry, {
		gathered: { owned: null, siblings },
		fence: toFenceCheck('full', 0),
		planned,
		override: false,
		role: RECOVERER.role,
		approval: null,
		requester: 'automatic',
		crowd,
	});
}
