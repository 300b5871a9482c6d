/** What is kept under the key; throws when nothing is. */
export function needed<K, V>(kept: ReadonlyMap<K, V>, key: K): V {
	const found = kept.get(key);
	if (found === undefined) {
		throw new Error(`nothing is kept under ${String(key)}`);
	}
	return found;
}
