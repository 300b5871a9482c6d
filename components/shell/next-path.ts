const LENGTH_MAX = 2_000;

/**
 * Where to go after signing in: a path of this console, or '/' when the asked-for one is anything else. An address bar can
 * be filled by anybody, so another host, a scheme, or a path that browsers read as a host ('//x', '/\x') is not followed.
 */
export function parseNextPath(next: unknown): string {
	if (typeof next !== 'string' || next.length > LENGTH_MAX || !next.startsWith('/')) return '/';
	const base = 'http://console.invalid';
	if (!URL.canParse(next, base)) return '/';
	const url = new URL(next, base);
	// Taken apart and put together again: what is followed is what was judged.
	const path = url.pathname + url.search + url.hash;
	return url.origin === base && !path.startsWith('//') ? path : '/';
}
