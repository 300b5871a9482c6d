import { isIP } from 'node:net';
import { sameIp } from '@/lib/core/conditions';
import { parseHexId } from '@/lib/core/ids';
import { endpointKey } from '@/lib/core/member';
import type { TakeoverClaim } from '@/lib/core/prove-takeover';
import type { TakeoverRequest } from '@/lib/core/takeover-view';
import type { Roll, RollEntry } from './roll';

/** More registrations in one place than this are no restart. */
const PREDECESSORS_MAX = 16;

/** The registrations that the request means: of one path, or of one address. */
export function findPredecessors(roll: Roll, request: TakeoverRequest): RollEntry[] {
	if ('path' in request) {
		const entry = roll.entries.get(request.path);
		const meant = request.czxid === undefined ? null : parseHexId(request.czxid);
		return entry && (meant === null || entry.registration.incarnation.czxid === meant) ? [entry] : [];
	}
	const { id } = request;
	const own = request.sessionId === undefined ? null : parseHexId(request.sessionId);
	const found: RollEntry[] = [];
	for (const entry of roll.entries.values()) {
		const { registration } = entry;
		const isMeant = (id === undefined || registration.id === id) && registration.incarnation.ephemeralOwner !== own;
		if (isMeant && heldOf(entry, request).length + declaredAs(entry, request) > 0) {
			found.push(entry);
		}
	}
	return found.slice(0, PREDECESSORS_MAX);
}

/** What a request over HTTP shows: where its socket comes from, and that its sender holds what it names. */
export function toClaimOf(request: TakeoverRequest, requesterIp: string | null): (entry: RollEntry) => TakeoverClaim {
	return (entry) => ({ requesterIp, held: heldOf(entry, request), predecessorIp: null });
}

/** Keys of the member's endpoints that the requester says it holds: all of them, or those of the address it names. */
function heldOf({ registration, state }: RollEntry, request: TakeoverRequest): string[] {
	const known = Object.values(state.endpoints);
	if ('path' in request) {
		return known.map(({ endpoint }) => endpointKey(endpoint));
	}
	const names = new Set(
		registration.addresses.filter(({ host, port }) => isNamed(host, port, request)).map(({ name }) => name),
	);
	return known
		.filter(({ endpoint, addressName }) => isNamed(endpoint.ip, endpoint.port, request) || names.has(addressName))
		.filter(({ endpoint }) => endpoint.port === request.port)
		.map(({ endpoint }) => endpointKey(endpoint));
}

/** How many of its addresses are the named one, whether or not they have been resolved yet. */
function declaredAs({ registration }: RollEntry, request: { host: string; port: number }): number {
	return registration.addresses.filter(({ host, port }) => isNamed(host, port, request)).length;
}

function isNamed(host: string, port: number, named: { host: string; port: number }): boolean {
	const same = isIP(host) !== 0 && isIP(named.host) !== 0 ? sameIp(host, named.host) : host === named.host;
	return port === named.port && same;
}
