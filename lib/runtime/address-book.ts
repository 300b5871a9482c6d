import { type Endpoint, endpointKey, type Incarnation, incarnationKey } from '@/lib/core/member';

export type Elsewhere = { readonly cluster: string; readonly path: string };

type Claim = { readonly cluster: string; readonly incarnation: Incarnation; readonly endpoints: Set<string> };

/** More claimants of one address than this help nobody. */
const TOLD_MAX = 16;

/** Who claims which endpoint in any cluster of this console: the same host:port twice is a conflict, whichever registry says it. */
export type AddressBook = {
	put(cluster: string, incarnation: Incarnation, endpoint: Endpoint): void;
	remove(cluster: string, incarnation: Incarnation): void;
	/** Members of other clusters that claim an endpoint of this one. The same session seen twice (one ensemble configured twice) is none. */
	elsewhere(cluster: string, incarnation: Incarnation): Elsewhere[];
};

export function createAddressBook(): AddressBook {
	const claims = new Map<string, Claim>();
	/** By endpoint, then by cluster: whoever shares an address within one cluster is not looked through. */
	const byEndpoint = new Map<string, Map<string, Map<string, Claim>>>();
	/** Claims a cluster: where all are of one, which is the most usual, nobody is looked for elsewhere. */
	const counts = new Map<string, number>();
	const keyOf = (cluster: string, incarnation: Incarnation) => `${cluster} ${incarnationKey(incarnation)}`;

	return {
		put(cluster, incarnation, endpoint) {
			const key = keyOf(cluster, incarnation);
			const at = endpointKey(endpoint);
			const known = claims.get(key);
			const claim: Claim = known ?? { cluster, incarnation, endpoints: new Set() };
			if (!known) {
				claims.set(key, claim);
				counts.set(cluster, (counts.get(cluster) ?? 0) + 1);
			}
			claim.endpoints.add(at);
			const clusters = byEndpoint.get(at) ?? new Map<string, Map<string, Claim>>();
			byEndpoint.set(at, clusters);
			clusters.set(cluster, (clusters.get(cluster) ?? new Map<string, Claim>()).set(key, claim));
		},
		remove(cluster, incarnation) {
			const key = keyOf(cluster, incarnation);
			for (const at of claims.get(key)?.endpoints ?? []) {
				const clusters = byEndpoint.get(at);
				const there = clusters?.get(cluster);
				there?.delete(key);
				if (there?.size === 0) {
					clusters?.delete(cluster);
				}
				if (clusters?.size === 0) {
					byEndpoint.delete(at);
				}
			}
			if (claims.delete(key)) {
				const left = (counts.get(cluster) ?? 1) - 1;
				if (left > 0) {
					counts.set(cluster, left);
				} else {
					counts.delete(cluster);
				}
			}
		},
		elsewhere(cluster, incarnation) {
			if (counts.size < 2) {
				return [];
			}
			const found = new Map<string, Elsewhere>();
			for (const at of claims.get(keyOf(cluster, incarnation))?.endpoints ?? []) {
				for (const [other, there] of byEndpoint.get(at) ?? []) {
					for (const [key, claim] of other === cluster ? [] : there) {
						if (found.size >= TOLD_MAX) {
							return [...found.values()];
						}
						if (!isSameZnode(claim.incarnation, incarnation)) {
							found.set(key, { cluster: other, path: claim.incarnation.path });
						}
					}
				}
			}
			return [...found.values()];
		},
	};
}

/** One ensemble that two clusters of the config name, maybe under different chroots. */
function isSameZnode(a: Incarnation, b: Incarnation): boolean {
	return a.czxid === b.czxid && a.ephemeralOwner === b.ephemeralOwner;
}
