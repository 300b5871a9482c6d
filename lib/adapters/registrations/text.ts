import type { ParsedRegistration } from '@/lib/core/member';
import { AddressList } from './address-list';
import { parseHostPort } from './host-port';
import { type FormatInput, toRegistration } from './record';

/** Plain text 'host:port', '[v6]:port' or an address with a scheme; null when it is none. */
export function parseText(input: FormatInput, text: string): ParsedRegistration | null {
	if (parseHostPort(text) === null) {
		return null;
	}
	const addresses = new AddressList();
	addresses.addText('service', text);
	return toRegistration(input, { format: 'text', id: null, group: null, ...addresses.result() });
}
