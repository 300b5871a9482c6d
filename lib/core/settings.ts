import type { Policy } from './policy';

/**
 * What operators change at run time, for every console and agent at once: the znode settings/<cluster>. Every purge checks
 * its version in its own transaction, so that nobody acts on settings that have changed meanwhile.
 */
export type Settings = {
	/** Null: as the config says (`policy.automaticRecovery`). */
	readonly automaticRecovery: boolean | null;
	/** On: automatic recovery and takeovers stop at once. Null is off. */
	readonly killSwitch: SettingsChange | null;
	/** By the registration's path as configured; those not named are as the config says. */
	readonly registrations: Readonly<Record<string, { readonly automaticRecovery: boolean }>>;
	/** Knobs that differ from the config. */
	readonly policy: Partial<RuntimePolicy>;
	readonly maintenance: readonly Maintenance[];
	readonly drills: DrillSchedule | null;
};

/** Knobs that may be changed at run time; the others belong to a registration or to the machine. */
export const RUNTIME_KNOBS = [
	'observersMin',
	'observerDomainsMin',
	'settleMs',
	'evidenceAgeMsMax',
	'blastRadiusMin',
	'blastRadiusShare',
	'blastRadiusWindowMs',
	'massFailureMin',
	'massFailureShare',
	'rateBurst',
	'ratePerS',
	'flappingPurgesMax',
	'flappingWindowMs',
] as const satisfies readonly (keyof Policy)[];
export type RuntimeKnob = (typeof RUNTIME_KNOBS)[number];
export type RuntimePolicy = Pick<Policy, RuntimeKnob>;

/** Bounds of each knob, in the config as at run time (docs/policy.md). `whole`: no fractions. */
export const KNOB_BOUNDS: Readonly<Record<RuntimeKnob, { min: number; max: number; whole: boolean; unit: string }>> = {
	observersMin: { min: 1, max: 16, whole: true, unit: 'observers' },
	observerDomainsMin: { min: 1, max: 16, whole: true, unit: 'failure domains' },
	settleMs: { min: 150, max: 60_000, whole: true, unit: 'ms' },
	evidenceAgeMsMax: { min: 500, max: 2_000, whole: true, unit: 'ms' },
	blastRadiusMin: { min: 0, max: 10_000, whole: true, unit: 'members' },
	blastRadiusShare: { min: 0, max: 1, whole: false, unit: '' },
	blastRadiusWindowMs: { min: 1_000, max: 3_600_000, whole: true, unit: 'ms' },
	massFailureMin: { min: 0, max: 10_000, whole: true, unit: 'members' },
	massFailureShare: { min: 0.01, max: 1, whole: false, unit: '' },
	rateBurst: { min: 1, max: 1_000, whole: true, unit: 'purges' },
	ratePerS: { min: 0.01, max: 1_000, whole: false, unit: 'purges a second' },
	flappingPurgesMax: { min: 1, max: 1_000, whole: true, unit: 'purges' },
	flappingWindowMs: { min: 1_000, max: 86_400_000, whole: true, unit: 'ms' },
};

export type SettingsChange = {
	/** Who changed it, as the audit log names them. */
	readonly by: string;
	readonly reason: string;
	/** ms since the epoch, for display. */
	readonly atMs: number;
};

export type MaintenanceTarget =
	| { readonly kind: 'member'; readonly path: string }
	| { readonly kind: 'group'; readonly group: string }
	| { readonly kind: 'cluster' };

/** A member, group or cluster that automatic recovery and takeovers leave alone, until `untilMs` by the reader's wall clock. */
export type Maintenance = SettingsChange & {
	readonly id: string;
	readonly target: MaintenanceTarget;
	readonly untilMs: number;
};

/** A drill at regular times: one of those that opted in, drawn by the console that holds the latch. */
export type DrillSchedule = SettingsChange & {
	readonly everyMs: number;
	/** Null: of any group. */
	readonly group: string | null;
};

export const NO_SETTINGS: Settings = {
	automaticRecovery: null,
	killSwitch: null,
	registrations: {},
	policy: {},
	maintenance: [],
	drills: null,
};

export const SETTINGS_BOUNDS = {
	bytesMax: 128 * 1024,
	maintenanceMax: 200,
	registrationsMax: 64,
	textMax: 1_024,
	pathMax: 4_096,
} as const;

export const SETTINGS_LOST = 'the settings znode was deleted: what it said is unknown';

/**
 * The settings as they are made again after somebody deleted them: nothing automatic happens until a person has looked.
 * What was known of them is kept; it may be older than what was deleted.
 */
export function lostSettings(known: Settings | null, wallMs: number): Settings {
	const killSwitch = { by: 'rollcall', reason: SETTINGS_LOST, atMs: Math.round(wallMs) };
	return { ...(known ?? NO_SETTINGS), killSwitch };
}

/** The cluster's policy as it is now: the config, with what was changed at run time. */
export function effectivePolicy(configured: Policy, settings: Settings | null): Policy {
	const automaticRecovery = settings?.automaticRecovery ?? configured.automaticRecovery;
	return { ...configured, ...settings?.policy, automaticRecovery };
}

/** The first maintenance under which the member is now; null when none. */
export function maintenanceOf(
	settings: Settings,
	member: { readonly path: string; readonly group: string },
	wallMs: number,
): Maintenance | null {
	return settings.maintenance.find(({ target, untilMs }) => untilMs > wallMs && isTarget(target, member)) ?? null;
}

function isTarget(target: MaintenanceTarget, member: { readonly path: string; readonly group: string }): boolean {
	switch (target.kind) {
		case 'cluster':
			return true;
		case 'group':
			return target.group === member.group;
		case 'member':
			return target.path === member.path;
	}
}

/** The znode's text. lib/runtime/read-settings.ts is its reader. */
export function toSettingsText(settings: Settings): string {
	return JSON.stringify(settings);
}
