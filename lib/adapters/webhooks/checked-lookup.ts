import { lookup as systemLookup } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Limiter } from '../probes/limiter';

/** getaddrinfo blocks one of libuv's four threads while a name server hangs; probes and files need the others. */
const LOOKUPS_AT_ONCE_MAX = 1;

/** Link-local addresses, where clouds serve their machines' credentials, in every spelling that leads there. */
const REFUSED = new BlockList();
REFUSED.addSubnet('169.254.0.0', 16, 'ipv4');
REFUSED.addSubnet('fe80::', 10, 'ipv6');
// The same service over IPv6, and IPv4 through NAT64.
REFUSED.addAddress('fd00:ec2::254', 'ipv6');
REFUSED.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');

export class AddressRefusedError extends Error {
	override readonly name = 'AddressRefusedError';
	constructor() {
		super('it leads to a link-local address, where clouds keep credentials: name another one');
	}
}

/** Whether nothing is ever sent to this literal IP. Anything else than a literal is not refused. */
export function isRefusedIp(text: string): boolean {
	const ip = text.replace(/^\[|\]$/g, '').split('%', 1)[0] ?? '';
	const family = isIP(ip);
	return family !== 0 && REFUSED.check(ip, family === 6 ? 'ipv6' : 'ipv4');
}

type Answers = readonly { readonly address: string; readonly family: number }[];

/**
 * A lookup for one connection: what is checked is what is connected to, so that a name cannot lead elsewhere the second time.
 * One refused address among several refuses all. Literal IPs are not looked up: check those first.
 */
export function createCheckedLookup(
	ask: (host: string) => Promise<Answers> = (host) => systemLookup(host, { all: true, verbatim: true }),
): LookupFunction {
	const limiter = new Limiter(LOOKUPS_AT_ONCE_MAX);
	return (host, options, callback) => {
		limiter
			.run(() => ask(host))
			.then((answers) => {
				const [first] = answers;
				if (answers.some(({ address }) => isRefusedIp(address))) {
					throw new AddressRefusedError();
				}
				if (first === undefined) {
					throw Object.assign(new Error('the name has no address'), { code: 'ENOTFOUND' });
				}
				if (options.all === true) {
					callback(null, [...answers]);
				} else {
					callback(null, first.address, first.family);
				}
			})
			.catch((error: NodeJS.ErrnoException) => callback(error, '', 0));
	};
}
