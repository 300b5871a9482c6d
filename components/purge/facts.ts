/** Facts of a guard come as a loose record of numbers and names; a sentence must hold without any of them. */
export type Facts = Readonly<Record<string, string | number>>;

export function numberFact(facts: Facts, name: string): number | null {
	const value = facts[name];
	return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Bounded, since a name may be a path that somebody else chose. */
export function textFact(facts: Facts, name: string): string | null {
	const value = facts[name];
	return typeof value === 'string' && value !== '' ? value.slice(0, 300) : null;
}
