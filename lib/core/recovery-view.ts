/** What the HTTP API and the console's pages exchange on automatic recovery (JSON; docs/api.md). Times `*AtMs`: ms since the epoch. */
import type { GuardCode, GuardName } from './guard';
import type { DrillSchedule, Maintenance, MaintenanceTarget, RuntimeKnob, SettingsChange } from './settings';

/** Name of the actor under which automatic recovery is recorded; the page filters by it. */
export const AUTOMATIC_RECOVERY = 'automatic-recovery';

/** Why automatic recovery leaves proven-dead members alone just now. */
export type HeldBackView = {
	guard: GuardName;
	code: GuardCode;
	facts: Record<string, string | number>;
	members: number;
};

export type KnobView = {
	name: RuntimeKnob;
	/** As it is now, as the config has it, and as Rollcall comes. */
	value: number;
	configured: number;
	standard: number;
	min: number;
	max: number;
	whole: boolean;
	unit: string;
};

/** One purge whose place was taken: from the purge's commit to the replacement's registration. */
export type FailoverView = {
	atMs: number;
	member: string;
	memberId: string | null;
	afterMs: number;
	/** What ZooKeeper alone would have waited at least, from the death on; null: not known. */
	sessionTimeoutMs: number | null;
};

/** GET …/recovery */
export type RecoveryView = {
	automaticRecovery: boolean;
	/** What the config says of it. */
	configured: boolean;
	/** False: the settings in ZooKeeper cannot be read, and nothing automatic happens. */
	settingsKnown: boolean;
	killSwitch: SettingsChange | null;
	/** Who carries purges out: this console, or another one (the name of its latch). */
	latch: { state: 'held' | 'waiting' | 'unknown'; holder: string | null };
	heldBack: HeldBackView[];
	registrations: { path: string; format: string; automaticRecovery: boolean; configured: boolean }[];
	knobs: KnobView[];
	maintenance: Maintenance[];
	/** Null: it cannot be counted just now. */
	blastRadius: { used: number; allowed: number; windowMs: number } | null;
	drills: DrillSchedule | null;
	/** Of the latest 1,000 purges and what came after them, by anybody, from the audit log. */
	outcomes: { purged: number; automatic: number; replaced: number; ghosts: number; failovers: FailoverView[] };
};

/** PUT …/recovery. Null puts back what the config says; what is not named stays. */
export type RecoveryChange = {
	enabled?: boolean | null;
	killSwitch?: boolean;
	/** By the registration's path as configured. */
	registrations?: Record<string, boolean | null>;
	policy?: Partial<Record<RuntimeKnob, number | null>>;
	drills?: { everyMs: number; group: string | null } | null;
	reason: string;
};

/** PUT …/maintenance: begin one, or end one before its time. */
export type MaintenanceChange =
	| { target: MaintenanceTarget; untilMs: number; reason: string }
	| { end: string; reason: string };
