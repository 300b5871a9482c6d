import { randomBytes } from 'node:crypto';
import { toHex } from '@/lib/core/ids';
import { type Endpoint, endpointKey } from '@/lib/core/member';
import type { ObserversFactory } from '@/lib/core/observers';
import type { Clock, OwnHealthPort, ProbePort, RegistrationParser, ZooKeeperPort } from '@/lib/core/ports';
import { watchOwnState } from '@/lib/runtime/own-state';
import { rootPathsOf } from '@/lib/runtime/prepare-root';
import { childPath } from '@/lib/runtime/registry';
import { checkPeers } from './peer-checks';
import { servePing } from './ping-server';
import { keepRegistered, type RegistrationState } from './registration';

const RESOLVE_MS_MAX = 1_000;

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
	/** How many of the ring are checked; 0: none, and it is no observer. */
	readonly peers: number;
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
	readonly onEvent: (event: AgentEvent) => void;
};

export type Agent = {
	/** The registration goes first, then the accusations, the ping and the session. Never rejects. */
	close(): Promise<void>;
};

/** Registers, answers the ping and checks the peers, until closed. Rejects when the ping cannot listen; then nothing is left. */
export async function runAgent(options: AgentOptions, ports: AgentPorts): Promise<Agent> {
	const { zk, clock, onEvent } = ports;
	const path = childPath(options.parent, options.id);
	const startNonce = randomBytes(16).toString('hex');
	const session = followSession(zk, clock, options.sessionTimeoutMs);
	const ping = await servePing({
		...options.ping,
		identity: () => {
			const sessionId = session();
			return sessionId === null ? null : { sessionId, startNonce, path };
		},
	});
	const registration = keepRegistered({
		zk,
		path,
		data: options.data(ping.port),
		clock,
		onChange: (state) => onEvent({ ...toEvent(state), pingPort: ping.port, startNonce }),
	});
	const observing = options.peers > 0 ? observe(options, ports) : null;

	return {
		async close() {
			await registration.close();
			await observing?.close();
			await ping.close();
			await zk.close();
			ports.ownHealth.close();
		},
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

function observe(options: AgentOptions, ports: AgentPorts): { close(): Promise<void> } {
	const { zk, clock, probes, ownHealth, onEvent } = ports;
	const own = watchOwnState({ clock, zk, ownHealth, sessionTimeoutMs: options.sessionTimeoutMs });
	const port = ports.joinObservers({
		zk,
		paths: rootPathsOf(options.rootPath, options.cluster),
		name: `agent-${options.id}`,
		clock,
		follow: false,
		onPresence: () => undefined,
		onSuspicion: () => undefined,
	});
	async function serverEndpoints(): Promise<Endpoint[]> {
		const found = await Promise.all(
			options.servers.map(async ({ host, port }) => {
				const ips = await probes.resolve(host, RESOLVE_MS_MAX);
				return ips.slice(0, 1).map((ip) => ({ ip, port }));
			}),
		);
		return found.flat();
	}
	const checks = checkPeers({
		zk,
		parent: options.parent,
		own: options.id,
		count: options.peers,
		failureDomain: options.failureDomain,
		port,
		probes,
		parse: ports.parse,
		clock,
		servers: serverEndpoints,
		serversConfigured: options.servers.length,
		loopPauseMsMax: ownHealth.loopPauseMsMax,
		zooKeeperSessionFine: own.zooKeeperSessionFine,
		isImpaired: own.isImpaired,
		onAccused: ({ incarnation, refused, timedOut }) =>
			onEvent({
				event: 'accuses',
				member: incarnation.path,
				refused: refused.map(endpointKey),
				timedOut: timedOut.map(endpointKey),
			}),
		onWithdrawn: (member) => onEvent({ event: 'withdraws', member }),
		onFault: (error) =>
			onEvent({ event: 'fault', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
	});
	const stopTelling = tellTrouble(() => port.trouble(), clock, onEvent);
	return {
		async close() {
			stopTelling();
			checks.close();
			await port.close();
		},
	};
}

const TROUBLE_LOOK_MS = 5_000;

/** What stays amiss between two looks is told once. */
function tellTrouble(trouble: () => string | null, clock: Clock, onEvent: (event: AgentEvent) => void): () => void {
	const stop = new AbortController();
	async function look(): Promise<void> {
		let told: string | null = null;
		while (!stop.signal.aborted) {
			await clock.sleep(TROUBLE_LOOK_MS, stop.signal);
			const found = trouble();
			if (found !== told && !stop.signal.aborted) {
				onEvent(found === null ? { event: 'observing' } : { event: 'not-observing', detail: found });
			}
			told = found;
		}
	}
	void look();
	return () => stop.abort();
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
