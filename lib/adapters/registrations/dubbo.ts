import type { Address, ParsedRegistration, Unreadable } from '@/lib/core/member';
import { AddressList } from './address-list';
import { toUnreadable } from './payload';
import { percentDecode } from './percent-decode';
import { type FormatInput, parseLabel, toRegistration } from './record';
import { nameOf, parentOf } from './znode-name';

/** A provider with hundreds of methods has a name of some kB. */
const NAME_LENGTH_MAX = 65_536;
const NAME_PATTERN = /^[a-z][a-z0-9+.-]{0,63}%3A%2F%2F/i;
const URL_PATTERN = /^([a-z][a-z0-9+.-]{0,63}):\/\/([^/?#]*)[^?]*(?:\?([\s\S]*))?$/i;
const CATEGORIES: ReadonlySet<string> = new Set(['providers', 'consumers', 'configurators', 'routers']);
/** Rules and consumers: whatever they name, they listen nowhere. */
const OTHER_SCHEMES: Readonly<Record<string, string>> = {
	consumer: 'consumers',
	override: 'configurators',
	absent: 'configurators',
	condition: 'routers',
	script: 'routers',
	tag: 'routers',
	route: 'routers',
	empty: 'routers',
};
const SELF_REPORTED_FIELDS = ['application', 'version', 'group', 'dubbo', 'release', 'side', 'pid', 'timestamp'];

type ProviderUrl = { readonly scheme: string; readonly authority: string; readonly query: URLSearchParams };

/**
 * A registration of Dubbo's ZooKeeper registry, /dubbo/<interface>/<category>/<URL>: all of it is in the URL-encoded name.
 * The data is whatever the client library puts there (nothing, or its own IP) and is not read.
 */
export function parseDubbo(input: FormatInput): ParsedRegistration {
	const url = readUrl(nameOf(input.path));
	const group = interfaceOf(input.path);
	if ('unreadable' in url) {
		return toRegistration(input, { format: 'dubbo', id: null, group, addresses: [], unreadable: url.unreadable });
	}
	const category = categoryOf(input.path, url);
	const read = category === 'providers' ? addressOf(url) : { addresses: [], unreadable: listensNowhere(category) };
	const [main] = read.addresses;
	return toRegistration(input, {
		format: 'dubbo',
		id: main === undefined ? null : `${main.host.includes(':') ? `[${main.host}]` : main.host}:${main.port}`,
		group: group ?? parseLabel(url.query.get('interface')),
		...read,
		selfReported: Object.fromEntries(SELF_REPORTED_FIELDS.map((field) => [field, url.query.get(field)])),
	});
}

/** By the place, or by parameters that every Dubbo URL has: other systems too name tasks by encoded URLs. */
export function looksLikeDubbo(path: string): boolean {
	const name = nameOf(path);
	return NAME_PATTERN.test(name) && (interfaceOf(path) !== null || /(?:%3F|%26)(?:interface|category)%3D/i.test(name));
}

function readUrl(name: string): ProviderUrl | { readonly unreadable: Unreadable } {
	const problem = (detail: string) => ({ unreadable: toUnreadable('name-invalid', detail) });
	if (name.length > NAME_LENGTH_MAX) {
		return problem(`the name has ${name.length} characters; at most ${NAME_LENGTH_MAX} are read`);
	}
	const decoded = percentDecode(name);
	if (decoded === null) {
		return problem("the name's percent-encoding is broken");
	}
	const parts = URL_PATTERN.exec(decoded);
	if (parts === null) {
		return problem(
			NAME_PATTERN.test(decoded) ? 'the name is percent-encoded more than once' : 'the name is no encoded URL',
		);
	}
	const [, scheme = '', authority = '', query = ''] = parts;
	// Behind credentials, which are shown nowhere but in the znode's own name.
	const hostPort = authority.slice(authority.lastIndexOf('@') + 1);
	return { scheme: scheme.toLowerCase(), authority: hostPort, query: new URLSearchParams(query) };
}

function categoryOf(path: string, url: ProviderUrl): string {
	const parent = nameOf(parentOf(path));
	return (
		OTHER_SCHEMES[url.scheme] ?? (CATEGORIES.has(parent) ? parent : url.query.get('category') || null) ?? 'providers'
	);
}

/** The provider's URL always names its port: that it listens on its protocol's usual one would be a guess. */
function addressOf(url: ProviderUrl): {
	readonly addresses: readonly Address[];
	readonly unreadable: Unreadable | null;
} {
	const addresses = new AddressList();
	addresses.addText(url.scheme, url.authority);
	return addresses.result();
}

function listensNowhere(category: string): Unreadable {
	return toUnreadable('address-missing', `an entry of '${category}' listens on no port; providers alone do`);
}

/** The interface that the place names; null where the parent is none of Dubbo's categories. */
function interfaceOf(path: string): string | null {
	const category = parentOf(path);
	if (!CATEGORIES.has(nameOf(category))) {
		return null;
	}
	const name = nameOf(parentOf(category));
	return (percentDecode(name) ?? name) || null;
}
