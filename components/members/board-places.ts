import type { LiveMember } from '../live/live-cluster';
import { byName, mergeSorted, type Named } from './member-order';

/** Of so many cells one may be empty before the board is closed up. */
const CELLS_A_HOLE = 20;

/** The board's cells in their order. Who has left keeps its cell, empty, for it may come back to it: `known` has it too. */
export type Places = { readonly paths: readonly string[]; readonly known: ReadonlyMap<string, Named> };

export const NO_PLACES: Places = { paths: [], known: new Map() };

const toNamed = ({ path, id, group }: Named): Named => ({ path, id, group });

type Members = ReadonlyMap<string, LiveMember>;

/** Every member in its place by name, and no empty cell. */
export function placeAll(members: Members): Places {
	const sorted = [...members.values()].sort(byName);
	return {
		paths: sorted.map(({ path }) => path),
		known: new Map(sorted.map((member) => [member.path, toNamed(member)])),
	};
}

/**
 * The places after members came and went: a cell moves only for a newcomer before it, or when too many are empty and all of
 * them are closed up at once. Returns the same object when nobody came and none was closed up.
 */
export function keepPlaces(places: Places, members: Members): Places {
	const newcomers: LiveMember[] = [];
	for (const member of members.values()) {
		if (!places.known.has(member.path)) newcomers.push(member);
	}
	const holes = places.paths.length + newcomers.length - members.size;
	const isTooEmpty = holes * CELLS_A_HOLE > places.paths.length;
	if (newcomers.length === 0 && !isTooEmpty) return places;
	const kept = isTooEmpty ? places.paths.filter((path) => members.has(path)) : places.paths;
	const known = new Map<string, Named>();
	for (const path of kept) {
		const named = places.known.get(path);
		if (named) known.set(path, named);
	}
	for (const member of newcomers) known.set(member.path, toNamed(member));
	return { paths: mergeSorted(kept, newcomers, known, byName), known };
}
