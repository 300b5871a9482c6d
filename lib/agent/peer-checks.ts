import type { Accusation } from '@/lib/core/accusation';
import { AUTO_FORMAT, type RegistrationConfig } from '@/lib/core/config';
import type { Endpoint, Registration } from '@/lib/core/member';
import { sameIncarnation } from '@/lib/core/member';
import type { ObserversPort } from '@/lib/core/observers';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import type { Clock, ProbePort, RegistrationParser, WatchedData, WatchHandle, ZooKeeperPort } from '@/lib/core/ports';
import { type MemberWatch, watchMember } from '@/lib/runtime/member-watch';
import { createVoice } from '@/lib/runtime/observer-voice';
import { createReferenceCheck } from '@/lib/runtime/reference-check';
import { childPath, toRegistration } from '@/lib/runtime/registry';
import { createRoll } from '@/lib/runtime/roll';
import { nextInRing } from './ring';

export type PeerChecksDeps = {
	readonly zk: ZooKeeperPort;
	readonly parent: string;
	/** The own znode's name. */
	readonly own: string;
	/** How many of the ring are watched, 1..16. */
	readonly count: number;
	readonly failureDomain: string;
	/** Where the own session comes from, as ZooKeeper's servers see it; null: not known yet. */
	readonly sessionIp: () => string | null;
	readonly port: ObserversPort;
	readonly probes: ProbePort;
	readonly parse: RegistrationParser;
	readonly clock: Clock;
	/** Client ports of the ensemble's servers. */
	readonly servers: () => Promise<Endpoint[]>;
	readonly serversConfigured: number;
	loopPauseMsMax(fromMs: number, toMs: number): number;
	zooKeeperSessionFine(): boolean;
	isImpaired(): boolean;
	readonly onAccused: (accusation: Accusation) => void;
	readonly onWithdrawn: (path: string) => void;
	readonly onFault: (error: unknown) => void;
};

type Peer = {
	readonly path: string;
	handle: WatchHandle | null;
	registration: Registration | null;
	watch: MemberWatch | null;
};

/**
 * Watches the next members of the ring as a console watches its members: a tripwire to each address, a gentle probe every
 * few seconds, an eager look when something ends. What fails is told to the other observers; nothing is decided here.
 */
export function checkPeers(deps: PeerChecksDeps): { announce(): void; close(): void } {
	const { zk, parent, clock, probes, port } = deps;
	const config: RegistrationConfig = { ...AUTO_FORMAT, path: parent };
	const peers = new Map<string, Peer>();
	const voice = createVoice(deps);
	let closed = false;

	const roll = createRoll({
		policy: () => DEFAULT_POLICY,
		clock,
		surroundings: () => ({ failureDomain: deps.failureDomain, observers: [], impaired: deps.isImpaired() }),
		events: {
			onChanged(path) {
				const entry = roll.entries.get(path);
				if (entry) {
					voice.changed(entry);
				}
			},
			onTransition(entry, transition) {
				if (transition.to !== 'alive') {
					peers.get(entry.registration.incarnation.path)?.watch?.suspect();
				}
			},
			onLeft: ({ entry }) => voice.left(entry.registration.incarnation.path),
		},
	});
	const referenceAccepts = createReferenceCheck({ ...deps, entries: roll.entries });

	function join(peer: Peer, registration: Registration): void {
		const { incarnation } = registration;
		roll.join(registration, config);
		peer.registration = registration;
		peer.watch = watchMember(
			incarnation,
			{ ...registration, health: null },
			{
				observer: deps.own,
				clock,
				probes,
				thresholds: config.thresholds,
				loopPauseMsMax: deps.loopPauseMsMax,
				zooKeeperSessionFine: deps.zooKeeperSessionFine,
				isImpaired: deps.isImpaired,
				// An agent sweeps nothing: the sessions are the consoles' matter.
				sweepAfterNow: () => Promise.resolve(),
				referenceAccepts,
				state: () => roll.entryOf(incarnation)?.state ?? null,
				declareEndpoint: (endpoint, name) => roll.declareEndpoint(incarnation, endpoint, name),
				onWatched: (all) => roll.noteWatched(incarnation, all),
				onEvidence: (evidence) => roll.observe(evidence),
				onFault: deps.onFault,
			},
		);
	}

	function leave(peer: Peer): void {
		peer.watch?.close();
		peer.watch = null;
		if (peer.registration) {
			roll.leave(peer.registration);
		}
		peer.registration = null;
	}

	function onData(peer: Peer, value: WatchedData | null): void {
		if (closed || peers.get(peer.path) !== peer) {
			return;
		}
		const before = peer.registration;
		const now = value ? toRegistration(peer.path, parent, value, config, deps.parse) : null;
		if (now && before && sameIncarnation(now.incarnation, before.incarnation)) {
			peer.registration = now;
			roll.update(now);
			peer.watch?.setTargets({ ...now, health: null });
			return;
		}
		leave(peer);
		if (now) {
			join(peer, now);
		}
	}

	function follow(names: readonly string[]): void {
		const wanted = new Set(nextInRing(names, deps.own, deps.count).map((name) => childPath(parent, name)));
		for (const [path, peer] of peers) {
			if (!wanted.has(path)) {
				peers.delete(path);
				peer.handle?.close();
				leave(peer);
			}
		}
		for (const path of [...wanted].filter((each) => !peers.has(each))) {
			const peer: Peer = { path, handle: null, registration: null, watch: null };
			peers.set(path, peer);
			peer.handle = zk.watchData(path, (value) => onData(peer, value));
		}
		announce();
	}

	let announced: string | null = null;
	function announce(): void {
		const watches = [...peers.keys()].sort();
		const sessionIp = deps.sessionIp() ?? undefined;
		const key = JSON.stringify([watches, sessionIp]);
		if (key !== announced) {
			announced = key;
			port.announce({ kind: 'agent', failureDomain: deps.failureDomain, watches, sessionIp });
		}
	}

	const children = zk.watchChildren(parent, (listing) => {
		if (!closed && listing) {
			follow(listing.names);
		}
	});

	return {
		/** Says again what it is, when that has changed. */
		announce,
		close() {
			closed = true;
			children.close();
			for (const peer of peers.values()) {
				peer.handle?.close();
				leave(peer);
			}
			peers.clear();
		},
	};
}
