import { isIPv4, isIPv6 } from 'node:net';

/**
 * One spelling per IP address, so that two of them can be compared as text: IPv4 as it is, IPv6 lower-case and compressed
 * (RFC 5952), an IPv4-mapped IPv6 address as its IPv4 address. Brackets are taken off. Null when the text is no literal,
 * or carries a zone (fe80::1%eth0: means something on one machine only).
 */
export function canonicalIp(text: string): string | null {
	const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
	if (isIPv4(bare)) {
		return bare;
	}
	if (!isIPv6(bare) || bare.includes('%')) {
		return null;
	}
	const compressed = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
	return mappedIpv4(compressed) ?? compressed;
}

/** '::ffff:a00:1' is 10.0.0.1. */
function mappedIpv4(compressed: string): string | null {
	const groups = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(compressed);
	if (groups === null) {
		return null;
	}
	const high = Number.parseInt(groups[1] ?? '', 16);
	const low = Number.parseInt(groups[2] ?? '', 16);
	return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** 'Any address of this host': connecting to it reaches ourselves, so it says nothing about a member. */
export function isWildcardIp(ip: string): boolean {
	return ip === '0.0.0.0' || ip === '::';
}
