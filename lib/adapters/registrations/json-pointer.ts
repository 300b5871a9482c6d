const POINTER_PATTERN = /^(?:\/(?:[^~/]|~[01])*)+$/;
const INDEX_PATTERN = /^(?:0|[1-9]\d{0,8})$/;

/** A JSON pointer (RFC 6901) to something below the root. */
export function isJsonPointer(text: string): boolean {
	return text.length <= 512 && POINTER_PATTERN.test(text);
}

/** The value that a pointer names, undefined when there is none. Finds own properties and array elements only. */
export function valueAt(root: unknown, pointer: string): unknown {
	let value = root;
	for (const token of pointer.split('/').slice(1)) {
		const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
		if (Array.isArray(value)) {
			value = INDEX_PATTERN.test(key) ? value[Number(key)] : undefined;
		} else if (typeof value === 'object' && value !== null && Object.hasOwn(value, key)) {
			value = (value as Readonly<Record<string, unknown>>)[key];
		} else {
			return undefined;
		}
	}
	return value;
}
