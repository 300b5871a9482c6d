import { isIP, isIPv6 } from 'node:net';

export type HostPort = { readonly host: string; readonly port: number };

const NAME_PATTERN = /^[\p{L}\p{N}_](?:[\p{L}\p{N}._-]{0,251}[\p{L}\p{N}_.])?$/u;
/** Longer text is no address; checked first, so that no pattern runs over a megabyte. */
const TEXT_LENGTH_MAX = 1_024;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, ws: 80, wss: 443 };

/** A name, an IPv4 or an IPv6 literal, with or without brackets (given back without); null when it is none. */
export function parseHost(value: unknown): string | null {
	if (typeof value !== 'string' || value.length > TEXT_LENGTH_MAX) {
		return null;
	}
	const text = value.trim();
	if (text.startsWith('[') && text.endsWith(']')) {
		const inner = text.slice(1, -1);
		return isIPv6(inner) ? inner : null;
	}
	return isIP(text) !== 0 || NAME_PATTERN.test(text) ? text : null;
}

/** 1..65535, as a number or as decimal text; null for anything else. */
export function parsePort(value: unknown): number | null {
	const port = typeof value === 'string' && /^\s*\d{1,5}\s*$/.test(value.slice(0, 32)) ? Number(value) : value;
	return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : null;
}

/**
 * 'host:port', '[v6]:port', or an address with a scheme ('ws://host:port/path'), whose port may be missing where the
 * scheme has a default. An IPv6 host without brackets is taken only where the text can be split in one way alone
 * ('0:0:0:0:0:0:0:1:9000', as Java prints it). Null when it is none of these.
 */
export function parseHostPort(value: unknown): HostPort | null {
	if (typeof value !== 'string' || value.length > TEXT_LENGTH_MAX) {
		return null;
	}
	const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^/?#@]*@)?([^/?#@]*)(?:[/?#].*)?$/is.exec(value.trim());
	const scheme = parts?.[1]?.toLowerCase() ?? null;
	const authority = parts?.[2] ?? '';
	// A path or credentials make sense behind a scheme only.
	if (parts === null || (scheme === null && authority !== value.trim())) {
		return null;
	}
	const defaultPort = scheme === null ? null : (DEFAULT_PORTS[scheme] ?? null);
	return splitAuthority(authority, defaultPort);
}

/** 'host:port' or an http:// address; null for anything else, https:// included: nobody here speaks TLS to members. */
export function parseHttpAddress(value: unknown): HostPort | null {
	const scheme =
		typeof value === 'string' ? /^\s*([a-z][a-z0-9+.-]{0,63}):\/\//i.exec(value.slice(0, 128))?.[1] : undefined;
	return scheme === undefined || scheme.toLowerCase() === 'http' ? parseHostPort(value) : null;
}

function splitAuthority(authority: string, defaultPort: number | null): HostPort | null {
	const colon = authority.lastIndexOf(':');
	const hasPort = colon > authority.lastIndexOf(']') && !isIPv6(authority);
	const host = parseHost(hasPort ? authority.slice(0, colon) : authority);
	const port = hasPort ? parsePort(authority.slice(colon + 1)) : defaultPort;
	return host === null || port === null ? null : { host, port };
}
