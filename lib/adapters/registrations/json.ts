import type { JsonFields } from '@/lib/core/config';
import type { ParsedRegistration } from '@/lib/core/member';
import { AddressList } from './address-list';
import { valueAt } from './json-pointer';
import { decodeJson, toUnreadable } from './payload';
import { type FormatInput, parseLabel, toRegistration, toUnreadableRegistration } from './record';

/** Any JSON, read by the JSON pointers of the config. A pointer that finds nothing leaves its field out. */
export function parseJson(input: FormatInput, fields: JsonFields | null): ParsedRegistration {
	if (fields === null) {
		const detail = 'format json needs `fields` with JSON pointers to host and port';
		return toUnreadableRegistration(input, 'json', toUnreadable('payload-shape', detail));
	}
	const json = decodeJson(input.data);
	if ('unreadable' in json) {
		return toUnreadableRegistration(input, 'json', json.unreadable);
	}
	const at = (pointer: string | undefined) => (pointer === undefined ? undefined : valueAt(json.value, pointer));
	const addresses = new AddressList();
	addresses.addParts('service', at(fields.host), at(fields.port), 'required');
	return toRegistration(input, {
		format: 'json',
		id: parseLabel(at(fields.id)),
		group: parseLabel(at(fields.group)),
		...addresses.result(),
	});
}
