import type { LiveMember } from '../live/live-cluster';
import { needsAttention, severityOf } from '../live/not-alive';

/**
 * Rows keep their places while somebody reads. `attention`, the order to begin with, has the unwell on top, worst first, and
 * the others by name. Afterwards:
 * - a member that turns unwell joins the end of the top part at once (it must be seen); one that has just registered, and
 *   is being examined, does not count as such: under churn they would push everything down all the time;
 * - one that recovers stays where it is until the reader sorts again (a row under the pointer must not jump);
 * - by id, group, address or age, which do not change, newcomers are put in their place;
 * - by latency, last answer or session, which change all the time, the order is that of the moment of sorting and newcomers
 *   come last.
 */
export const SORTS = ['attention', 'id', 'group', 'address', 'latency', 'answered', 'session', 'age'] as const;
export type Sort = (typeof SORTS)[number];
export type Direction = 'asc' | 'desc';

export type Order = {
	readonly sort: Sort;
	readonly direction: Direction;
	readonly paths: readonly string[];
	/** How many of `paths` make up the top part; 0 unless sorted by attention. */
	readonly pinned: number;
	/** Sorting again would change something, or might: values such as latency never stand still. */
	readonly unsorted: boolean;
};

const collator = new Intl.Collator('en', { numeric: true });
/** What a member's place by name depends on. */
export type Named = Pick<LiveMember, 'path' | 'id' | 'group'>;
export const byName = (a: Named, b: Named) =>
	collator.compare(a.group, b.group) || collator.compare(a.id, b.id) || collator.compare(a.path, b.path);
const bySeverity = (a: LiveMember, b: LiveMember) => severityOf(a.verdict) - severityOf(b.verdict) || byName(a, b);
/** What is not known comes last in ascending order. */
const orLast = (value: number | null) => value ?? Number.MAX_VALUE;
const addressOf = (member: LiveMember) => `${member.host ?? '\uffff'}:${member.port ?? ''}`;

const COMPARE: Record<Sort, (a: LiveMember, b: LiveMember) => number> = {
	attention: (a, b) => Number(needsAttention(b.verdict)) - Number(needsAttention(a.verdict)) || byName(a, b),
	id: (a, b) => collator.compare(a.id, b.id) || byName(a, b),
	group: byName,
	address: (a, b) => collator.compare(addressOf(a), addressOf(b)) || byName(a, b),
	latency: (a, b) => orLast(a.rttMs) - orLast(b.rttMs) || byName(a, b),
	answered: (a, b) => (b.lastAnsweredAtMs ?? 0) - (a.lastAnsweredAtMs ?? 0) || byName(a, b),
	session: (a, b) => collator.compare(a.session.server ?? '\uffff', b.session.server ?? '\uffff') || byName(a, b),
	age: (a, b) => b.registeredAtMs - a.registeredAtMs || byName(a, b),
};
const CHANGES_ALL_THE_TIME = new Set<Sort>(['latency', 'answered', 'session']);

type Members = ReadonlyMap<string, LiveMember>;

/** A fresh order. */
export function arrange(members: Members, sort: Sort, direction: Direction): Order {
	const all = [...members.values()];
	const pinnedRows =
		sort === 'attention' ? all.filter((member) => needsAttention(member.verdict)).sort(bySeverity) : [];
	const others = sort === 'attention' ? all.filter((member) => !needsAttention(member.verdict)) : all;
	others.sort(COMPARE[sort]);
	if (direction === 'desc') others.reverse();
	const paths = [...pinnedRows, ...others].map((member) => member.path);
	return { sort, direction, paths, pinned: pinnedRows.length, unsorted: CHANGES_ALL_THE_TIME.has(sort) };
}

function sameSet(order: Order, members: Members): boolean {
	return order.paths.length === members.size && order.paths.every((path) => members.has(path));
}

function isUnsorted(top: readonly string[], members: Members): boolean {
	const verdicts = top.map((path) => members.get(path)?.verdict ?? 'left');
	return verdicts.some((verdict, index) => {
		const above = verdicts[index - 1];
		return !needsAttention(verdict) || (above !== undefined && severityOf(verdict) < severityOf(above));
	});
}

/**
 * Newcomers put in their places among paths that are in order already, `members` having all of both. A few among thousands
 * cost a few comparisons each: sorting 10,000 names anew takes some 50 ms.
 */
export function mergeSorted<T extends Named>(
	paths: readonly string[],
	newcomers: readonly T[],
	members: ReadonlyMap<string, T>,
	compare: (a: T, b: T) => number,
): readonly string[] {
	const merged: string[] = [];
	let from = 0;
	for (const newcomer of newcomers.toSorted(compare)) {
		let [low, high] = [from, paths.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			const there = members.get(paths[middle] ?? '');
			if (there && compare(there, newcomer) <= 0) low = middle + 1;
			else high = middle;
		}
		for (; from < low; from++) merged.push(paths[from] ?? '');
		merged.push(newcomer.path);
	}
	return newcomers.length === 0 ? paths : merged.concat(paths.slice(from));
}

/** Who is in neither list, whatever it is called. */
function newcomersTo(members: Members, kept: readonly string[], top: readonly string[] = []): LiveMember[] {
	// All that is listed is there: as many in all means that nobody is new.
	if (kept.length + top.length === members.size) return [];
	const known = new Set(kept);
	for (const path of top) known.add(path);
	const found: LiveMember[] = [];
	for (const member of members.values()) {
		if (!known.has(member.path)) found.push(member);
	}
	return found;
}

function keepAttention(order: Order, members: Members): Order {
	const pinned = order.paths.slice(0, order.pinned).filter((path) => members.has(path));
	const known = new Set(pinned);
	const turned: LiveMember[] = [];
	for (const member of members.values()) {
		const isUnwell = needsAttention(member.verdict) && member.verdict !== 'unknown';
		if (isUnwell && !known.has(member.path)) turned.push(member);
	}
	const top = [...pinned, ...turned.sort(bySeverity).map((member) => member.path)];
	const unsorted = isUnsorted(top, members);
	const kept = order.paths.slice(order.pinned).filter((path) => members.has(path));
	const settled = pinned.length + kept.length === order.paths.length && order.paths.length === members.size;
	if (settled && turned.length === 0) return unsorted === order.unsorted ? order : { ...order, unsorted };
	const onTop = new Set(top);
	const below = turned.length === 0 ? kept : kept.filter((path) => !onTop.has(path));
	const others = settled ? below : mergeSorted(below, newcomersTo(members, below, top), members, byName);
	return { ...order, paths: [...top, ...others], pinned: top.length, unsorted };
}

/** The order after a change of members or verdicts. Returns the same object when nothing moves. */
export function keepOrder(order: Order, members: Members): Order {
	if (order.sort === 'attention') return keepAttention(order, members);
	const live = CHANGES_ALL_THE_TIME.has(order.sort);
	if (sameSet(order, members)) return order;
	const kept = order.paths.filter((path) => members.has(path));
	const newcomers = newcomersTo(members, kept);
	if (live) return { ...order, paths: [...kept, ...newcomers.map(({ path }) => path)], unsorted: true };
	const compare = COMPARE[order.sort];
	const sign = order.direction === 'desc' ? -1 : 1;
	return { ...order, paths: mergeSorted(kept, newcomers, members, (a, b) => sign * compare(a, b)) };
}
