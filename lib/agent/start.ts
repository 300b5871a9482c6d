import { systemClock } from '@/lib/adapters/clock';
import { createSweeper } from '@/lib/adapters/ensemble/sweeper';
import { joinObservers } from '@/lib/adapters/observers/observers';
import { readToldAddress } from '@/lib/adapters/observers/told-address';
import { watchEventLoop } from '@/lib/adapters/own-health/loop-monitor';
import { createProbes } from '@/lib/adapters/probes/probes';
import { parseRegistration } from '@/lib/adapters/registrations/parse-registration';
import { connectZooKeeper, ZooKeeperError } from '@/lib/adapters/zookeeper/client';
import { holdLatch } from '@/lib/adapters/zookeeper/latch';
import type { ServerConfig } from '@/lib/core/config';
import type { ZooKeeperPort } from '@/lib/core/ports';
import { type Agent, type AgentEvent, type AgentOptions, runAgent } from './agent';

export type AgentConnection = {
	/** 'host:port,host:port', without a chroot. */
	readonly connect: string;
	/** '' or '/chroot'. */
	readonly chroot: string;
	readonly auth: { readonly scheme: string; readonly credentials: string } | null;
};

/** The shortest that a server grants unless configured otherwise. */
const ELECTION_SESSION_MS = 4_000;

export type AgentHooks = {
	readonly onEvent: (event: AgentEvent) => void;
	/** Starts the member, where the agent does that, and resolves when it answers. */
	readonly startMember: () => Promise<void>;
	/** Aborts when the agent is to stop before it has registered. */
	readonly signal: AbortSignal;
};

/** Starts one agent on real adapters. Rejects when its ping cannot listen, or its member must not be started. */
export async function startAgent(options: AgentOptions & AgentConnection, hooks: AgentHooks): Promise<Agent> {
	const clock = systemClock;
	const connection = { ...options, tls: null, clock };
	const zk = connectZooKeeper(connection);
	const ownHealth = watchEventLoop();

	/** A sweep of the whole ensemble reads its config, which lies outside of a chroot: over a connection without one. */
	function openSweeper(servers: readonly ServerConfig[]) {
		const plain = options.chroot === '' ? zk : connectZooKeeper({ ...connection, chroot: '' });
		const sweeper = createSweeper({
			servers,
			readEnsembleConfig: () => readEnsembleConfig(plain),
			clock,
			loopPauseMsMax: ownHealth.loopPauseMsMax,
		});
		return {
			sweeper,
			async close() {
				await sweeper.close();
				if (plain !== zk) {
					await plain.close();
				}
			},
		};
	}

	function openElection() {
		const election = connectZooKeeper({ ...connection, sessionTimeoutMs: ELECTION_SESSION_MS });
		return { zk: election, close: () => election.close() };
	}

	try {
		return await runAgent(options, {
			...hooks,
			zk,
			probes: createProbes({ clock }),
			ownHealth,
			parse: parseRegistration,
			clock,
			joinObservers,
			openSweeper,
			openElection,
			holdLatch,
			readToldAddress,
			chroot: options.chroot,
		});
	} catch (error) {
		ownHealth.close();
		await zk.close();
		throw error;
	}
}

/** Null: down or not permitted, which the sweep reports as a gap. */
async function readEnsembleConfig(zk: ZooKeeperPort): Promise<string | null> {
	try {
		return (await zk.read('/zookeeper/config'))?.data.toString('utf8') ?? null;
	} catch (error) {
		if (error instanceof ZooKeeperError) {
			return null;
		}
		throw error;
	}
}
