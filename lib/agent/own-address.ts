import type { ServerConfig } from '@/lib/core/config';
import type { Clock, SweepPort, ZooKeeperPort } from '@/lib/core/ports';

/** Pauses between looks: the first may come before the server lists the connection. */
const LOOKS_AFTER_MS = [50, 500, 2_000, 10_000, 30_000] as const;

/**
 * Learns where the own session comes from, as the server that it is connected to lists it, after each change of the
 * connection: what a successor has to know of this one to take its place over. One server is asked, a few times.
 */
export function followOwnAddress(deps: {
	readonly zk: ZooKeeperPort;
	readonly clock: Clock;
	readonly servers: readonly ServerConfig[];
	readonly openSweeper: (servers: readonly ServerConfig[]) => { readonly sweeper: SweepPort; close(): Promise<void> };
	/** Null: not known (any more). */
	readonly onAddress: (ip: string | null) => void;
	readonly onFault: (error: unknown) => void;
}): { close(): Promise<void> } {
	const { zk, clock } = deps;
	const stop = new AbortController();
	let running: Promise<void> = Promise.resolve();
	let generation: number | null = null;

	async function learn(sessionId: bigint, server: string, of: number): Promise<void> {
		const asked = deps.servers.filter(({ client }) => client === server);
		const { sweeper, close } = deps.openSweeper(asked.length > 0 ? asked : deps.servers);
		try {
			for (const pauseMs of LOOKS_AFTER_MS) {
				await clock.sleep(pauseMs, stop.signal);
				if (stop.signal.aborted || generation !== of) {
					return;
				}
				const sweep = await sweeper.sweep({ ownSessionId: sessionId, withEphemerals: false });
				const ip = sweep.sessions.get(sessionId)?.connections.at(-1)?.remoteIp ?? null;
				if (ip !== null && generation === of) {
					deps.onAddress(ip);
					return;
				}
			}
		} finally {
			await close();
		}
	}

	const unlisten = zk.onState((state) => {
		if (state.kind === 'connected' && state.generation !== generation) {
			const of = state.generation;
			generation = of;
			deps.onAddress(null);
			running = running.then(() => learn(state.sessionId, state.server, of)).catch(deps.onFault);
		}
	});

	return {
		async close() {
			stop.abort();
			unlisten();
			await running;
		},
	};
}
