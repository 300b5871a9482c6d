import { settlesAtMs } from '@/lib/core/conditions';
import type { ClusterConfig } from '@/lib/core/config';
import { isProven } from '@/lib/core/detector';
import type { Evidence } from '@/lib/core/evidence';
import type { Endpoint, Registration } from '@/lib/core/member';
import type { Policy } from '@/lib/core/policy';
import type {
	Clock,
	OwnHealthPort,
	ProbePort,
	RegistrationParser,
	Sweep,
	SweepPort,
	ZooKeeperPort,
} from '@/lib/core/ports';
import type { KnownObserver } from '@/lib/core/proof';
import { toSessionEvidence } from '@/lib/core/sweep';
import type { AddressBook } from './address-book';
import { crowdPauseMs } from './crowd-pace';
import { type MemberWatch, watchMember } from './member-watch';
import { watchOwnState } from './own-state';
import { createReferenceCheck } from './reference-check';
import { followRegistrations, type Registry } from './registry';
import { createRoll, type LeftEntry, type Roll, type RollEntry, type RollEvents } from './roll';
import { resolveServers } from './server-endpoints';
import { type NextSweep, runSweeps, type SweepLoop } from './sweep-loop';

/** Suspects told of a sweep in one turn: each is a decision. */
const SUSPECTS_AT_ONCE = 100;
/** Members told of a sweep in one turn: some 10 ms of work. */
const TOLD_AT_ONCE = 250;

export type MembershipDeps = {
	readonly config: ClusterConfig;
	/** Endpoints of every cluster's members. */
	readonly addressBook: AddressBook;
	/** Epoch of a write made just now, which is what a forgotten session needs (orphan-ground.ts). May reject. */
	readonly confirmEpoch: () => Promise<number>;
	readonly observer: string;
	/** The cluster's as it is now. */
	readonly policy: () => Policy;
	/** Other observers that live and watch this member. */
	readonly observersOf: (entry: RollEntry) => readonly KnownObserver[];
	readonly zk: ZooKeeperPort;
	readonly sweeper: SweepPort;
	readonly probes: ProbePort;
	readonly parse: RegistrationParser;
	readonly ownHealth: OwnHealthPort;
	readonly clock: Clock;
	readonly onChanged: (path: string, news: boolean) => void;
	readonly onRemoved: (path: string) => void;
	readonly onTransition: RollEvents['onTransition'];
	readonly onLeft: (left: LeftEntry) => void;
	readonly onJoined: (entry: RollEntry) => void;
	readonly onSweep: (sweep: Sweep) => void;
	/** A fault of this program in folding evidence: told, and everything else goes on. */
	readonly onFault: (error: unknown) => void;
};

export type Membership = {
	readonly roll: Roll;
	readonly registry: Registry;
	readonly sweeps: SweepLoop;
	zooKeeperSessionFine(): boolean;
	/** This observer stumbled lately. */
	isImpaired(): boolean;
	/** No known-good address accepted when one was last asked for, lately. */
	isCutOff(): boolean;
	/** Looks at a member now, as on suspicion. */
	lookAt(path: string): void;
	/** A fresh round of each given member and then a sweep; resolves when all of it has been folded in. */
	freshEvidence(paths: readonly string[]): Promise<Sweep>;
	close(): void;
};

