import { type Address, type Endpoint, endpointKey } from '@/lib/core/member';
import type { Clock, ProbePort } from '@/lib/core/ports';

const RESOLVE_TIMEOUT_MS = 2_000;
const RESOLVE_INTERVAL_MS = 30_000;
const ENDPOINTS_MAX = 32;

export type EndpointList = {
	all(): readonly Endpoint[];
	/** Other addresses from now on; what was resolved before stays. Due at once. */
	name(addresses: readonly Address[]): void;
	isDue(): boolean;
	resolve(): Promise<void>;
	everResolved(): boolean;
};

/** The literal endpoints of one incarnation: its addresses, resolved again every 30 s. A name may stand for several IPs. */
export function createEndpointList(
	addresses: readonly Address[],
	deps: {
		readonly clock: Clock;
		readonly probes: ProbePort;
		declareEndpoint(endpoint: Endpoint, addressName: string): void;
		/** There are more endpoints than are watched. */
		onUnwatched(): void;
	},
): EndpointList {
	const { clock, probes } = deps;
	let known = addresses;
	let endpoints: readonly Endpoint[] = [];
	let resolvedAtMs = Number.NEGATIVE_INFINITY;

	/** In the addresses' order, whichever name is answered first. */
	async function find(): Promise<{ endpoint: Endpoint; name: string }[]> {
		const found = await Promise.all(
			known.map(async ({ host, port, name }) => {
				const ips = await probes.resolve(host, RESOLVE_TIMEOUT_MS);
				return ips.map((ip) => ({ endpoint: { ip, port }, name }));
			}),
		);
		return found.flat();
	}

	return {
		all: () => endpoints,
		name(next) {
			known = next;
			resolvedAtMs = Number.NEGATIVE_INFINITY;
		},
		isDue: () => clock.nowMs() - resolvedAtMs > RESOLVE_INTERVAL_MS,
		everResolved: () => resolvedAtMs !== Number.NEGATIVE_INFINITY,
		async resolve() {
			resolvedAtMs = clock.nowMs();
			const found = await find();
			// What was resolved once stays: every IP:port on which the incarnation was seen to accept counts in a proof.
			const kept = new Map(endpoints.map((endpoint) => [endpointKey(endpoint), endpoint]));
			for (const { endpoint, name } of found) {
				const key = endpointKey(endpoint);
				if (!kept.has(key) && kept.size >= ENDPOINTS_MAX) {
					deps.onUnwatched();
				} else if (!kept.has(key)) {
					kept.set(key, endpoint);
					deps.declareEndpoint(endpoint, name);
				}
			}
			endpoints = [...kept.values()];
		},
	};
}
