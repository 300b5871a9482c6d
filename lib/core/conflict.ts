import type { Endpoint } from './member';
import { endpointKey } from './member';
import type { MemberState } from './member-state';
import type { Rival } from './proof';

/** What a conflict is judged by: same id, or same endpoint (seed.md: Turms' own rule). */
export type Claim = { readonly path: string; readonly id: string; readonly endpoints: readonly string[] };

export type ConflictIndex = {
	readonly byId: ReadonlyMap<string, ReadonlySet<string>>;
	readonly byEndpoint: ReadonlyMap<string, ReadonlySet<string>>;
};

/** Indexes who claims which id and endpoint, to find conflicts without comparing each with each. */
export function indexClaims(claims: Iterable<Claim>): ConflictIndex {
	const byId = new Map<string, Set<string>>();
	const byEndpoint = new Map<string, Set<string>>();
	for (const claim of claims) {
		put(byId, claim.id, claim.path);
		for (const endpoint of claim.endpoints) {
			put(byEndpoint, endpoint, claim.path);
		}
	}
	return { byId, byEndpoint };
}

function put(map: Map<string, Set<string>>, key: string, path: string): void {
	const set = map.get(key);
	if (set) {
		set.add(path);
	} else {
		map.set(key, new Set([path]));
	}
}

/** Paths of the other claims with the same id or endpoint. */
export function conflictsOf(claim: Claim, index: ConflictIndex): string[] {
	const found = new Set(index.byId.get(claim.id));
	for (const endpoint of claim.endpoints) {
		for (const path of index.byEndpoint.get(endpoint) ?? []) {
			found.add(path);
		}
	}
	found.delete(claim.path);
	return [...found].sort();
}

/** How `other` stands to `claim`, as the detector wants it. */
export function toRival(claim: Claim, other: { claim: Claim; state: MemberState }): Rival {
	return {
		incarnation: other.state.incarnation,
		seenSinceMs: other.state.seenSinceMs,
		sameId: other.claim.id === claim.id,
		sameAddress: other.claim.endpoints.some((endpoint) => claim.endpoints.includes(endpoint)),
		remoteIp: other.state.session.remoteIp,
	};
}

export function toClaim(path: string, id: string, endpoints: Iterable<Endpoint>): Claim {
	return { path, id, endpoints: [...endpoints].map(endpointKey) };
}
