import type { ClusterConfig } from '@/lib/core/config';
import { toOwnedZnodes } from '@/lib/core/owned';
import type { Policy } from '@/lib/core/policy';
import type { Clock, LatchState, OwnHealthPort, ProbePort, ZooKeeperPort } from '@/lib/core/ports';
import type { HeldBack } from '@/lib/core/recovery-plan';
import type { ClusterView, EnsembleView, MemberDetail, MemberRow } from '@/lib/core/view';
import type { AddressBook } from './address-book';
import type { HeadsProblem } from './chain-heads';
import { type Impairments, toClusterView } from './cluster-view';
import { toEnsembleView } from './ensemble-view';
import type { Membership } from './membership';
import type { Observers } from './observers';
import type { LeftEntry, RollEntry } from './roll';
import type { RollSummary } from './roll-summary';
import { toLeftRow, toMemberDetail, toMemberRow } from './rows';

export type ClusterPagesDeps = {
	readonly config: ClusterConfig;
	readonly observer: string;
	readonly clock: Clock;
	readonly zk: ZooKeeperPort;
	readonly probes: ProbePort;
	readonly ownHealth: OwnHealthPort;
	readonly addressBook: AddressBook;
	readonly membership: Membership;
	readonly observers: Observers;
	readonly summary: () => RollSummary;
	readonly latch: () => LatchState;
	readonly policy: () => Policy;
	readonly killSwitch: () => boolean;
	readonly everConnected: () => boolean;
	readonly observersProblem: () => string | null;
	readonly auditProblem: () => string | null;
	readonly outboxProblem: () => string | null;
	readonly headsProblem: () => HeadsProblem | null;
	readonly webhooksProblem: () => string | null;
	/** What automatic recovery leaves alone just now, and why. */
	readonly heldBack: () => readonly HeldBack[];
};

export type ClusterPages = {
	view(): ClusterView;
	ensemble(): EnsembleView;
	rows(): MemberRow[];
	row(path: string): MemberRow | null;
	left(): MemberRow[];
	/** A registered member, else the last that left the path within ten minutes; null: nobody. */
	detail(path: string): MemberDetail | null;
};

/** What the pages and the API show of one cluster, read off its roll, sweeps and observers at the moment of the question. */
export function showCluster(deps: ClusterPagesDeps): ClusterPages {
	const { config, clock, zk, membership, observers, summary } = deps;
	const impairments: Impairments = new Map();

	function rowOf(entry: RollEntry): MemberRow {
		const elsewhere = deps.addressBook.elsewhere(config.id, entry.state.incarnation);
		return toMemberRow(entry, membership.roll.contextOf(entry), clock, elsewhere);
	}

	function rows(): MemberRow[] {
		return [...membership.roll.entries.values()].map(rowOf);
	}

	function detailOf(entry: RollEntry): MemberDetail {
		const sweep = membership.sweeps.last();
		const owned = sweep?.ephemerals?.get(entry.state.incarnation.ephemeralOwner) ?? null;
		return toMemberDetail(entry, {
			context: membership.roll.contextOf(entry),
			conflictsElsewhere: deps.addressBook.elsewhere(config.id, entry.state.incarnation),
			clock,
			observer: deps.observer,
			owned: owned && toOwnedZnodes(owned, config.zooKeeper.chroot, (known) => membership.roll.entries.has(known)),
			servers: {
				answered: sweep?.servers.filter((server) => server.answered).length ?? 0,
				all: sweep?.servers.length ?? config.zooKeeper.servers.length,
			},
		});
	}

	/** The last incarnation at the path that left within ten minutes, as it was when it did. */
	function leftDetail(path: string): MemberDetail | null {
		const left = membership.roll.left().find((each) => each.entry.registration.incarnation.path === path);
		return left ? { ...detailOf(left.entry), ...leftRow(left) } : null;
	}

	const leftRow = (left: LeftEntry) => toLeftRow(left, membership.roll.contextOf(left.entry), clock);

	function view(): ClusterView {
		const lastHeardAtMs = zk.lastHeardAtMs();
		return toClusterView(
			{
				config,
				policy: deps.policy(),
				killSwitch: deps.killSwitch(),
				clock,
				state: zk.state(),
				lastHeardAtMs,
				everConnected: deps.everConnected(),
				registry: membership.registry,
				sweep: membership.sweeps.last(),
				latch: deps.latch(),
				members: summary(),
				tripwires: deps.probes.tripwires(),
				loopPauseMsMax: deps.ownHealth.loopPauseMsMax,
				cutOff: membership.isCutOff(),
				observersProblem: deps.observersProblem(),
				auditProblem: deps.auditProblem(),
				outboxProblem: deps.outboxProblem(),
				headsProblem: deps.headsProblem(),
				webhooksProblem: deps.webhooksProblem(),
				heldBack: deps.heldBack(),
			},
			impairments,
		);
	}

	function ensemble(): EnsembleView {
		return toEnsembleView({
			config,
			policy: deps.policy(),
			clock,
			following: view().ensemble.following,
			sweep: membership.sweeps.last(),
			tripwires: deps.probes.tripwires(),
			roll: membership.roll,
			self: { name: observers.name() ?? deps.observer, live: membership.zooKeeperSessionFine() },
			others: observers.reachability(),
		});
	}

	return {
		view,
		ensemble,
		rows,
		row: (path) => {
			const entry = membership.roll.entries.get(path);
			return entry ? rowOf(entry) : null;
		},
		left: () => membership.roll.left().map(leftRow),
		detail: (path) => {
			const entry = membership.roll.entries.get(path);
			return entry ? detailOf(entry) : leftDetail(path);
		},
	};
}
