import { randomBytes } from 'node:crypto';
import { AUTO_FORMAT, type ClusterConfig, type RegistrationConfig, type ServerConfig } from '@/lib/core/config';
import { toHex } from '@/lib/core/ids';
import { endpointKey } from '@/lib/core/member';
import type { ObserversFactory } from '@/lib/core/observers';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import type {
	Clock,
	LatchPort,
	OwnHealthPort,
	ProbePort,
	RegistrationParser,
	SweepPort,
	ZooKeeperPort,
} from '@/lib/core/ports';
import { type OwnState, watchOwnState } from '@/lib/runtime/own-state';
import { rootPathsOf } from '@/lib/runtime/prepare-root';
import { childPath } from '@/lib/runtime/registry';
import { resolveServers } from '@/lib/runtime/server-endpoints';
import { allowDrills } from './allow-drills';
import { observe } from './observe';
import { servePing } from './ping-server';
import { keepRegistered, type RegistrationState } from './registration';
import { clearPlace } from './start-up';

export type AgentOptions = {
	/** 'host:port,host:port'. */
	readonly servers: readonly { readonly host: string; readonly port: number }[];
	/** Parent of the registration, and its name: the id. */
	readonly parent: string;
	readonly id: string;
	/** What is registered, given the port of the ping. */
	readonly data: (pingPort: number) => Uint8Array;
	readonly ping: { readonly host: string; readonly port: number };
	readonly failureDomain: string;
	readonly cluster: string;
	readonly rootPath: string;
	readonly sessionTimeoutMs: number;
	/** How many of the ring are checked; 0: none, and its word counts for nobody. */
	readonly peers: number;
	/** Clear the own place of predecessors before registering; null: register at once, whoever is there. */
	readonly startUp: StartUpScan | null;
	/** A drill of the console may kill the agent, and its member with it; null: it may not. `replaced`: somebody starts it again. */
	readonly drills: { readonly replaced: boolean } | null;
};

export type StartUpScan = {
	/** Parents whose members may have the own address too, besides the own one. */
	readonly parents: readonly string[];
	/** The member listens at its address already: taken at its operator's word instead of a bind. */
	readonly holdsAddress: boolean;
	/** Null: until the predecessor would expire by itself. */
	readonly waitMs: number | null;
	readonly settleMs: number;
	/** What is swept: the client ports, with the admin server of each where it is known. */
	readonly sweeps: readonly ServerConfig[];
};

/** One thing that happened, for the agent's output; ids are 0x-hex. */
export type AgentEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

export type AgentPorts = {
	readonly zk: ZooKeeperPort;
	readonly probes: ProbePort;
	readonly ownHealth: OwnHealthPort;
	readonly parse: RegistrationParser;
	readonly clock: Clock;
	readonly joinObservers: ObserversFactory;
	readonly openSweeper: (servers: readonly ServerConfig[]) => { readonly sweeper: SweepPort; close(): Promise<void> };
	/** A session of its own, as short as may be, to stand in the election with. */
	readonly openElection: () => { readonly zk: ZooKeeperPort; close(): Promise<void> };
	readonly holdLatch: (zk: ZooKeeperPort, parent: string, clock: Clock) => LatchPort;
	/** Where a session comes from, as it has written itself into its observer's presence; rejects with a ZooKeeperError. */
	readonly readToldAddress: (
		zk: ZooKeeperPort,
		observersPath: string,
		name: string,
		sessionId: bigint,
	) => Promise<string | null>;
	/** '' or '/chroot'. */
	readonly chroot: string;
	/** After the place is clear and before the registration: starts the member and waits until it answers. */
	readonly startMember: () => Promise<void>;
	/** Aborts when the agent is to stop before it has registered. */
	readonly signal: AbortSignal;
	readonly onEvent: (event: AgentEvent) => void;
};

/** The member must not be started (`stopped`: is not wanted any more); the message is one line that says why, and what to do. */
export class StartRefusedError extends Error {
	override readonly name = 'StartRefusedError';
	readonly kind: 'alive' | 'occupied' | 'stopped';
	constructor(kind: StartRefusedError['kind'], message: string) {
		super(message);
		this.kind = kind;
	}
}

export type Agent = {
	/** The registration goes first, then the accusations, the ping and the session. Never rejects. */
	close(): Promise<void>;
};

/**
 * Clears its place of predecessors, registers, answers the ping and checks the peers, until closed. Rejects with a
 * StartRefusedError when a predecessor lives, and when the ping cannot listen; then nothing is left.
 */
