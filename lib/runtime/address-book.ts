import { type Endpoint, endpointKey, type Incarnation, incarnationKey } from '@/lib/core/member';

export type Elsewhere = { readonly cluster: string; readonly path: string };

type Claim = { readonly cluster: string; readonly incarnation: Incarnation; readonly endpoints: ReadonlySet<string> };

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
	const byEndpoint = new Map<string, Set<string>>();
	const keyOf = (cluster: string, incarnation: Incarnation) => `${cluster} ${incarnationKey(incarnation)}`;

	return {
		put(cluster, incarnation, endpoint) {
			const key = keyOf(cluster, incarnation);
			const at = endpointKey(endpoint);
			const known = claims.get(key)?.endpoints ?? new Set<string>();
			claims.set(key, { cluster, incarnation, endpoints: new Set([...known, at]) });
			byEndpoint.set(at, (byEndpoint.get(at) ?? new Set<string>()).add(key));
		},
		remove(cluster, incarnation) {
			const key = keyOf(cluster, incarnation);
			for (const at of claims.get(key)?.endpoints ?? []) {
				const keys = byEndpoint.get(at);
				keys?.delete(key);
				if (keys?.size === 0) {
					byEndpoint.delete(at);
				}
			}
			claims.delete(key);
		},
		elsewhere(cluster, incarnation) {
			const own = claims.get(keyOf(cluster, incarnation));
			const found = new Map<string, Elsewhere>();
			for (const at of own?.endpoints ?? []) {
				for (const key of byEndpoint.get(at) ?? []) {
					const other = claims.get(key);
					const isOther = other && other.cluster !== cluster && !isSameZnode(other.incarnation, incarnation);
					if (isOther && found.size < TOLD_MAX) {
						found.set(key, { cluster: other.cluster, path: other.incarnation.path });
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
