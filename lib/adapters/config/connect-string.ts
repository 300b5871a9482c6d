import { isIPv6 } from 'node:net';
import { parseHostPort } from '../registrations/host-port';
import { isZnodePath } from './paths';

const SERVERS_MAX = 64;

export type ConnectString = { readonly servers: readonly string[]; readonly chroot: string };

/** 'host:port,host:port/chroot'; null when it is anything else. Host names come out in lower case. */
export function parseConnectString(text: string): ConnectString | null {
	const slash = text.indexOf('/');
	const chroot = slash === -1 ? '' : text.slice(slash);
	const servers = (slash === -1 ? text : text.slice(0, slash)).split(',').map(parseServer);
	const named = servers.filter((server): server is string => server !== null);
	const valid = named.length === servers.length && named.length <= SERVERS_MAX && new Set(named).size === named.length;
	// 'host:port/' means no chroot to ZooKeeper's own clients.
	const root = chroot === '/' ? '' : chroot;
	return valid && (root === '' || (isZnodePath(root) && !root.includes('*'))) ? { servers: named, chroot: root } : null;
}

/** 'host:port' in one spelling; null when it is none. IPv6 literals are refused: the client library cuts at every colon. */
export function parseServer(text: string): string | null {
	const parsed = text.includes('://') ? null : parseHostPort(text);
	return parsed === null || isIPv6(parsed.host) ? null : `${parsed.host.toLowerCase()}:${parsed.port}`;
}

/**
 * Base address of an AdminServer's commands, without a slash at its end ('/commands', ZooKeeper's default, is added where
 * no path is given). Null for anything else, credentials in it included.
 */
export function parseAdminUrl(text: string): string | null {
	if (text.length > 1_024 || !URL.canParse(text)) {
		return null;
	}
	const url = new URL(text);
	const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
	if (!/^https?:$/.test(url.protocol) || !plain) {
		return null;
	}
	return url.pathname === '/' ? `${url.origin}/commands` : url.href.replace(/\/+$/, '');
}
