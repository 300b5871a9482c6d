import type { ParsedRegistration } from '@/lib/core/member';
import { ADDRESSES_MAX, AddressList, isAbsent } from './address-list';
import { type HostPort, parseHost, parseHostPort, parsePort } from './host-port';
import { decodeObject, type JsonObject, ownValue } from './payload';
import { type FormatInput, toRegistration, toUnreadableRegistration } from './record';
import { nameOf, parentOf } from './znode-name';

const SELF_REPORTED_FIELDS = ['version', 'rack', 'jmx_port', 'timestamp'];
/** Listener names are the operator's ('PLAINTEXT_HOST'), so they are no URL scheme: these have no underscore. */
const ENDPOINT_PATTERN = /^\s*([A-Za-z0-9._-]{1,64}):\/\/([\s\S]*)$/;

/** A broker as Kafka registers it below /brokers/ids, JSON versions 1 to 5. Its id is the znode's name. */
export function parseKafka(input: FormatInput): ParsedRegistration {
	const record = decodeObject(input.data);
	return 'unreadable' in record
		? toUnreadableRegistration(input, 'kafka', record.unreadable)
		: toKafka(input, record.value);
}

export function looksLikeKafka(record: JsonObject): boolean {
	const has = (field: string) => Object.hasOwn(record, field);
	return has('jmx_port') && has('version') && (has('endpoints') || has('port'));
}

/**
 * Every endpoint is an address. host and port are those of the plaintext listener, for old clients; where there is no
 * such listener they are null and -1. The JMX port is shown only: it may be bound to another interface.
 */
export function toKafka(input: FormatInput, record: JsonObject): ParsedRegistration {
	const addresses = new AddressList();
	const host = ownValue(record, 'host');
	const port = ownValue(record, 'port');
	const listeners = toListeners(ownValue(record, 'endpoints'));
	const main = listeners.find((listener) => isSame(parseHostPort(listener.text), host, port));
	if (main !== undefined) {
		addresses.addText(main.name, main.text);
	} else if (port !== -1) {
		addresses.addParts('service', host, port, 'optional');
	}
	addresses.addList(listeners);
	return toRegistration(input, {
		format: 'kafka',
		id: null,
		group: groupOf(input.path),
		...addresses.result(),
		selfReported: Object.fromEntries(SELF_REPORTED_FIELDS.map((field) => [field, ownValue(record, field)])),
	});
}

/**
 * 'LISTENER://host:port' each; anything else is left as it is, to be read or named as unreadable. One more than can be
 * watched tells as much as a hundred thousand.
 */
function toListeners(endpoints: unknown): { readonly name: string; readonly text: unknown }[] {
	const entries = Array.isArray(endpoints) ? endpoints : isAbsent(endpoints) ? [] : [endpoints];
	return entries.slice(0, ADDRESSES_MAX + 1).map((endpoint: unknown) => {
		const parts = typeof endpoint === 'string' ? ENDPOINT_PATTERN.exec(endpoint) : null;
		return { name: parts?.[1] ?? 'endpoint', text: parts?.[2] ?? endpoint };
	});
}

function isSame(address: HostPort | null, host: unknown, port: unknown): boolean {
	return address !== null && address.host === parseHost(host) && address.port === parsePort(port);
}

/** 'brokers' for /brokers/ids/1001; null elsewhere. */
function groupOf(path: string): string | null {
	const parent = parentOf(path);
	return nameOf(parent) === 'ids' ? nameOf(parentOf(parent)) || null : null;
}
