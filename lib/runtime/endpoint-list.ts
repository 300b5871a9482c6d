import { type Address, type Endpoint, endpointKey } from '@/lib/core/member';
import type { Clock, ProbePort } from '@/lib/core/ports';

const RESOLVE_TIMEOUT_MS = 2_000;
const RESOLVE_INTERVAL_MS = 30_000;
const ENDPOINTS_MAX = 32;

export type EndpointList = {
	all(): readonly Endpoint[];
	/**
	 * Other addresses from now on; what was resolved before stays. Due at once. `unreadable`: the registration names more than
	 * these, which cannot be read.
	 */
	name(addresses: readonly Address[], unreadable: boolean): void;
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
		/**
		 * Whether everything that it listens on by its own account is watched. Not so while there are too many, or while an
		 * address that it named later cannot be read or does not resolve: it may have moved there. Told when it changes.
		 */
		onWatched(all: boolean): void;
	},
): EndpointList {
	const { clock, probes } = deps;
	let known = addresses;
	let endpoints: readonly Endpoint[] = [];
	/** Named at first, or resolved since: by 'host:port'. */
	const placed = new Set(addresses.map(placeOf));
	let unreadable = false;
	let tooMany = false;
	let told = true;

	function tell(): void {
		const all = !unreadable && !tooMany && known.every((address) => placed.has(placeOf(address)));
		if (all !== told) {
			told = all;
			deps.onWatched(all);
		}
	}

	let resolvedAtMs = Number.NEGATIVE_INFINITY;

	/** In the addresses' order, whichever name is answered first. */
	async function find(): Promise<{ endpoint: Endpoint; name: string }[]> {
		const found = await Promise.all(
			known.map(async (address) => {
				const { host, port, name } = address;
				const ips = await probes.resolve(host, RESOLVE_TIMEOUT_MS);
				if (ips.length > 0) {
					placed.add(placeOf(address));
				}
				return ips.map((ip) => ({ endpoint: { ip, port }, name }));
			}),
		);
		return found.flat();
	}

	return {
		all: () => endpoints,
		name(next, isUnreadable) {
			known = next;
			unreadable = isUnreadable;
			resolvedAtMs = Number.NEGATIVE_INFINITY;
			tell();
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
					tooMany = true;
				} else if (!kept.has(key)) {
					kept.set(key, endpoint);
					deps.declareEndpoint(endpoint, name);
				}
			}
			endpoints = [...kept.values()];
			tell();
		},
	};
}

function placeOf({ host, port }: Address): string {
	return endpointKey({ ip: host, port });
}
