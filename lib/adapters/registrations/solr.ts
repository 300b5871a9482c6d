import { sequenceOf } from '@/lib/core/fence';
import type { ParsedRegistration } from '@/lib/core/member';
import { AddressList } from './address-list';
import { toUnreadable } from './payload';
import { percentDecode } from './percent-decode';
import { type FormatInput, toRegistration, toUnreadableRegistration } from './record';
import { nameOf } from './znode-name';

const NAME_LENGTH_MAX = 1_024;
/** host:port_context; the context is URL-encoded, so that its colons are none here. */
const NAME_PATTERN = /^(.+:\d{1,9})_([^:]*)$/;

/** A live node of SolrCloud, below /live_nodes: all of it is in the name, host:port_context. */
export function parseSolr(input: FormatInput): ParsedRegistration {
	const parts = split(nameOf(input.path));
	if (parts === null) {
		return toUnreadableRegistration(input, 'solr', toUnreadable('name-invalid', 'the name is not host:port_context'));
	}
	const addresses = new AddressList();
	addresses.addText('service', parts.hostPort);
	return toRegistration(input, {
		format: 'solr',
		id: null,
		group: null,
		...addresses.result(),
		selfReported: { context: percentDecode(parts.context) ?? parts.context },
	});
}

/** Candidates in Solr's elections are named by their host too, but end in ZooKeeper's sequence. */
export function looksLikeSolr(path: string): boolean {
	return sequenceOf(path) === null && split(nameOf(path)) !== null;
}

function split(name: string): { readonly hostPort: string; readonly context: string } | null {
	const parts = name.length > NAME_LENGTH_MAX ? null : NAME_PATTERN.exec(name);
	return parts === null ? null : { hostPort: parts[1] ?? '', context: parts[2] ?? '' };
}
