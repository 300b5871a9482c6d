import { sequenceOf } from './fence';
import { type Address, endpointKey, type ParsedRegistration, type UnreadableCode } from './member';
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
/** Data that no format reads: it may well hold an address. */
const UNKNOWN_DATA: ReadonlySet<UnreadableCode> = new Set([
	'format-unknown',
	'payload-not-json',
	'payload-not-text',
	'payload-too-large',
	'payload-shape',
]);
/** Znodes that say who leads, and nothing else: of Kafka, HBase and Solr. */
const LEADERS = ['/controller', '/hbase/master', '/overseer_elect/leader'];
const HOST_PORT = /^\[?[\w.:-]+\]?:\d{1,5}$/;

/**
 * Whether an ephemeral that nobody follows is a registration that somebody may live behind, apart from the victim; such
 * a one must be proven by itself, and cannot be. `parsed` is what recognising its name and data came to (format auto).
 * A lock or latch may hold its owner's address, and one process may register several services at one: what names no
 * address but the victim's own goes with the victim, and so does what listens nowhere. What nobody can read goes along
 * only where it is known what it is: a place in a queue (its name ends in ZooKeeper's sequence), or a leader. Pure.
 */
export function isRegistrationApart(
	{ path, kind }: Pick<OwnedZnode, 'path' | 'kind'>,
	parsed: ParsedRegistration,
	own: readonly Address[],
): boolean {
	const code = parsed.unreadable?.code;
	if (code !== undefined && ADDRESS_UNKNOWN.has(code)) {
		return true;
	}
	if (parsed.addresses.length > 0) {
		return parsed.addresses.some(({ host, port }) => !own.some((known) => known.host === host && known.port === port));
	}
	if (kind === 'sequence' || LEADERS.some((leader) => path.endsWith(leader))) {
		return false;
	}
	return code !== undefined && (UNKNOWN_DATA.has(code) || isAddressOfOther(path, own));
}

/** A name like 10.0.0.9:9000, and not the victim's own. */
function isAddressOfOther(path: string, own: readonly Address[]): boolean {
	const name = path.slice(path.lastIndexOf('/') + 1);
	return HOST_PORT.test(name) && !own.some(({ host, port }) => endpointKey({ ip: host, port }) === name);
}
