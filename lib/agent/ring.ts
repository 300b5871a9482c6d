/**
 * The next `count` members after this one in the sorted list, around the end: each member has as many that watch it as it
 * watches itself, and a neighbour's death moves the watch on by one. By code units, so that all agents sort alike.
 */
export function nextInRing(names: readonly string[], own: string, count: number): string[] {
	const others = [...new Set(names)].filter((name) => name !== own).sort(byCodeUnits);
	const after = others.findIndex((name) => byCodeUnits(name, own) > 0);
	const start = after === -1 ? 0 : after;
	return [...others.slice(start), ...others.slice(0, start)].slice(0, count);
}

function byCodeUnits(a: string, b: string): number {
	return a === b ? 0 : a < b ? -1 : 1;
}