/** Follows one cluster's members: registrations in, evidence gathered by watches and sweeps, all of it into the roll. */
export function followMembership(deps: MembershipDeps): Membership {
	const { clock, zk, probes, config } = deps;
	const watches = new Map<string, MemberWatch>();
	const stop = new AbortController();
	const own = watchOwnState({ ...deps, sessionTimeoutMs: config.zooKeeper.sessionTimeoutMs });
	/** Somebody in the latest sweep may be forgotten by ZooKeeper. */
	let forgotten = false;
	/** How many sessions were gone in the latest sweep. */
	let gone = 0;

	const roll = createRoll({
		policy: deps.policy,
		clock,
		surroundings: (entry) => ({
			failureDomain: config.failureDomain,
			observers: deps.observersOf(entry),
			impaired: own.isImpaired(),
		}),
		events: {
			onChanged: deps.onChanged,
			onTransition(entry, transition, context) {
				deps.onTransition(entry, transition, context);
				if (transition.to !== 'alive') {
					watches.get(entry.registration.incarnation.path)?.suspect();
				}
			},
			onLeft(left) {
				deps.onRemoved(left.entry.registration.incarnation.path);
				deps.onLeft(left);
			},
		},
	});

	function observe(evidence: Evidence): void {
		try {
			roll.observe(evidence);
		} catch (error) {
			deps.onFault(error);
		}
	}

	function observeSweep(sweep: Sweep, entry: RollEntry): void {
		const evidence = toSessionEvidence(sweep, entry.state.incarnation, deps.observer);
		// On no server and not in the leader's table either: the next sweeps ask whether ZooKeeper forgot it.
		forgotten ||= evidence.state === 'gone' && evidence.expiryBucketMs === null && !sweep.summary.standalone;
		observe(evidence);
	}

	/**
	 * Those under suspicion are told at once; the others only of sweeps at rest and a few at a time, for telling 10,000
	 * in one turn is a pause of the event loop that makes this very observer unwell. Sweeps follow each other while a
	 * proof is in the making: probes that time out must not widen the gaps of its run.
	 */
	async function onSweep(sweep: Sweep, atRest: boolean): Promise<NextSweep> {
		const calm: RollEntry[] = [];
		const suspects: RollEntry[] = [];
		forgotten = false;
		roll.noteShared(sweep);
		for (const entry of roll.entries.values()) {
			const isCalm = entry.state.verdict === 'alive' && entry.state.session.state !== 'gone';
			if (entry.state.verdict === 'unknown' || (isCalm && (atRest || entry.state.session.state !== 'connected'))) {
				calm.push(entry);
			} else if (!isCalm) {
				suspects.push(entry);
			}
		}
		for (const [index, entry] of suspects.entries()) {
			if (index > 0 && index % SUSPECTS_AT_ONCE === 0) {
				await clock.sleep(0, stop.signal);
			}
			observeSweep(sweep, entry);
		}
		gone = suspects.filter((entry) => entry.state.session.state === 'gone').length;
		void tellCalm(sweep, calm);
		deps.onSweep(sweep);
		const followed = [...suspects, ...calm].filter(
			({ state }) => state.session.state === 'gone' && (state.verdict === 'suspect' || isProven(state.verdict)),
		);
		const settling = followed.flatMap((entry) => settlesAtMs(entry.state, roll.policyOf(entry)) ?? []);
		return { soon: followed.length > 0, settlesAtMs: settling.length > 0 ? Math.min(...settling) : null };
	}

	/** Never rejects. Whoever was told of a later sweep meanwhile, being suspected now, is not told of this one. */
	async function tellCalm(sweep: Sweep, calm: readonly RollEntry[]): Promise<void> {
		for (let start = 0; start < calm.length && !stop.signal.aborted; start += TOLD_AT_ONCE) {
			for (const entry of calm.slice(start, start + TOLD_AT_ONCE)) {
				if ((entry.state.session.lastSweep?.sweepNumber ?? -1) < sweep.summary.sweepNumber) {
					observeSweep(sweep, entry);
				}
			}
			if (start + TOLD_AT_ONCE < calm.length) {
				await clock.sleep(1, stop.signal);
			}
		}
	}

	const sweeps = runSweeps({
		sweeper: deps.sweeper,
		clock,
		ownSessionId: () => {
			const state = zk.state();
			return state.kind === 'connected' ? state.sessionId : null;
		},
		confirmEpoch: async () => (forgotten ? deps.confirmEpoch().catch(() => null) : null),
		onSweep,
		onFault: deps.onFault,
	});

	/** Settles with the next sweep, also when there will be none: never rejects. */
	const sweepAfterNow = (): Promise<void> =>
		sweeps.next().then(
			() => undefined,
			() => undefined,
		);

	const servers = config.zooKeeper.servers.map(({ client }) => {
		const cut = client.lastIndexOf(':');
		return { host: client.slice(0, cut).replace(/^\[|\]$/g, ''), port: Number(client.slice(cut + 1)) };
	});

	const asksReference = createReferenceCheck({
		probes,
		clock,
		entries: roll.entries,
		servers: () => resolveServers(probes, servers),
		serversConfigured: servers.length,
	});

	/** Remembers how the latest question ended: an observer that reaches nobody says so on every page. */
	async function referenceAccepts(exceptPath: string): Promise<boolean> {
		const accepted = await asksReference(exceptPath);
		own.noteReference(accepted);
		return accepted;
	}

	function onEndpoint(entry: RollEntry, endpoint: Endpoint, addressName: string): void {
		roll.declareEndpoint(entry.state.incarnation, endpoint, addressName);
		deps.addressBook.put(config.id, entry.state.incarnation, endpoint);
		// A conflicting join sweeps at once: only a sweep that could list both sessions tells a shared address from a restart.
		const conflicting = roll.conflictPaths(entry);
		if (conflicting.length > 0) {
			void sweepAfterNow();
			for (const path of conflicting) {
				watches.get(path)?.suspect();
			}
		}
	}

	function watch(entry: RollEntry): MemberWatch {
		const { incarnation } = entry.registration;
		return watchMember(incarnation, entry.registration, {
			observer: deps.observer,
			clock,
			probes,
			thresholds: entry.config.thresholds,
			isImpaired: own.isImpaired,
			crowdPauseMs: (proven) => crowdPauseMs(gone, { proven, impaired: own.isImpaired() }),
			loopPauseMsMax: deps.ownHealth.loopPauseMsMax,
			zooKeeperSessionFine: own.zooKeeperSessionFine,
			sweepAfterNow,
			referenceAccepts,
			state: () => roll.entryOf(incarnation)?.state ?? null,
			declareEndpoint: (endpoint, addressName) => onEndpoint(entry, endpoint, addressName),
			onWatched: (all) => roll.noteWatched(incarnation, all),
			onEvidence: observe,
			onFault: deps.onFault,
		});
	}

	function unwatch(registration: Registration): void {
		const { path } = registration.incarnation;
		watches.get(path)?.close();
		watches.delete(path);
	}

	const registry = followRegistrations({
		zk,
		registrations: config.registrations,
		parse: deps.parse,
		events: {
			onJoined(registration, registrationConfig) {
				const entry = roll.join(registration, registrationConfig);
				watches.set(registration.incarnation.path, watch(entry));
				deps.onJoined(entry);
			},
			onUpdated(registration) {
				roll.update(registration);
				watches.get(registration.incarnation.path)?.setTargets(registration);
			},
			onLeft(registration) {
				unwatch(registration);
				deps.addressBook.remove(config.id, registration.incarnation);
				roll.leave(registration);
			},
		},
	});

	return {
		roll,
		registry,
		sweeps,
		zooKeeperSessionFine: own.zooKeeperSessionFine,
		isImpaired: own.isImpaired,
		isCutOff: own.isCutOff,
		lookAt: (path) => watches.get(path)?.suspect(),
		async freshEvidence(paths) {
			await Promise.all(paths.map((path) => watches.get(path)?.freshRound()));
			return sweeps.next();
		},
		close() {
			stop.abort();
			registry.close();
			sweeps.close();
			for (const memberWatch of watches.values()) {
				memberWatch.close();
			}
			watches.clear();
		},
	};
}
