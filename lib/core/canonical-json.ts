import type { Json } from './audit-entry';

/**
 * Canonical JSON (RFC 8785 for the values that `Json` allows): keys sorted by UTF-16 code units, no white space,
 * ECMAScript number formatting. Throws a TypeError on a number that is not finite.
 */
export function canonicalJson(value: Json): string {
	if (typeof value === 'number' && !Number.isFinite(value)) {
		throw new TypeError(`canonical JSON cannot hold ${value}: record it as text`);
	}
	if (value === null || typeof value !== 'object') {
		return JSON.stringify(value);
	}
	if (isList(value)) {
		return `[${value.map(canonicalJson).join(',')}]`;
	}
	const members = Object.keys(value)
		.sort()
		.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
	return `{${members.join(',')}}`;
}

function isList(value: object): value is readonly Json[] {
	return Array.isArray(value);
}
