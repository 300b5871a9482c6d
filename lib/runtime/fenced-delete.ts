import { MULTI_REMOVALS_MAX } from '../core/fence';
import type { OutcomeReason, OwnedZnode } from '../core/purge-plan';
import type { FencedDeleteDeps, FencedDeleteRequest, FencedDeleteResult } from './fence-request';
import type { Job, Pursuit } from './fence-step';
import { persist } from './fenced-multi';

export type * from './fence-request';

/**
 * Removes exactly one incarnation of a registration, with the other ephemerals of its session and the audit record, or
 * nothing. The registration and its record commit first, together with what fits; what contends or does not fit follows
 * in multis of its own, each with its own fence and record. Never rejects for anything that ZooKeeper does.
 */
export async function fencedDelete(deps: FencedDeleteDeps, request: FencedDeleteRequest): Promise<FencedDeleteResult> {
	const { incarnation } = request;
	if (incarnation.ephemeralOwner === 0n) {
		return {
			kind: 'refused',
			reason: 'guard',
			path: incarnation.path,
			detail: 'only an ephemeral registration can be proven dead; this one is persistent',
		};
	}
	const pursuit: Pursuit = {
		unguardable: new Set(),
		czxids: new Map(),
		left: new Map(),
		apart: new Set(),
		overflow: new Set(),
	};
	const reachable = sortOwned(request, pursuit);
	const together = reachable.slice(0, MULTI_REMOVALS_MAX - 1);
	const job: Job = {
		part: 'registration',
		victim: { incarnation, dataVersion: request.dataVersion },
		owned: together,
		attemptId: request.attemptId,
	};
	const done = await persist(deps, request, pursuit, job);
	if (done.kind === 'nothing') {
		return {
			kind: 'failed',
			reason: 'internal',
			detail: 'the registration was not part of its purge',
			unresolved: false,
		};
	}
	if (done.kind !== 'committed') {
		return done;
	}
	const rest = await removeRest(deps, request, pursuit, reachable.slice(together.length));
	return {
		...done,
		removed: [...done.removed, ...rest],
		left: [...pursuit.left].map(([path, reason]) => ({ path, reason })),
	};
}

/** What can be reached, each once and without the victim; the rest is left, and said to be. */
function sortOwned(request: FencedDeleteRequest, pursuit: Pursuit): readonly OwnedZnode[] {
	const reachable = new Map<string, OwnedZnode>();
	for (const znode of request.owned) {
		if (znode.path === request.incarnation.path) {
			continue;
		}
		if (znode.kind === 'out-of-reach') {
			pursuit.left.set(znode.path, 'out-of-reach');
		} else {
			reachable.set(znode.path, znode);
		}
	}
	return [...reachable.values()];
}

/**
 * The session's ephemerals that did not go with the registration: in bounded multis, and one by one what contends.
 * Anything that speaks against the purge as a whole (a sign of life, the latch lost, evidence too old) ends it, and all
 * that remains is left.
 */
async function removeRest(
	deps: FencedDeleteDeps,
	request: FencedDeleteRequest,
	pursuit: Pursuit,
	beyond: readonly OwnedZnode[],
): Promise<string[]> {
	const removed: string[] = [];
	const groups = chunk([...beyond, ...taken(request, pursuit.overflow)]);
	for (let part = 1; ; part += 1) {
		groups.push(...chunk(taken(request, pursuit.overflow)));
		groups.push(...taken(request, pursuit.apart).map((znode) => [znode]));
		const group = groups.shift();
		if (group === undefined) {
			return removed;
		}
		const job: Job = { part: 'rest', victim: null, owned: group, attemptId: `${request.attemptId}.${part}` };
		const done = await persist(deps, request, pursuit, job);
		if (done.kind === 'committed') {
			removed.push(...done.removed);
		} else if (done.kind === 'contended') {
			leave(pursuit, group, done.reason);
		} else if (done.kind !== 'nothing') {
			leave(pursuit, [...group, ...groups.flat(), ...taken(request, pursuit.apart)], done.reason);
			return removed;
		}
	}
}

/** Empties a set of paths into the znodes they name. */
function taken(request: FencedDeleteRequest, paths: Set<string>): OwnedZnode[] {
	const znodes = request.owned.filter((znode) => paths.has(znode.path));
	paths.clear();
	return znodes;
}

function chunk(znodes: readonly OwnedZnode[]): OwnedZnode[][] {
	const groups: OwnedZnode[][] = [];
	for (let start = 0; start < znodes.length; start += MULTI_REMOVALS_MAX) {
		groups.push(znodes.slice(start, start + MULTI_REMOVALS_MAX));
	}
	return groups;
}

function leave(pursuit: Pursuit, znodes: readonly OwnedZnode[], reason: OutcomeReason): void {
	for (const znode of znodes) {
		pursuit.left.set(znode.path, pursuit.left.get(znode.path) ?? reason);
	}
}
