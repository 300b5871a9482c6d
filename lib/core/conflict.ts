import type { Endpoint } from './member';
import { endpointKey } from './member';
import type { MemberState } from './member-state';
import type { Rival } from './proof';

/**
 * What a conflict is judged by: same id under the same parent, or same endpoint (Turms' own rule). '1' of another service
 * is somebody else.
 */
export type Claim = { readonly path: string; readonly id: string; readonly endpoints: readonly string[] };

/** Thousands may share one address (a virtual one, or 127.0.0.1 by mistake); more than this many help nobody. */
const CONFLICTS_MAX = 64;

/**
 * Who claims which id and endpoint, so that conflicts are found without comparing each with each. Claims are put in and
 * taken out one by one: a join among 10,000 members costs what one member costs.
 */
export type ConflictIndex = {
	/** Takes a claim in, in place of the path's former one. */
	put(claim: Claim): void;
	remove(path: string): void;
	claimOf(path: string): Claim | null;
	/** Paths of other claims with the same id or endpoint, sorted; at most 64 of them. */
	conflictsOf(path: string): string[];
	/** For each id and endpoint that several claim, their paths. */
	contested(): Iterable<ReadonlySet<string>>;
};

export function indexClaims(claims: Iterable<Claim>): ConflictIndex {
	const known = new Map<string, { claim: Claim; keys: readonly string[] }>();
	const paths = new Map<string, Set<string>>();
	const contested = new Set<Set<string>>();

	function remove(path: string): void {
		for (const key of known.get(path)?.keys ?? []) {
			const group = paths.get(key);
			group?.delete(path);
			if (group && group.size < 2) {
				contested.delete(group);
			}
			if (group?.size === 0) {
				paths.delete(key);
			}
		}
		known.delete(path);
	}

	function put(claim: Claim): void {
		remove(claim.path);
		const keys = keysOf(claim);
		known.set(claim.path, { claim, keys });
		for (const key of keys) {
			const group = paths.get(key) ?? new Set<string>();
			paths.set(key, group.add(claim.path));
			if (group.size > 1) {
				contested.add(group);
			}
		}
	}

	function conflictsOf(path: string): string[] {
		const contestedKeys = (known.get(path)?.keys ?? []).filter((key) => (paths.get(key)?.size ?? 0) > 1);
		// Asked for with each atom of evidence, of members that share nothing with anybody.
		if (contestedKeys.length === 0) {
			return [];
		}
		const found = new Set<string>();
		for (const key of contestedKeys) {
			for (const other of paths.get(key) ?? []) {
				if (found.size >= CONFLICTS_MAX) {
					break;
				}
				if (other !== path) {
					found.add(other);
				}
			}
		}
		return [...found].sort();
	}

	for (const claim of claims) {
		put(claim);
	}
	return { put, remove, claimOf: (path) => known.get(path)?.claim ?? null, conflictsOf, contested: () => contested };
}

function keysOf(claim: Claim): string[] {
	return [idKey(claim), ...claim.endpoints.map((endpoint) => `at ${endpoint}`)];
}

function idKey({ path, id }: Claim): string {
	return `id ${path.slice(0, path.lastIndexOf('/'))} ${id}`;
}

/** How `other` stands to `claim`, as the detector wants it. */
export function toRival(claim: Claim, other: { claim: Claim; state: MemberState }): Rival {
	const sharedEndpoints = other.claim.endpoints.filter((endpoint) => claim.endpoints.includes(endpoint));
	return {
		incarnation: other.state.incarnation,
		seenSinceMs: other.state.seenSinceMs,
		sameId: idKey(other.claim) === idKey(claim),
		sameAddress: sharedEndpoints.length > 0,
		sharedEndpoints,
		remoteIp: other.state.session.remoteIp,
		firstListedAtMs: other.state.session.firstListedAtMs,
	};
}

export function toClaim(path: string, id: string, endpoints: Iterable<Endpoint>): Claim {
	return { path, id, endpoints: [...endpoints].map(endpointKey) };
}
