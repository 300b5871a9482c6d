import { countingEntries, type RegisteredMember, type StampedEntry } from './counters';
import type { Requester } from './guard';
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

/**
 * What those guards compare with the policy, as counted and read at one instant: few enough numbers to stand in the record
 * of each purge, and all that it takes to judge it again. null: it could not be counted or read, or binds nobody here.
 */
export type RecoveryMeasure = {
	/** Each group that something goes from, with those purged a moment ago and not replaced. */
	readonly groups: readonly { readonly group: string; readonly members: number; readonly notAlive: number }[] | null;
	/** Tokens that the purge needs, and those in the bucket; negative while in debt. */
	readonly rate: { readonly needed: number; readonly tokens: number } | null;
	/** Recent purges of the one of them that was purged most; `path` null: of none. */
	readonly flapping: { readonly path: string | null; readonly purges: number } | null;
	/** What of the settings bears on them. */
	readonly settings: {
		readonly killSwitch: { readonly by: string; readonly reason: string } | null;
		readonly maintenance: {
			readonly path: string;
			readonly by: string;
			readonly reason: string;
			readonly untilMs: number;
		} | null;
		readonly switchedOn: boolean;
	} | null;
};

/** Nothing is measured that binds nobody: a human's purge costs no counting. */
export function measureRecovery(input: RecoveryInput): RecoveryMeasure | null {
	switch (input.requester) {
		case 'human':
			return null;
		case 'takeover':
			return { groups: null, rate: null, flapping: null, settings: measureSettings(input) };
		case 'automatic':
			return {
				groups: measureGroups(input),
				rate: measureRate(input),
				flapping: measureFlapping(input),
				settings: measureSettings(input),
			};
	}
}

/** Those purged a moment ago and not replaced count as not alive, or purging would lift its own brake. */
function measureGroups(input: RecoveryInput): RecoveryMeasure['groups'] {
	const { policy, going, groups, entries, registered, nowMs } = input;
	if (groups === null || entries === null || registered === null) {
		return null;
	}
	const purged = countingEntries(entries, registered, policy.blastRadiusWindowMs, nowMs);
	return [...new Set(going.map((each) => each.group))].map((group) => {
		const standing = groups.get(group) ?? { members: 0, notAlive: 0 };
		const gone = purged.filter((entry) => entry.group === group).length;
		return { group, members: standing.members + gone, notAlive: standing.notAlive + gone };
	});
}

/** A token bucket over the automatic purges of every console, by when this one first saw each. */
function measureRate({ policy, going, planned, entries, nowMs }: RecoveryInput): RecoveryMeasure['rate'] {
	if (entries === null) {
		return null;
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
	return { needed: planned <= going.length ? Math.min(planned, policy.rateBurst) : planned, tokens };
}

/**
 * Purges of the same path or address within the window. A human's purge of it is the acknowledgement: only what came after
 * that counts. Of several members the first that reaches the limit is told, else the one that was purged most.
 */
function measureFlapping({ policy, going, planned, entries, nowMs }: RecoveryInput): RecoveryMeasure['flapping'] {
	if (entries === null) {
		return null;
	}
	let most: { path: string | null; purges: number } = { path: null, purges: 0 };
	if (planned === 0) {
		return most;
	}
	const recent = entries.filter((entry) => nowMs - entry.firstSeenAtMs < policy.flappingWindowMs);
	for (const member of going) {
		const same = recent.filter(
			(entry) => entry.path === member.path || entry.addresses.some((address) => member.addresses.includes(address)),
		);
		// In the document's order, which is that of the commits.
		const acknowledged = same.findLastIndex((entry) => entry.by === 'human');
		const purges = new Set(same.slice(acknowledged + 1).map((entry) => entry.attempt)).size;
		if (most.purges < policy.flappingPurgesMax && purges > most.purges) {
			most = { path: member.path, purges };
		}
	}
	return most;
}

function measureSettings({
	settings,
	going,
	wallMs,
	registrationSwitchedOn,
}: RecoveryInput): RecoveryMeasure['settings'] {
	if (settings === null) {
		return null;
	}
	const { killSwitch } = settings;
	return {
		killSwitch: killSwitch && { by: killSwitch.by, reason: killSwitch.reason },
		maintenance: measureMaintenance(settings, going, wallMs),
		switchedOn: registrationSwitchedOn,
	};
}

function measureMaintenance(settings: Settings, going: RecoveryInput['going'], wallMs: number) {
	for (const member of going) {
		const found = maintenanceOf(settings, member, wallMs);
		if (found) {
			return { path: member.path, by: found.by, reason: found.reason, untilMs: found.untilMs };
		}
	}
	return null;
}
