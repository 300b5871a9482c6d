import type { ReachabilityCell, ReachabilityView } from './view';

/** What one observer says of one member that it does not find well: how many endpoints refused, and timed out. */
export type Doubt = { readonly refused: number; readonly timedOut: number };

export type ReachabilityObserver = {
	readonly name: string;
	readonly kind: 'console' | 'agent';
	readonly failureDomain: string;
	/** The one that asks. */
	readonly self: boolean;
	/** Its session makes progress; null: not known (no sweep could tell). */
	readonly live: boolean | null;
	/** Paths that it watches, each once. */
	readonly watches: 'all' | Iterable<string>;
	/** By member path. */
	readonly doubts: ReadonlyMap<string, Doubt>;
};

export type ReachabilityInput = {
	/** Every registered member with an address. */
	readonly members: readonly { readonly path: string; readonly group: string }[];
	readonly observers: readonly ReachabilityObserver[];
};

/** Larger matrices serve nobody who looks at them. */
const OBSERVERS_MAX = 64;
const GROUPS_MAX = 64;

/**
 * Who reaches whom: observers x groups of members. Silence of an observer that lives counts as 'finds it well', for
 * doubts are written on change only; that of one whose session makes no progress counts as nothing.
 */
export function toReachability({ members, observers }: ReachabilityInput): ReachabilityView {
	const groupOf = new Map(members.map(({ path, group }) => [path, group]));
	const sizes = new Map<string, number>();
	for (const { group } of members) {
		sizes.set(group, (sizes.get(group) ?? 0) + 1);
	}
	const groups = [...sizes].map(([group, count]) => ({ group, members: count })).sort(byGroup);
	const shown = groups.slice(0, GROUPS_MAX);
	const rows = [...observers].sort(byName).slice(0, OBSERVERS_MAX);
	return {
		observers: rows.map(({ name, kind, failureDomain, self, live }) => ({ name, kind, failureDomain, self, live })),
		groups: shown,
		cells: rows.map((observer) => cellsOf(observer, groupOf, shown)),
		observersLeftOut: observers.length - rows.length,
		groupsLeftOut: groups.length - shown.length,
	};
}

type Counts = { watched: number; suspected: number; timedOut: number; refused: number };

/** By what it watches and doubts, not by all there is: of an agent that is a handful. */
function cellsOf(
	{ watches, doubts, live }: ReachabilityObserver,
	groupOf: ReadonlyMap<string, string>,
	groups: readonly { readonly group: string; readonly members: number }[],
): ReachabilityCell[] {
	const all = watches === 'all';
	const counts = new Map<string, Counts>(
		groups.map(({ group, members }) => [group, { watched: all ? members : 0, suspected: 0, timedOut: 0, refused: 0 }]),
	);
	const countsOf = (path: string) => counts.get(groupOf.get(path) ?? '') ?? null;
	for (const path of all ? doubts.keys() : watches) {
		const of = groupOf.has(path) ? countsOf(path) : null;
		const doubt = doubts.get(path);
		if (of) {
			of.watched += all ? 0 : 1;
			of.suspected += doubt ? 1 : 0;
			of.timedOut += doubt && doubt.timedOut > 0 ? 1 : 0;
			of.refused += doubt && doubt.refused > 0 ? 1 : 0;
		}
	}
	return [...counts.values()].map((of) => ({ ...of, state: stateOf(of, live) }));
}

/** A refusal comes from the member's own host: that one is reachable. Only what times out is not. */
function stateOf({ watched, timedOut }: Counts, live: boolean | null): ReachabilityCell['state'] {
	if (watched === 0 || live !== true) {
		return 'unknown';
	}
	if (timedOut === 0) {
		return 'reachable';
	}
	return timedOut < watched ? 'partly' : 'unreachable';
}

/** The one that asks comes first. */
function byName(a: ReachabilityObserver, b: ReachabilityObserver): number {
	return a.self === b.self ? compare(a.name, b.name) : a.self ? -1 : 1;
}

function byGroup(a: { readonly group: string }, b: { readonly group: string }): number {
	return compare(a.group, b.group);
}

function compare(a: string, b: string): number {
	return a === b ? 0 : a < b ? -1 : 1;
}
