import { endpointKey } from '@/lib/core/member';
import type { ObserversPort } from '@/lib/core/observers';
import type { Clock } from '@/lib/core/ports';
import type { OwnState } from '@/lib/runtime/own-state';
import { rootPathsOf } from '@/lib/runtime/prepare-root';
import { resolveServers } from '@/lib/runtime/server-endpoints';
import type { AgentEvent, AgentOptions, AgentPorts } from './agent';
import { followOwnAddress } from './own-address';
import { checkPeers } from './peer-checks';

/** Announces this agent, with where its session comes from, and checks its peers if it has any. */
export function observe(options: AgentOptions, ports: AgentPorts, own: OwnState): { close(): Promise<void> } {
	const { zk, clock, probes, ownHealth, onEvent } = ports;
	let sessionIp: string | null = null;
	const port = ports.joinObservers({
		zk,
		paths: rootPathsOf(options.rootPath, options.cluster),
		name: `agent-${options.id}`,
		clock,
		follow: false,
		onPresence: () => undefined,
		onSuspicion: () => undefined,
	});
	const onFault = (error: unknown) =>
		onEvent({ event: 'fault', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) });
	const checks =
		options.peers > 0
			? checkPeers({
					zk,
					parent: options.parent,
					own: options.id,
					count: options.peers,
					failureDomain: options.failureDomain,
					sessionIp: () => sessionIp,
					port,
					probes,
					parse: ports.parse,
					clock,
					servers: () => resolveServers(probes, options.servers),
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
					onFault,
				})
			: announceAlone(options, port, () => sessionIp);
	const address = options.startUp
		? followOwnAddress({
				zk,
				clock,
				servers: options.startUp.sweeps,
				openSweeper: ports.openSweeper,
				onAddress(ip) {
					sessionIp = ip;
					checks.announce();
				},
				onFault,
			})
		: null;
	const stopTelling = tellTrouble(() => port.trouble(), clock, onEvent);
	return {
		async close() {
			stopTelling();
			await address?.close();
			checks.close();
			await port.close();
		},
	};
}

/** An agent that watches nobody is no observer, but tells its successor where its session came from. */
function announceAlone({ failureDomain }: AgentOptions, port: ObserversPort, sessionIp: () => string | null) {
	const announce = () =>
		port.announce({ kind: 'agent', failureDomain, watches: [], sessionIp: sessionIp() ?? undefined });
	announce();
	return { announce, close: () => undefined };
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
