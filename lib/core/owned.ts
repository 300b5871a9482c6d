import { sequenceOf } from './fence';
import type { OwnedZnode } from './purge-plan';

/**
 * Sorts the session's ephemerals, as the server's dump names them (absolute paths), by what they are to us.
 * `chroot` is '' or '/…'; what lies outside of it cannot be deleted. `followed` says whether a path (as the client
 * sees it) is a registration of the configured parents. Pure.
 */
export function toOwnedZnodes(
	absolutePaths: readonly string[],
	chroot: string,
	followed: (path: string) => boolean,
): OwnedZnode[] {
	return absolutePaths.map((absolute): OwnedZnode => {
		if (chroot !== '' && !absolute.startsWith(`${chroot}/`)) {
			return { path: absolute, kind: 'out-of-reach' };
		}
		const path = absolute.slice(chroot.length);
		if (followed(path)) {
			return { path, kind: 'registration' };
		}
		return { path, kind: sequenceOf(path) === null ? 'other' : 'sequence' };
	});
}
