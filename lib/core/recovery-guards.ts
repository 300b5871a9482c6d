import { countingEntries, type RegisteredMember, type StampedEntry } from './counters';
import type { GuardCheck, GuardCode, GuardName, Requester } from './guard';
import type { Policy } from './policy';
import { maintenanceOf, type Settings } from './settings';

/** How many members a group has, and how many of them are not alive; those that cannot be observed are in neither. */
export type GroupStanding = { readonly members: number; readonly notAlive: number };

/** What the guards of automatic recovery and of takeovers decide on (verdicts.md, table of guards). */
export type RecoveryInput = {
	readonly requester: Requester;
	/** Null: they could not be read or parsed. */
	readonly settings: Settings | null;
	/** As it is now for this registration (settings.ts, effectivePolicy). */
	readonly policy: Policy;
	/** The registration's own switch. */
	readonly registrationSwitchedOn: boolean;
	/** All that would go: the member first, then what else its session registered. */
	readonly going: readonly Pick<RegisteredMember, 'path' | 'group' | 'addresses'>[];
	/** Registrations that the whole request removes from here on; 0: what is left of one that has been counted already. */
	readonly planned: number;
	/** Null: the counters could not be read or parsed. */
	readonly entries: readonly StampedEntry[] | null;
	/** Null: not known. */
	readonly registered: readonly RegisteredMember[] | null;
	/** Of each group as it is now; null: not known. */
	readonly groups: ReadonlyMap<string, GroupStanding> | null;
	readonly nowMs: number;
	/** For the end of a maintenance, which a person set by the clock on the wall. */
	readonly wallMs: number;
};

type Check = (input: RecoveryInput) => Omit<GuardCheck, 'guard'>;

/** Which of them bind whom: a whole cluster that restarts is when a takeover is needed most. */
const CHECKS: readonly { readonly guard: GuardName; readonly binds: readonly Requester[]; readonly check: Check }[] = [
	{ guard: 'mass-failure', binds: ['automatic'], check: decideMassFailure },
	{ guard: 'rate', binds: ['automatic'], check: decideRate },
	{ guard: 'flapping', binds: ['automatic'], check: decideFlapping },
	{ guard: 'maintenance', binds: ['automatic', 'takeover'], check: decideMaintenance },
	{ guard: 'kill-switch', binds: ['automatic', 'takeover'], check: decideKillSwitch },
	{ guard: 'recovery-enabled', binds: ['automatic'], check: decideEnabled },
];

/** The guards beyond those that bind everybody, in the order in which the console shows them. Pure; unknown is never a pass. */
export function decideRecoveryGuards(input: RecoveryInput): GuardCheck[] {
	return CHECKS.map(({ guard, binds, check }) =>
		binds.includes(input.requester)
			? { guard, ...check(input) }
			: { guard, result: 'inactive', code: 'automatic-only', facts: {} },
	);
}

function pass(code: GuardCode, facts: GuardCheck['facts'] = {}) {
	return { result: 'pass', code, facts } as const;
}

function fail(code: GuardCode, facts: GuardCheck['facts'] = {}) {
	return { result: 'fail', code, facts } as const;
}

function unknown(code: GuardCode) {
	return { result: 'unknown', code, facts: {} } as const;
}

/**
 * More than `massFailureMin` and at least `massFailureShare` of a group are not alive: then it is hardly the members that
 * failed. Those purged a moment ago and not replaced count as not alive, or purging would lift its own brake.
 */
function decideMassFailure(input: RecoveryInput): Omit<GuardCheck, 'guard'> {
	const { policy, going, groups, entries, registered, nowMs } = input;
	if (groups === null || entries === null || registered === null) {
		return unknown('counters-unknown');
	}
	const purged = countingEntries(entries, registered, policy.blastRadiusWindowMs, nowMs);
	let worst: { group: string; members: number; notAlive: number } | null = null;
	for (const group of new Set(going.map((each) => each.group))) {
		const standing = groups.get(group) ?? { members: 0, notAlive: 0 };
		const gone = purged.filter((entry) => entry.group === group).length;
		const members = standing.members + gone;
		const notAlive = standing.notAlive + gone;
		if (worst === null || notAlive * worst.members > worst.notAlive * members) {
			worst = { group, members, notAlive };
		}
		if (notAlive > policy.massFailureMin && notAlive >= policy.massFailureShare * members) {
			return fail('mass-failure', { group, members, notAlive, share: policy.massFailureShare });
		}
	}
	return pass('group-stands', { ...worst });
}

