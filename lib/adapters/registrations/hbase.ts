import type { ParsedRegistration } from '@/lib/core/member';
import { AddressList } from './address-list';
import { toUnreadable } from './payload';
import { type FormatInput, toRegistration, toUnreadableRegistration } from './record';
import { nameOf } from './znode-name';

const NAME_LENGTH_MAX = 1_024;
const NAME_PATTERN = /^([^,]+),(\d{1,9}),(\d{1,19})$/;
/** A start code is the server's start in ms since the epoch: 13 digits from 2001 to 2286. */
const START_CODE_PATTERN = /,\d{13}$/;

/**
 * A region server (or backup master) of HBase, by its server name: host,port,startcode. The data is protobuf, behind a
 * prefix of the client's own, and holds nothing that is needed here.
 */
export function parseHbase(input: FormatInput): ParsedRegistration {
	const parts = split(nameOf(input.path));
	if (parts === null) {
		return toUnreadableRegistration(
			input,
			'hbase',
			toUnreadable('name-invalid', 'the name is not host,port,startcode'),
		);
	}
	const addresses = new AddressList();
	addresses.addParts('service', parts.host, parts.port, 'required');
	return toRegistration(input, {
		format: 'hbase',
		id: null,
		group: null,
		...addresses.result(),
		selfReported: { startCode: parts.startCode },
	});
}

export function looksLikeHbase(path: string): boolean {
	const name = nameOf(path);
	return split(name) !== null && START_CODE_PATTERN.test(name);
}

function split(name: string): { readonly host: string; readonly port: string; readonly startCode: string } | null {
	const parts = name.length > NAME_LENGTH_MAX ? null : NAME_PATTERN.exec(name);
	return parts === null ? null : { host: parts[1] ?? '', port: parts[2] ?? '', startCode: parts[3] ?? '' };
}
