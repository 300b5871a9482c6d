import type { ParsedRegistration } from '@/lib/core/member';
import { AddressList } from './address-list';
import { decodeObject, type JsonObject, ownValue } from './payload';
import { type FormatInput, parseLabel, toRegistration, toUnreadableRegistration } from './record';

const SELF_REPORTED_FIELDS = ['serviceType', 'registrationTimeUTC', 'enabled'];
/** Beside name and address, which other formats have too, at least one of these is there. */
const MARKS = ['serviceType', 'registrationTimeUTC', 'uriSpec', 'sslPort'];

/** Curator's ServiceInstance as its JsonInstanceSerializer writes it (also Spring Cloud ZooKeeper). */
export function parseCurator(input: FormatInput): ParsedRegistration {
	const record = decodeObject(input.data);
	return 'unreadable' in record
		? toUnreadableRegistration(input, 'curator', record.unreadable)
		: toCurator(input, record.value);
}

export function looksLikeCurator(record: JsonObject): boolean {
	const has = (field: string) => Object.hasOwn(record, field);
	return has('name') && has('address') && MARKS.some(has);
}

export function toCurator(input: FormatInput, record: JsonObject): ParsedRegistration {
	const addresses = new AddressList();
	const host = ownValue(record, 'address');
	addresses.addParts('service', host, ownValue(record, 'port'), 'optional');
	addresses.addParts('ssl', host, ownValue(record, 'sslPort'), 'optional');
	return toRegistration(input, {
		format: 'curator',
		id: parseLabel(ownValue(record, 'id')),
		group: parseLabel(ownValue(record, 'name')),
		...addresses.result(),
		selfReported: Object.fromEntries(SELF_REPORTED_FIELDS.map((field) => [field, ownValue(record, field)])),
	});
}
