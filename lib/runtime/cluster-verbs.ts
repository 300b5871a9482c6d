import type { ClusterConfig } from '@/lib/core/config';
import type { Policy } from '@/lib/core/policy';
import type { AuditPort, Clock, ZooKeeperPort } from '@/lib/core/ports';
import type { RecoveryView } from '@/lib/core/recovery-view';
import { changeSettings } from './change-settings';
import type { ClusterPurges } from './cluster-purges';
import { registeredMembers } from './guards-now';
import type { Membership } from './membership';
import type { OwnZnodes } from './own-znodes';
import { planPurge } from './plan-purge';
import type { RootPaths } from './prepare-root';
import { toRecoveryView } from './recovery-view';
import { reportExit } from './report-exit';
import type { ClusterHandle } from './rollcall';
import { takeOver } from './take-over';
import { toClaimOf } from './takeover-claim';

/** A starting member's request is answered within 3 s, the way to it and back included. */
const TAKEOVER_MS = { lookMs: 2_000, withinMs: 2_800 };

export type ClusterVerbsDeps = {
	readonly config: ClusterConfig;
	readonly observer: string;
	readonly clock: Clock;
	readonly zk: ZooKeeperPort;
	readonly audit: AuditPort;
	readonly paths: RootPaths;
	readonly membership: Membership;
	readonly own: OwnZnodes;
	readonly purges: ClusterPurges;
	readonly outcomes: () => Promise<RecoveryView['outcomes']>;
	/** The cluster's as it is now. */
	readonly policy: () => Policy;
};

/** What people and machines ask one cluster to do, each verb with what it needs. */
export function verbsOf(
	deps: ClusterVerbsDeps,
): Pick<ClusterHandle, 'plan' | 'purge' | 'recovery' | 'changeSettings' | 'reportExit' | 'takeOver'> {
	const { config, clock, membership, own, purges } = deps;
	return {
		plan: (request, identity) => planPurge(purges.purgeDeps(), request, identity),
		purge: purges.purge,
		recovery: () =>
			toRecoveryView({
				...deps,
				settings: own.settings,
				latch: own.latchState,
				counters: own.counters,
				registered: () => registeredMembers(membership),
				registeredCount: () => (membership.registry.complete() ? membership.roll.entries.size : null),
				heldBack: () => purges.recovery.heldBack().map((held) => ({ ...held, facts: { ...held.facts } })),
			}),
		changeSettings: (wish, identity) => changeSettings({ ...deps, settings: own.settings }, wish, identity),
		reportExit: (request, identity) =>
			reportExit({ ...deps, cluster: config.id, roll: membership.roll, lookAt: membership.lookAt }, request, identity),
		takeOver: (request, identity, requesterIp) =>
			takeOver({ cluster: config.id, membership, clock, audit: deps.audit, carryOut: purges.takeOver }, request, {
				identity,
				ip: requesterIp,
				claimOf: toClaimOf(request, requesterIp),
				...TAKEOVER_MS,
			}),
	};
}
