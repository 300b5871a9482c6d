import { systemClock } from '@/lib/adapters/clock';
import { joinObservers } from '@/lib/adapters/observers/observers';
import { watchEventLoop } from '@/lib/adapters/own-health/loop-monitor';
import { createProbes } from '@/lib/adapters/probes/probes';
import { parseRegistration } from '@/lib/adapters/registrations/parse-registration';
import { connectZooKeeper } from '@/lib/adapters/zookeeper/client';
import { type Agent, type AgentEvent, type AgentOptions, runAgent } from './agent';

export type AgentConnection = {
	/** 'host:port,host:port', without a chroot. */
	readonly connect: string;
	/** '' or '/chroot'. */
	readonly chroot: string;
	readonly auth: { readonly scheme: string; readonly credentials: string } | null;
};

/** Starts one agent on real adapters. Rejects when its ping cannot listen. */
export async function startAgent(
	options: AgentOptions & AgentConnection,
	onEvent: (event: AgentEvent) => void,
): Promise<Agent> {
	const clock = systemClock;
	const zk = connectZooKeeper({ ...options, tls: null, clock });
	const ownHealth = watchEventLoop();
	try {
		return await runAgent(options, {
			zk,
			probes: createProbes({ clock }),
			ownHealth,
			parse: parseRegistration,
			clock,
			joinObservers,
			onEvent,
		});
	} catch (error) {
		ownHealth.close();
		await zk.close();
		throw error;
	}
}
