import type { ClusterConfig } from '@/lib/core/config';
import { countingEntries, type RegisteredMember, type StampedEntry } from '@/lib/core/counters';
import { DEFAULT_POLICY, type Policy } from '@/lib/core/policy';
import type { Clock, LatchState } from '@/lib/core/ports';
import type { HeldBackView, RecoveryView } from '@/lib/core/recovery-view';
import { KNOB_BOUNDS, RUNTIME_KNOBS, type Settings } from '@/lib/core/settings';

export type RecoveryViewDeps = {
	readonly config: ClusterConfig;
	readonly clock: Clock;
	/** recovery-outcomes.ts */
	readonly outcomes: () => Promise<RecoveryView['outcomes']>;
	/** The cluster's as it is now. */
	readonly policy: () => Policy;
	readonly settings: () => Settings | null;
	readonly latch: () => LatchState;
	readonly counters: () => readonly StampedEntry[] | null;
	/** Null: not known. */
	readonly registered: () => readonly RegisteredMember[] | null;
	readonly heldBack: () => HeldBackView[];
};

/** What GET …/recovery tells. Rejects when the audit log cannot be read. */
export async function toRecoveryView(deps: RecoveryViewDeps): Promise<RecoveryView> {
	const { config } = deps;
	const settings = deps.settings();
	const policy = deps.policy();
	const latch = deps.latch();
	return {
		automaticRecovery: policy.automaticRecovery,
		configured: config.policy.automaticRecovery,
		settingsKnown: settings !== null,
		killSwitch: settings?.killSwitch ?? null,
		latch: { state: latch.kind, holder: latch.kind === 'waiting' ? latch.holder : null },
		heldBack: deps.heldBack(),
		registrations: config.registrations.map(({ path, format, automaticRecovery }) => ({
			path,
			format,
			automaticRecovery: settings?.registrations[path]?.automaticRecovery ?? automaticRecovery,
			configured: automaticRecovery,
		})),
		knobs: RUNTIME_KNOBS.map((name) => ({
			name,
			value: policy[name],
			configured: config.policy[name],
			standard: DEFAULT_POLICY[name],
			...KNOB_BOUNDS[name],
		})),
		maintenance: (settings?.maintenance ?? []).filter(({ untilMs }) => untilMs > deps.clock.wallMs()),
		blastRadius: toRadius(deps, policy),
		drills: settings?.drills ?? null,
		outcomes: await deps.outcomes(),
	};
}

function toRadius({ counters, registered, clock }: RecoveryViewDeps, policy: Policy): RecoveryView['blastRadius'] {
	const entries = counters();
	const members = registered();
	if (entries === null || members === null) {
		return null;
	}
	return {
		used: countingEntries(entries, members, policy.blastRadiusWindowMs, clock.nowMs()).length,
		allowed: Math.max(policy.blastRadiusMin, Math.floor(policy.blastRadiusShare * members.length)),
		windowMs: policy.blastRadiusWindowMs,
	};
}
