import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Addresses of this machine's own interfaces. */
export function ownAddresses(): string[] {
	return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
}

/** Whether every address that `host` resolves to is a loopback address or one of `own`; false when it does not resolve. */
export async function isLocalHost(host: string, own: readonly string[]): Promise<boolean> {
	const ips = isIP(host) ? [host] : await resolveAll(host);
	return ips.length > 0 && ips.every((ip) => LOOPBACK.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4') || own.includes(ip));
}

async function resolveAll(host: string): Promise<string[]> {
	try {
		return (await lookup(host, { all: true })).map(({ address }) => address);
	} catch {
		// A name that does not resolve is not known to be local, which is all that is asked.
		return [];
	}
}
