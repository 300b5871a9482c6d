import { randomBytes } from 'node:crypto';
import diagnosticsChannel from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * Next's handlers do not see the socket, and X-Forwarded-For says whatever a client likes. So the address is taken
 * from the socket as Node starts the request, and handed on in a header whose value begins with a secret of this
 * process: a client can neither know it nor keep a copy of its own in the request (it is overwritten).
 */
const HEADER = 'x-rollcall-source-address';
const KEY = Symbol.for('rollcall.source-address');
type Holder = { [KEY]?: { readonly secret: string; tagging: boolean } };

/** Shared through globalThis: instrumentation, route handlers and pages hold separate copies of this module. */
function shared(): { readonly secret: string; tagging: boolean } {
	const holder = globalThis as Holder;
	holder[KEY] ??= { secret: randomBytes(24).toString('base64url'), tagging: false };
	return holder[KEY];
}

/** Starts tagging every request of this process; call once, before the first request is served. */
export function tagSourceAddresses(): void {
	const state = shared();
	if (state.tagging) {
		return;
	}
	state.tagging = true;
	diagnosticsChannel.subscribe('http.server.request.start', (message) => {
		const { request } = message as { request: IncomingMessage };
		delete request.headers[HEADER];
		const address = toPlainAddress(request.socket.remoteAddress);
		if (address !== null) {
			request.headers[HEADER] = `${state.secret} ${address}`;
		}
	});
}

/** The socket's address of the request that these headers belong to; null when it is not known (or was forged). */
export function sourceAddressOf(headers: Headers): string | null {
	const [secret, address, ...more] = headers.get(HEADER)?.split(' ') ?? [];
	return secret === shared().secret && address !== undefined && more.length === 0 ? toPlainAddress(address) : null;
}

/** IPv4 in IPv6 clothes ('::ffff:10.0.0.1') becomes IPv4; anything that is no address becomes null. */
function toPlainAddress(address: string | undefined): string | null {
	const plain = address?.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '') ?? '';
	return isIP(plain) === 0 ? null : plain;
}
