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
	/** How many they are, which costs nothing. */
	readonly registeredCount: () => number | null;
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

function toRadius(deps: RecoveryViewDeps, policy: Policy): RecoveryView['blastRadius'] {
	const entries = deps.counters();
	const count = deps.registeredCount();
	// Asked for every two seconds by each page: thousands are listed only where somebody was purged lately.
	const members = entries?.length === 0 ? [] : deps.registered();
	if (entries === null || count === null || members === null) {
		return null;
	}
	return {
		used: countingEntries(entries, members, policy.blastRadiusWindowMs, deps.clock.nowMs()).length,
		allowed: Math.max(policy.blastRadiusMin, Math.floor(policy.blastRadiusShare * count)),
		windowMs: policy.blastRadiusWindowMs,
	};
}
