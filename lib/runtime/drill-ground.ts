import type { Actor, AuditDraft, Json } from '@/lib/core/audit-entry';
import type { ClusterConfig } from '@/lib/core/config';
import type { StampedEntry } from '@/lib/core/counters';
import type { DrillOrder, DrillPurge } from '@/lib/core/drill';
import { type DrillRefusal, type OptInStanding, refusalsOf } from '@/lib/core/drill-refusals';
import type { AuditPort, Clock, LatchState, ZooKeeperPort } from '@/lib/core/ports';
import { effectivePolicy, type Settings } from '@/lib/core/settings';
import { isProvableNow } from '@/lib/core/verdict';
import type { DrillPaths } from './drill-znodes';
import type { Roll, RollEntry } from './roll';

/** What drills of one cluster stand on. */
export type DrillGround = {
	readonly config: ClusterConfig;
	/** This console's name, as the audit log has it. */
	readonly observer: string;
	readonly zk: ZooKeeperPort;
	readonly clock: Clock;
	readonly roll: Roll;
	readonly latch: () => LatchState;
	/** As this console last heard of them; null: they cannot be read. */
	readonly settings: () => Settings | null;
	readonly counters: () => readonly StampedEntry[] | null;
	readonly audit: AuditPort;
	readonly paths: DrillPaths;
	readonly settingsPath: string;
	/** Parent of the outbox's entries. */
	readonly outboxPath: string;
	/** A fault of this program, or of ZooKeeper or the audit log in the background: told, and drills go on. */
	readonly onProblem: (problem: string) => void;
};

export type Judged = {
	readonly optIn: OptInStanding;
	readonly purge: DrillPurge | null;
	readonly isRunning: boolean;
	readonly settings: Settings | null;
};

/** What speaks against drilling this member, on what is known this instant. */
export function judgeNow(ground: DrillGround, entry: RollEntry, judged: Judged): DrillRefusal[] {
	const { roll, clock } = ground;
	const { incarnation, group } = entry.registration;
	return refusalsOf({
		member: {
			path: incarnation.path,
			group,
			verdict: entry.state.verdict,
			provable: isProvableNow(entry.state, roll.contextOf(entry), clock.nowMs()),
		},
		optIn: judged.optIn,
		group: groupOf(roll, group).map(({ state }) => state.verdict),
		settings: judged.settings,
		recovers: recovers(ground, entry, judged.settings),
		purge: judged.purge,
		isRunning: judged.isRunning,
		wallMs: clock.wallMs(),
	});
}

/** Automatic recovery is on for this member's registration, the cluster and the settings agreeing. */
export function recovers({ config }: DrillGround, entry: RollEntry, settings: Settings | null): boolean {
	const { automaticRecovery } = effectivePolicy(config.policy, settings);
	const own = settings?.registrations[entry.config.path]?.automaticRecovery ?? entry.config.automaticRecovery;
	return settings !== null && automaticRecovery && own;
}

function groupOf(roll: Roll, group: string): RollEntry[] {
	return [...roll.entries.values()].filter(({ registration }) => registration.group === group);
}

/** An entry of the audit log about a drill, or about one that was refused. */
export function toDrillDraft(
	ground: Pick<DrillGround, 'clock' | 'config'>,
	about: {
		readonly key: string;
		readonly actor: Actor;
		readonly action: 'drill.start' | 'drill.finish';
		readonly outcome: string;
		readonly order: Pick<DrillOrder, 'path' | 'id' | 'czxid' | 'reason'> | null;
		readonly detail: Json;
	},
): AuditDraft {
	const { key, actor, action, outcome, order, detail } = about;
	return {
		key,
		atMs: Math.round(ground.clock.wallMs()),
		actor,
		action,
		outcome,
		cluster: ground.config.id,
		member: order?.path ?? null,
		memberId: order?.id ?? null,
		czxid: order?.czxid ?? null,
		reason: order?.reason || null,
		zxid: null,
		detail,
	};
}

/** The port's errors carry a code; anything else is a fault of this program. */
export function isZooKeeperError(error: unknown): error is Error {
	return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
