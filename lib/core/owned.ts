import { sequenceOf } from './fence';
import type { Address, ParsedRegistration, UnreadableCode } from './member';
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

/** Registrations whose addresses are not known in full: whether they live cannot be told. */
const ADDRESS_UNKNOWN: ReadonlySet<UnreadableCode> = new Set(['address-invalid', 'addresses-too-many', 'name-invalid']);

/**
 * Whether an ephemeral that nobody follows is a registration that somebody may live behind, apart from the victim; such
 * a one must be proven by itself, and cannot be. `parsed` is what recognising its name and data came to (format auto).
 * A lock or latch may hold its owner's address, and one process may register several services at one: what names no
 * address but the victim's own goes with the victim, and so does what listens nowhere. Pure.
 */
export function isRegistrationApart(parsed: ParsedRegistration, own: readonly Address[]): boolean {
	if (parsed.unreadable !== null && ADDRESS_UNKNOWN.has(parsed.unreadable.code)) {
		return true;
	}
	return parsed.addresses.some(({ host, port }) => !own.some((known) => known.host === host && known.port === port));
}
