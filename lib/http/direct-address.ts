import { sourceAddressOf } from './source-address';

/** Headers by which somebody in between says so. */
const BETWEEN = ['forwarded', 'via', 'x-real-ip', 'x-forwarded-host', 'x-forwarded-server'];

/**
 * The address of who sent this request himself: its socket's, and only where nobody in between is seen. Null: not known, or
 * the request came through a proxy, whose address would be taken for that of everybody behind it. (Next writes the socket's
 * own address into X-Forwarded-For where there is none: any other is a proxy's or a client's word.)
 */
export function directAddressOf(headers: Headers): string | null {
	const source = sourceAddressOf(headers);
	const forwarded = headers.get('x-forwarded-for');
	const isOwn = forwarded === null || plain(forwarded) === source;
	return isOwn && BETWEEN.every((name) => !headers.has(name) || isOwnHost(headers, name)) ? source : null;
}

/** Next writes the Host header's value there by itself. */
function isOwnHost(headers: Headers, name: string): boolean {
	return name === 'x-forwarded-host' && headers.get(name) === headers.get('host');
}

function plain(address: string): string {
	return address.trim().replace(/^::ffff:(?=\d+\.)/i, '');
}
