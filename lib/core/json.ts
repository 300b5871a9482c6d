import type { Json } from './audit-entry';
import { toHex } from './ids';

/**
 * JSON of a core value for the audit log: bigint ids become 0x-hex, Maps and Sets lists, undefined fields vanish,
 * infinite numbers become text. What cannot be JSON (functions, symbols) becomes its type's name.
 */
export function toJson(value: unknown): Json {
	switch (typeof value) {
		case 'bigint':
			return toHex(value);
		case 'number':
			return Number.isFinite(value) ? value : String(value);
		case 'string':
		case 'boolean':
			return value;
		case 'object':
			return value === null ? null : objectToJson(value);
		case 'undefined':
			return null;
		default:
			return typeof value;
	}
}

function objectToJson(value: object): Json {
	if (Array.isArray(value)) {
		return value.map(toJson);
	}
	if (value instanceof Map || value instanceof Set) {
		return [...value].map(toJson);
	}
	const members: { [key: string]: Json } = {};
	for (const [key, member] of Object.entries(value)) {
		if (member !== undefined) {
			members[key] = toJson(member);
		}
	}
	return members;
}