/** A token bucket over the automatic purges of every console, by when this one first saw each. */
function decideRate({ policy, going, planned, entries, nowMs }: RecoveryInput): Omit<GuardCheck, 'guard'> {
	if (entries === null) {
		return unknown('counters-unknown');
	}
	const seenAtMs = entries
		.filter((entry) => entry.by === 'automatic')
		.map((entry) => entry.firstSeenAtMs)
		.sort((a, b) => a - b);
	let tokens = policy.rateBurst;
	let lastMs = seenAtMs[0] ?? nowMs;
	const refill = (atMs: number) => {
		tokens = Math.min(policy.rateBurst, tokens + ((atMs - lastMs) / 1_000) * policy.ratePerS);
		lastMs = atMs;
	};
	for (const atMs of seenAtMs) {
		refill(atMs);
		tokens -= 1;
	}
	refill(nowMs);
	// One session with more registrations than the burst goes when the bucket is full, and leaves it in debt.
	const needed = planned <= going.length ? Math.min(planned, policy.rateBurst) : planned;
	const facts = { needed, available: Math.max(0, Math.floor(tokens)), burst: policy.rateBurst, perS: policy.ratePerS };
	return tokens >= needed ? pass('within-rate', facts) : fail('rate-exceeded', facts);
}

/**
 * The next purge of the same path or address after `flappingPurgesMax` within the window needs a human. A human's purge of
 * it is the acknowledgement: only what came after that counts.
 */
function decideFlapping({ policy, going, planned, entries, nowMs }: RecoveryInput): Omit<GuardCheck, 'guard'> {
	if (entries === null) {
		return unknown('counters-unknown');
	}
	if (planned === 0) {
		return pass('not-flapping');
	}
	const recent = entries.filter((entry) => nowMs - entry.firstSeenAtMs < policy.flappingWindowMs);
	for (const member of going) {
		const same = recent.filter(
			(entry) => entry.path === member.path || entry.addresses.some((address) => member.addresses.includes(address)),
		);
		// In the document's order, which is that of the commits.
		const acknowledged = same.findLastIndex((entry) => entry.by === 'human');
		const purges = new Set(same.slice(acknowledged + 1).map((entry) => entry.attempt)).size;
		if (purges >= policy.flappingPurgesMax) {
			return fail('flapping', { path: member.path, purges, allowed: policy.flappingPurgesMax });
		}
	}
	return pass('not-flapping');
}

function decideMaintenance({ settings, going, wallMs }: RecoveryInput): Omit<GuardCheck, 'guard'> {
	if (settings === null) {
		return unknown('settings-unknown');
	}
	for (const member of going) {
		const found = maintenanceOf(settings, member, wallMs);
		if (found) {
			return fail('maintenance', { path: member.path, by: found.by, reason: found.reason, untilMs: found.untilMs });
		}
	}
	return pass('no-maintenance');
}

function decideKillSwitch({ settings }: RecoveryInput): Omit<GuardCheck, 'guard'> {
	if (settings === null) {
		return unknown('settings-unknown');
	}
	const { killSwitch } = settings;
	return killSwitch === null
		? pass('kill-switch-off')
		: fail('kill-switch-on', { by: killSwitch.by, reason: killSwitch.reason });
}

function decideEnabled({ settings, policy, registrationSwitchedOn }: RecoveryInput): Omit<GuardCheck, 'guard'> {
	if (settings === null) {
		return unknown('settings-unknown');
	}
	if (!policy.automaticRecovery) {
		return fail('recovery-off', { where: 'cluster' });
	}
	return registrationSwitchedOn ? pass('recovery-on') : fail('recovery-off', { where: 'registration' });
}