export async function runAgent(options: AgentOptions, ports: AgentPorts): Promise<Agent> {
	const { zk, clock, onEvent } = ports;
	const path = childPath(options.parent, options.id);
	const startNonce = randomBytes(16).toString('hex');
	const session = followSession(zk, clock, options.sessionTimeoutMs);
	const own = watchOwnState({ ...ports, sessionTimeoutMs: options.sessionTimeoutMs });
	const ping = await servePing({
		...options.ping,
		identity: () => {
			const sessionId = session();
			return sessionId === null ? null : { sessionId, startNonce, path };
		},
	});
	const data = options.data(ping.port);
	try {
		await startUp(options, ports, own, data);
		throwIfStopped(ports.signal);
		await ports.startMember();
		throwIfStopped(ports.signal);
	} catch (error) {
		await ping.close();
		throw error;
	}
	const registration = keepRegistered({
		zk,
		path,
		data,
		clock,
		onChange: (state) => onEvent({ ...toEvent(state), pingPort: ping.port, startNonce }),
	});
	const drills = options.drills && allowDrills({ ...ports, ...options, ...options.drills, path, startNonce });
	const observing = options.peers > 0 || options.startUp ? observe(options, ports, own) : null;

	return {
		async close() {
			await drills?.close();
			await registration.close();
			await observing?.close();
			await ping.close();
			await zk.close();
			ports.ownHealth.close();
		},
	};
}

function throwIfStopped(signal: AbortSignal): void {
	if (signal.aborted) {
		throw new StartRefusedError('stopped', 'stopped before it had registered');
	}
}

async function startUp(options: AgentOptions, ports: AgentPorts, own: OwnState, data: Uint8Array): Promise<void> {
	const { startUp: scan } = options;
	if (scan === null) {
		return;
	}
	const config = toClusterConfig(options, ports, scan);
	const path = childPath(options.parent, options.id);
	const ownConfig: RegistrationConfig = { ...AUTO_FORMAT, path: options.parent };
	const { addresses, id } = ports.parse({ path, data, config: ownConfig });
	const cleared = await clearPlace(
		{
			config,
			own: { path, id, addresses },
			paths: rootPathsOf(options.rootPath, options.cluster),
			holdsAddress: scan.holdsAddress,
			waitMs: scan.waitMs,
		},
		{ ...ports, ownState: own, servers: () => resolveServers(ports.probes, options.servers) },
	);
	if (cleared.kind === 'alive') {
		const reasons = cleared.reasons.join(', ');
		throw new StartRefusedError(
			'alive',
			`a first copy lives, registered at ${cleared.path}: ${reasons}. Stop it first.`,
		);
	}
	if (cleared.kind === 'occupied') {
		throw new StartRefusedError(
			'occupied',
			`${cleared.path} is a znode that is not ephemeral, which no agent removes: delete it, or take another --id.`,
		);
	}
}

/** What a console would have in its config for the own parent, as far as a takeover asks. */
function toClusterConfig(options: AgentOptions, ports: AgentPorts, scan: StartUpScan): ClusterConfig {
	const parents = [...new Set([options.parent, ...scan.parents])];
	return {
		id: options.cluster,
		name: options.cluster,
		zooKeeper: {
			connect: options.servers.map(({ host, port }) => endpointKey({ ip: host, port })).join(','),
			chroot: ports.chroot,
			sessionTimeoutMs: options.sessionTimeoutMs,
			auth: null,
			tls: null,
			servers: scan.sweeps,
		},
		registrations: parents.map((parent) => ({ ...AUTO_FORMAT, path: parent })),
		policy: { ...DEFAULT_POLICY, settleMs: scan.settleMs },
		failureDomain: options.failureDomain,
	};
}

/** The present session; also while it is between two servers, for it lives on for its time-out. Null: there is none. */
function followSession(zk: ZooKeeperPort, clock: Clock, sessionTimeoutMs: number): () => bigint | null {
	let latest: bigint | null = null;
	zk.onState((state) => {
		latest = state.kind === 'connected' ? state.sessionId : latest;
	});
	return () => {
		const state = zk.state();
		const mayLive =
			state.kind === 'connected' || (state.kind === 'connecting' && clock.nowMs() - state.sinceMs < sessionTimeoutMs);
		return mayLive ? latest : null;
	};
}

function toEvent(state: RegistrationState): AgentEvent {
	switch (state.kind) {
		case 'registered':
			return {
				event: 'registered',
				path: state.path,
				sessionId: toHex(state.sessionId),
				czxid: toHex(state.czxid),
			};
		case 'unregistered':
			return { event: 'unregistered', path: state.path, problem: state.problem };
		default:
			return { event: state.kind, path: state.path, ephemeralOwner: toHex(state.ephemeralOwner) };
	}
}
