import { randomUUID } from 'node:crypto';
import type { ClusterConfig } from '@/lib/core/config';
import type { Transition } from '@/lib/core/detector';
import { epochOf } from '@/lib/core/ids';
import type { ObserversFactory } from '@/lib/core/observers';
import type { Policy } from '@/lib/core/policy';
import type {
	AuditPort,
	ChainPort,
	Clock,
	LatchPort,
	OwnHealthPort,
	ProbePort,
	RegistrationParser,
	SweepPort,
	ZooKeeperPort,
} from '@/lib/core/ports';
import type { DecisionContext } from '@/lib/core/proof';
import { effectivePolicy } from '@/lib/core/settings';
import type { AddressBook } from './address-book';
import { type AfterPurge, watchAfterPurge } from './after-purge';
import { recordInBackground } from './background-record';
import { showCluster } from './cluster-pages';
import { carryOutPurges } from './cluster-purges';
import { verbsOf } from './cluster-verbs';
import { drillPathsOf } from './drill-znodes';
import { holdDrills } from './drills';
import { keepRecords } from './keep-records';
import { createLiveFeed } from './live-feed';
import { followMembership, type Membership } from './membership';
import { meetObservers } from './observers';
import { keepOwnZnodes } from './own-znodes';
import { rootPathsOf } from './prepare-root';
import { readRecoveryOutcomes } from './recovery-outcomes';
import type { LeftEntry, RollEntry } from './roll';
import { summariseRoll } from './roll-summary';
import type { ClusterHandle } from './rollcall';
import { keepVerdictLog } from './verdict-log';

