import type { Endpoint } from '@/lib/core/member';
import type { ProbePort } from '@/lib/core/ports';
import type { RollEntry } from './roll';

const REFERENCE_TIMEOUT_MS = 500;
/** Asked at once, so that members which died together do not make the observer doubt itself. */
const CANDIDATES = 3;

/**
 * A known-good address accepted just now: another living member (of the same subnet if there is one) or, with none
 * alive, two ZooKeeper servers (a standalone's one). Condition 6 of a proof: who hears nobody must not accuse.
 */
export async function referenceAccepts(deps: {
	probes: ProbePort;
	exceptPath: string;
	entries: Iterable<RollEntry>;
	/** Client ports of the ensemble's servers, as host:port split into literal endpoints. */
	servers: () => Promise<Endpoint[]>;
}): Promise<boolean> {
	const { probes } = deps;
	const accepts = async (endpoint: Endpoint): Promise<boolean> => {
		const answer = await probes.probe(endpoint, { timeoutMs: REFERENCE_TIMEOUT_MS });
		return answer.result === 'accepted';
	};
	const { own, living } = livingEndpoints(deps.entries, deps.exceptPath);
	const near = living.filter((endpoint) => own.some((other) => sameSubnet(other.ip, endpoint.ip)));
	const candidates = pick(near.length > 0 ? near : living, CANDIDATES);
	if (candidates.length > 0) {
		return (await Promise.all(candidates.map(accepts))).some(Boolean);
	}
	const servers = await deps.servers();
	const accepted = (await Promise.all(servers.map(accepts))).filter(Boolean).length;
	return accepted >= Math.min(2, Math.max(1, servers.length));
}

function livingEndpoints(entries: Iterable<RollEntry>, exceptPath: string): { own: Endpoint[]; living: Endpoint[] } {
	const own: Endpoint[] = [];
	const living: Endpoint[] = [];
	for (const entry of entries) {
		const endpoints = Object.values(entry.state.endpoints);
		if (entry.registration.incarnation.path === exceptPath) {
			own.push(...endpoints.map((known) => known.endpoint));
		} else if (entry.state.verdict === 'alive') {
			const answering = endpoints.find((known) => known.attributed && known.last?.result === 'accepted');
			if (answering) {
				living.push(answering.endpoint);
			}
		}
	}
	// An address that the suspect shares with a living member says nothing about the observer's own network.
	return { own, living: living.filter((a) => !own.some((b) => a.ip === b.ip && a.port === b.port)) };
}

/** Same /24 of IPv4, same /64 of IPv6: near enough to share the network path. */
function sameSubnet(a: string, b: string): boolean {
	return subnet(a) === subnet(b);
}

function subnet(ip: string): string {
	return ip.includes(':') ? ip.split(':').slice(0, 4).join(':') : ip.split('.').slice(0, 3).join('.');
}

/** Up to `count` of them, spread evenly over the list. */
function pick<T>(list: readonly T[], count: number): T[] {
	const stride = Math.max(1, Math.floor(list.length / count));
	return list.filter((_, index) => index % stride === 0).slice(0, count);
}
