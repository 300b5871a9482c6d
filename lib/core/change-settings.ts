import type { RegistrationConfig } from './config';
import type { Policy } from './policy';
import type { MaintenanceChange, RecoveryChange } from './recovery-view';
import {
	effectivePolicy,
	type Maintenance,
	NO_SETTINGS,
	type RuntimePolicy,
	SETTINGS_BOUNDS,
	type Settings,
	type SettingsChange,
	toSettingsText,
} from './settings';

/** A maintenance is for a day's work, not a way to switch recovery off for good. */
const MAINTENANCE_MS_MAX = 30 * 86_400_000;

export type SettingsResult =
	| { readonly kind: 'changed'; readonly settings: Settings }
	/** `field` names what was wrong; `problem` says what is allowed. */
	| { readonly kind: 'refused'; readonly field: string; readonly problem: string };

type Ground = {
	readonly configured: Policy;
	readonly registrations: readonly Pick<RegistrationConfig, 'path'>[];
	/** Who changes it and when. */
	readonly by: string;
	readonly wallMs: number;
};

/**
 * The settings after an administrator's change. Where those in ZooKeeper cannot be read, the change begins from none, with
 * the kill switch on unless it says otherwise: what it was is not known. Pure.
 */
export function changeRecovery(before: Settings | null, change: RecoveryChange, ground: Ground): SettingsResult {
	const stamp: SettingsChange = { by: ground.by, reason: change.reason, atMs: Math.round(ground.wallMs) };
	const base = before ?? { ...NO_SETTINGS, killSwitch: stamp };
	const unknown = Object.keys(change.registrations ?? {}).find(
		(path) => !ground.registrations.some((registration) => registration.path === path),
	);
	if (unknown !== undefined) {
		return refused('registrations', `${unknown.slice(0, 200)} is none of the configured registrations`);
	}
	const registrations = without({ ...base.registrations, ...toSwitches(change.registrations) });
	const policy: Partial<RuntimePolicy> = without({ ...base.policy, ...change.policy });
	const settings: Settings = {
		automaticRecovery: change.enabled === undefined ? base.automaticRecovery : change.enabled,
		killSwitch: change.killSwitch === undefined ? base.killSwitch : change.killSwitch ? stamp : null,
		registrations,
		policy,
		maintenance: unexpired(base.maintenance, ground.wallMs),
		drills: change.drills === undefined ? base.drills : change.drills && { ...stamp, ...change.drills },
	};
	const { observersMin, observerDomainsMin } = effectivePolicy(ground.configured, settings);
	if (observerDomainsMin > observersMin) {
		return refused(
			'policy.observerDomainsMin',
			`at most observersMin (${observersMin}): an observer is in one failure domain`,
		);
	}
	return bounded(settings);
}

/** The settings after a maintenance was begun (or begun anew for the same target) or ended. Pure. */
export function changeMaintenance(
	before: Settings | null,
	change: MaintenanceChange,
	ground: Ground & { readonly id: string },
): SettingsResult {
	if (before === null) {
		return refused('settings', 'those in ZooKeeper cannot be read: an administrator writes them anew on Recovery');
	}
	const present = unexpired(before.maintenance, ground.wallMs);
	if ('end' in change) {
		return present.some(({ id }) => id === change.end)
			? { kind: 'changed', settings: { ...before, maintenance: present.filter(({ id }) => id !== change.end) } }
			: refused('end', 'no such maintenance: it ended, or was ended by somebody else');
	}
	if (!(change.untilMs > ground.wallMs) || change.untilMs > ground.wallMs + MAINTENANCE_MS_MAX) {
		return refused('until', 'a time within the next 30 days');
	}
	const { target, untilMs, reason } = change;
	const begun: Maintenance = {
		id: ground.id,
		target,
		untilMs: Math.round(untilMs),
		by: ground.by,
		reason,
		atMs: Math.round(ground.wallMs),
	};
	const others = present.filter((each) => JSON.stringify(each.target) !== JSON.stringify(target));
	if (others.length >= SETTINGS_BOUNDS.maintenanceMax) {
		return refused('target', `at most ${SETTINGS_BOUNDS.maintenanceMax} at a time: take a group, or the cluster`);
	}
	return bounded({ ...before, maintenance: [...others, begun] });
}

function refused(field: string, problem: string): SettingsResult {
	return { kind: 'refused', field, problem };
}

function bounded(settings: Settings): SettingsResult {
	return new TextEncoder().encode(toSettingsText(settings)).length > SETTINGS_BOUNDS.bytesMax
		? refused('settings', 'they have grown too large: end some maintenance')
		: { kind: 'changed', settings };
}

function unexpired(all: readonly Maintenance[], wallMs: number): readonly Maintenance[] {
	return all.filter(({ untilMs }) => untilMs > wallMs);
}

function toSwitches(given: RecoveryChange['registrations']): Record<string, { automaticRecovery: boolean } | null> {
	return Object.fromEntries(
		Object.entries(given ?? {}).map(([path, on]) => [path, on === null ? null : { automaticRecovery: on }]),
	);
}

/** What was put back to the config's own is not kept. */
function without<T>(record: Readonly<Record<string, T | null | undefined>>): Record<string, T> {
	const kept: Record<string, T> = {};
	for (const [name, value] of Object.entries(record)) {
		if (value !== null && value !== undefined) {
			kept[name] = value;
		}
	}
	return kept;
}

/** Whether the change does nothing but stop what is automatic, which whoever may purge may do at once. */
export function isStopOnly(change: RecoveryChange): boolean {
	const { killSwitch, reason: _, ...rest } = change;
	return killSwitch === true && Object.values(rest).every((value) => value === undefined);
}
