import type { ClusterConfig } from '@/lib/core/config';
import { type MemberState, relevantEndpoints } from '@/lib/core/member-state';
import type { Policy } from '@/lib/core/policy';
import type { Clock, Sweep } from '@/lib/core/ports';
import { type Doubt, type ReachabilityObserver, toReachability } from '@/lib/core/reachability';
import type { EnsembleServerView, EnsembleView } from '@/lib/core/view';
import type { Roll } from './roll';

export type EnsembleViewInput = {
	readonly config: ClusterConfig;
	/** The cluster's as it is now. */
	readonly policy: Policy;
	readonly clock: Clock;
	readonly following: boolean;
	readonly sweep: Sweep | null;
	readonly tripwires: { readonly open: number; readonly max: number };
	readonly roll: Roll;
	/** Name of this console, and whether its own ZooKeeper session is fine. */
	readonly self: { readonly name: string; readonly live: boolean };
	/** Other consoles and agents. */
	readonly others: readonly ReachabilityObserver[];
};

/** What GET …/ensemble tells: made when it is asked for, from the last sweep and the roll. */
export function toEnsembleView(input: EnsembleViewInput): EnsembleView {
	const { config, clock, sweep, policy } = input;
	const servers = toServers(config, sweep);
	return {
		following: input.following,
		servers,
		leader: servers.find(({ role }) => role === 'leader' || role === 'standalone')?.server ?? null,
		sweptAtMs: sweep && Math.round(clock.wallMs() - (clock.nowMs() - sweep.summary.finishedAtMs)),
		sweepComplete: sweep?.summary.complete ?? false,
		gaps: (sweep?.summary.gaps ?? []).map((gap) => ({ ...gap })),
		tripwires: { ...input.tripwires },
		observersMin: policy.observersMin,
		observerDomainsMin: policy.observerDomainsMin,
		reachability: toReachability({
			members: [...input.roll.entries.values()]
				.filter(({ registration }) => registration.addresses.length > 0)
				.map(({ registration: { incarnation, group } }) => ({ path: incarnation.path, group })),
			observers: [toSelf(input), ...input.others],
		}),
	};
}

/** Those of the config that no sweep has seen yet are there too, with nothing known of them. */
function toServers({ zooKeeper }: ClusterConfig, sweep: Sweep | null): EnsembleServerView[] {
	const swept = new Map((sweep?.servers ?? []).map((server) => [server.server, server]));
	const unswept = zooKeeper.servers.filter(({ client }) => !swept.has(client));
	return [
		...[...swept.values()].map(({ problem, ...server }) => ({ ...server, problem: problem && { ...problem } })),
		...unswept.map(({ client }) => ({
			server: client,
			serverId: null,
			role: null,
			answered: false,
			source: null,
			problem: null,
			version: null,
			uptimeMs: null,
			latencyMsAvg: null,
			connections: null,
		})),
	];
}

/** This console as one of the observers: what it finds of each member by itself. */
function toSelf({ config, roll, self }: EnsembleViewInput): ReachabilityObserver {
	const doubts = new Map<string, Doubt>();
	for (const [path, { state }] of roll.entries) {
		const doubt = toDoubt(state);
		if (doubt) {
			doubts.set(path, doubt);
		}
	}
	const { failureDomain } = config;
	return { name: self.name, kind: 'console', failureDomain, self: true, live: self.live, watches: 'all', doubts };
}

/** As it would accuse it to the others: what failed otherwise is no answer either. null: nothing to doubt. */
function toDoubt(state: MemberState): Doubt | null {
	const subject = relevantEndpoints(state);
	const refused = subject.filter(({ last }) => last?.result === 'refused').length;
	const timedOut = subject.filter(({ last }) => last?.result === 'timed-out' || last?.result === 'failed').length;
	return refused + timedOut > 0 ? { refused, timedOut } : null;
}
