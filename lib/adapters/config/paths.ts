const LENGTH_MAX = 1_024;
/** What ZooKeeper refuses in a path (PathUtils): control and private characters, surrogates, and all from U+FFF0 on. */
const FORBIDDEN = /[\p{Cc}\p{Co}\p{Cs}\u{fff0}-\u{10ffff}]/u;

/** An absolute path of a znode below the root: no empty, '.' or '..' segment, none ending in '/'. */
export function isZnodePath(path: string): boolean {
	const segments = path.split('/').slice(1);
	return (
		path.startsWith('/') &&
		path.length <= LENGTH_MAX &&
		!FORBIDDEN.test(path) &&
		segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..')
	);
}

/** A znode path in which '*', as a whole segment, stands for any one name. */
export function isPathPattern(path: string): boolean {
	return isZnodePath(path) && segmentsOf(path).every((segment) => segment === '*' || !segment.includes('*'));
}

/** Path (and query) of an HTTP request: nothing that could end the request's line, and no fragment. */
export function isRequestPath(path: string): boolean {
	return path.length <= LENGTH_MAX && /^\/[!-~]*$/.test(path) && !path.includes('#');
}

/** Whether some znode matches both patterns: it would be a member twice, read in two ways. */
export function patternsOverlap(a: string, b: string): boolean {
	const [left, right] = [segmentsOf(a), segmentsOf(b)];
	return (
		left.length === right.length &&
		left.every((segment, index) => segment === '*' || right[index] === '*' || segment === right[index])
	);
}

/** Whether everything that `pattern` can match lies in the tree whose root is `root`, or is that root. */
export function liesWithin(pattern: string, root: string): boolean {
	return pattern === root || pattern.startsWith(`${root}/`);
}

function segmentsOf(path: string): string[] {
	return path.split('/').slice(1);
}
