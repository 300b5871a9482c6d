import { isIP } from 'node:net';
import { splitHostPort } from './server-source';

/**
 * The IP of a remote address as ZooKeeper writes it ('127.0.0.1:48724', '/0:0:0:0:0:0:0:1:4444', '[fe80::1%2]:4444'), in
 * its shortest form, IPv4-mapped ones as IPv4; null when it is a name (Java writes one where it has resolved it).
 */
export function parseRemoteIp(address: string): string | null {
	const host = splitHostPort(address)?.host.replace(/%.*$/, '') ?? '';
	const family = isIP(host);
	if (family !== 6) return family === 4 ? host : null;
	const url = `http://[${host}]/`;
	return URL.canParse(url) ? unmapped(new URL(url).hostname.slice(1, -1)) : null;
}

function unmapped(ip: string): string {
	const match = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(ip);
	if (match === null) return ip;
	const [high, low] = [Number.parseInt(match[1] ?? '', 16), Number.parseInt(match[2] ?? '', 16)];
	return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
