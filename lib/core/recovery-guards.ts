import type { GuardCheck, GuardCode, GuardName, Requester } from './guard';
import type { Policy } from './policy';
import { measureRecovery, type RecoveryInput, type RecoveryMeasure } from './recovery-measure';

export type { GroupStanding, RecoveryInput } from './recovery-measure';

type Check = (measured: RecoveryMeasure, policy: Policy) => Omit<GuardCheck, 'guard'>;

/** Which of them bind whom: a whole cluster that restarts is when a takeover is needed most. */
const CHECKS: readonly { readonly guard: GuardName; readonly binds: readonly Requester[]; readonly check: Check }[] = [
	{ guard: 'mass-failure', binds: ['automatic'], check: judgeMassFailure },
	{ guard: 'rate', binds: ['automatic'], check: judgeRate },
	{ guard: 'flapping', binds: ['automatic'], check: judgeFlapping },
	{ guard: 'maintenance', binds: ['automatic', 'takeover'], check: judgeMaintenance },
	{ guard: 'kill-switch', binds: ['automatic', 'takeover'], check: judgeKillSwitch },
	{ guard: 'recovery-enabled', binds: ['automatic'], check: judgeEnabled },
];

/** The guards beyond those that bind everybody, in the order in which the console shows them. Pure; unknown is never a pass. */
export function decideRecoveryGuards(input: RecoveryInput): GuardCheck[] {
	return judgeRecovery(input.requester, input.policy, measureRecovery(input));
}

/** The same on what was measured (recovery-measure.ts), then or now. What was not measured is unknown. */
export function judgeRecovery(requester: Requester, policy: Policy, measured: RecoveryMeasure | null): GuardCheck[] {
	return CHECKS.map(({ guard, binds, check }) =>
		binds.includes(requester)
			? { guard, ...check(measured ?? NOTHING_MEASURED, policy) }
			: { guard, result: 'inactive', code: 'automatic-only', facts: {} },
	);
}

const NOTHING_MEASURED: RecoveryMeasure = { groups: null, rate: null, flapping: null, settings: null };

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
 * failed.
 */
function judgeMassFailure({ groups }: RecoveryMeasure, policy: Policy): Omit<GuardCheck, 'guard'> {
	if (groups === null) {
		return unknown('counters-unknown');
	}
	let worst: (typeof groups)[number] | null = null;
	for (const standing of groups) {
		const { group, members, notAlive } = standing;
		if (worst === null || notAlive * worst.members > worst.notAlive * members) {
			worst = standing;
		}
		if (notAlive > policy.massFailureMin && notAlive >= policy.massFailureShare * members) {
			return fail('mass-failure', { group, members, notAlive, share: policy.massFailureShare });
		}
	}
	return pass('group-stands', { ...worst });
}

function judgeRate({ rate }: RecoveryMeasure, policy: Policy): Omit<GuardCheck, 'guard'> {
	if (rate === null) {
		return unknown('counters-unknown');
	}
	const { needed, tokens } = rate;
	const facts = { needed, available: Math.max(0, Math.floor(tokens)), burst: policy.rateBurst, perS: policy.ratePerS };
	return tokens >= needed ? pass('within-rate', facts) : fail('rate-exceeded', facts);
}

/** The next purge of the same path or address after `flappingPurgesMax` within the window needs a human. */
function judgeFlapping({ flapping }: RecoveryMeasure, policy: Policy): Omit<GuardCheck, 'guard'> {
	if (flapping === null) {
		return unknown('counters-unknown');
	}
	const { path, purges } = flapping;
	return path !== null && purges >= policy.flappingPurgesMax
		? fail('flapping', { path, purges, allowed: policy.flappingPurgesMax })
		: pass('not-flapping');
}

function judgeMaintenance({ settings }: RecoveryMeasure): Omit<GuardCheck, 'guard'> {
	if (settings === null) {
		return unknown('settings-unknown');
	}
	return settings.maintenance === null ? pass('no-maintenance') : fail('maintenance', { ...settings.maintenance });
}

function judgeKillSwitch({ settings }: RecoveryMeasure): Omit<GuardCheck, 'guard'> {
	if (settings === null) {
		return unknown('settings-unknown');
	}
	return settings.killSwitch === null ? pass('kill-switch-off') : fail('kill-switch-on', { ...settings.killSwitch });
}

function judgeEnabled({ settings }: RecoveryMeasure, policy: Policy): Omit<GuardCheck, 'guard'> {
	if (settings === null) {
		return unknown('settings-unknown');
	}
	if (!policy.automaticRecovery) {
		return fail('recovery-off', { where: 'cluster' });
	}
	return settings.switchedOn ? pass('recovery-on') : fail('recovery-off', { where: 'registration' });
}