export type ClusterDeps = {
	readonly config: ClusterConfig;
	readonly rootPath: string;
	readonly observer: string;
	readonly clock: Clock;
	readonly zk: ZooKeeperPort;
	readonly sweeper: SweepPort;
	readonly probes: ProbePort;
	readonly ownHealth: OwnHealthPort;
	readonly parse: RegistrationParser;
	/** Shared by all clusters of this console. */
	readonly addressBook: AddressBook;
	readonly audit: AuditPort;
	readonly chain: ChainPort;
	/** Which webhooks are not told what they should be; null: none. */
	readonly webhooksProblem: () => string | null;
	readonly joinObservers: ObserversFactory;
	readonly holdLatch: (zk: ZooKeeperPort, parent: string, clock: Clock) => LatchPort;
	readonly log: (level: 'info' | 'warn' | 'error', message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export type RunningCluster = ClusterHandle & {
	/** Ends all that records; what follows is only the last head of the audit log, and leaving. Idempotent. */
	quiet(): Promise<void>;
	/** Both. Idempotent. */
	close(): Promise<void>;
};

/** Runs one cluster: membership, evidence, the latch, the outbox, and what the pages ask for. */
export function runCluster(deps: ClusterDeps): RunningCluster {
	const { config, clock, zk } = deps;
	const paths = rootPathsOf(deps.rootPath, config.id);
	let everConnected = false;
	let observersProblem: string | null = null;
	const background = recordInBackground(deps.audit, deps.log);
	const { record } = background;

	/** A fault of this program in one place, while everything else goes on. */
	function onFault(error: unknown): void {
		const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
		deps.log('error', 'a fault of the console itself', { error: detail });
	}

	const own = keepOwnZnodes({
		zk,
		paths,
		clock,
		holdLatch: deps.holdLatch,
		onProblem: (error) => deps.log('warn', "Rollcall's own znodes cannot be made", { cluster: config.id, error }),
		onSettings: () => {
			purges.recovery.retry();
			feed.clusterChanged();
		},
		onCounters: (entries, mzxid) => afterPurge.counted(entries, mzxid),
	});

	let policy = { of: own.settings(), value: effectivePolicy(config.policy, own.settings()) };
	/** The same object until the settings change. */
	function policyNow(): Policy {
		const settings = own.settings();
		policy = policy.of === settings ? policy : { of: settings, value: effectivePolicy(config.policy, settings) };
		return policy.value;
	}

	const verdicts = keepVerdictLog({ ...deps, record, contextOf: (entry) => membership.roll.contextOf(entry) });

	const afterPurge: AfterPurge = watchAfterPurge({
		clock,
		cluster: config.id,
		observer: deps.observer,
		record,
		holdsLatch: () => own.latchState().kind === 'held',
		find: (path, czxid) => membership.roll.find(path, czxid),
	});

	const feed = createLiveFeed({
		clock,
		epoch: randomUUID().slice(0, 8),
		cluster: () => pages.view(),
		paths: () => [...membership.roll.entries.keys()],
		row: (path) => pages.row(path),
		onFault,
	});

	function onTransition(entry: RollEntry, transition: Transition, context: DecisionContext): void {
		purges.recovery.turned(entry);
		verdicts.turned(entry, transition, context);
		feed.clusterChanged();
	}

	const observers = meetObservers({
		join: deps.joinObservers,
		zk,
		paths,
		name: deps.observer,
		self: { kind: 'console', failureDomain: config.failureDomain, watches: 'all' },
		policy: policyNow,
		clock,
		roll: () => membership.roll,
		isImpaired: () => membership.isImpaired(),
		suspect: (path) => membership.lookAt(path),
		onTrouble: (trouble) => {
			observersProblem = trouble;
			deps.log('warn', 'telling or hearing the other observers', { trouble });
		},
		onFault,
	});

	const membership: Membership = followMembership({
		config,
		policy: policyNow,
		addressBook: deps.addressBook,
		confirmEpoch,
		observer: deps.observer,
		observersOf: observers.observersOf,
		zk,
		sweeper: deps.sweeper,
		probes: deps.probes,
		parse: deps.parse,
		ownHealth: deps.ownHealth,
		clock,
		onChanged: (path, news) => {
			feed.changed(path, news);
			observers.changed(path);
			drills.changed(path);
		},
		onRemoved: feed.removed,
		onTransition,
		onLeft: (left: LeftEntry) => {
			purges.recovery.left(left.entry);
			drills.left(left);
			observers.left(left.entry.registration.incarnation.path);
			verdicts.left(left);
			feed.clusterChanged();
		},
		onJoined: (entry) => {
			afterPurge.joined(entry);
			// It may give back a place of the blast radius.
			purges.recovery.changed();
			drills.joined(entry);
			observers.joined(entry.registration.incarnation.path);
			feed.clusterChanged();
		},
		onSweep: (sweep) => {
			afterPurge.swept(sweep);
			observers.swept(sweep);
			feed.clusterChanged();
		},
		onFault,
	});

	/** A write of our own just now: what leads a quorum is of the epoch that it comes back with. */
	async function confirmEpoch(): Promise<number> {
		const { mzxid } = await zk.set(paths.suspicions, new Uint8Array(), -1);
		return epochOf(mzxid);
	}

	const outcomes = readRecoveryOutcomes(deps.audit, config.id, clock);
	const summary = summariseRoll(membership.roll, clock);

	const { drain, waiter, heads } = keepRecords({
		...deps,
		cluster: config.id,
		outboxPath: paths.outbox,
		holdsLatch: () => own.latchState().kind === 'held',
		onFinding: feed.clusterChanged,
	});

	const drills = holdDrills({
		config,
		observer: deps.observer,
		zk,
		clock,
		roll: membership.roll,
		latch: own.latchState,
		settings: own.settings,
		counters: own.counters,
		audit: deps.audit,
		paths: drillPathsOf(deps.rootPath, config.id),
		settingsPath: paths.settings,
		outboxPath: paths.outbox,
		onProblem: (problem) => deps.log('warn', 'drills', { problem }),
	});

	const purges = carryOutPurges({
		...deps,
		paths,
		membership,
		own,
		drain,
		records: waiter,
		afterPurge,
		policy: policyNow,
		record,
		onLate: (attempt) => deps.log('warn', 'late purge: committed more than 2 s after its evidence', { attempt }),
		onFault,
	});

	const pages = showCluster({
		...deps,
		membership,
		observers,
		summary,
		latch: own.latchState,
		policy: policyNow,
		killSwitch: () => (own.settings()?.killSwitch ?? null) !== null,
		everConnected: () => everConnected,
		observersProblem: () => observersProblem,
		auditProblem: background.problem,
		outboxProblem: drain.problem,
		headsProblem: heads.problem,
		heldBack: purges.recovery.heldBack,
	});

	const unsubscribe = zk.onState((state) => {
		everConnected ||= state.kind === 'connected';
		feed.clusterChanged();
	});

	let quieted: Promise<void> | null = null;
	function quiet(): Promise<void> {
		quieted ??= endRecords();
		return quieted;
	}

	async function endRecords(): Promise<void> {
		unsubscribe();
		await drills.close();
		await purges.close();
		membership.close();
		verdicts.close();
		feed.close();
		await drain.close();
		await own.close();
	}

	return {
		id: config.id,
		view: pages.view,
		ensemble: pages.ensemble,
		members: pages.rows,
		left: pages.left,
		member: pages.detail,
		subscribe: feed.subscribe,
		streams: feed.listeners,
		...verbsOf({ ...deps, paths, membership, own, purges, outcomes, policy: policyNow }),
		drills,
		overrides: purges.overrides,
		checkHeads: heads.check,
		quiet,
		async close() {
			await quiet();
			await heads.close();
			await observers.close();
			await deps.sweeper.close();
			await zk.close();
		},
	};
}
