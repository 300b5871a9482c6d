import type { ParsedRegistration } from '@/lib/core/member';
import { AddressList } from './address-list';
import { looksLikeCurator, toCurator } from './curator';
import { looksLikeDubbo, parseDubbo } from './dubbo';
import { looksLikeHbase, parseHbase } from './hbase';
import { parseHostPort } from './host-port';
import { looksLikeKafka, toKafka } from './kafka';
import { nestsDeeper } from './nesting';
import { decodeText, isJsonObject, type JsonObject, NESTING_MAX, ownValue, toUnreadable } from './payload';
import { type FormatInput, parseLabel, toRegistration, toUnreadableRegistration } from './record';
import { looksLikeSolr, parseSolr } from './solr';
import { parseText } from './text';
import { looksLikeTurms, toTurms } from './turms';

const HOST_FIELDS = ['host', 'hostname', 'hostName', 'ip', 'ipAddress', 'address', 'addr'];
const PORT_FIELDS = ['port', 'servicePort'];
/** Objects that hold host and port in many records (Finagle's ServerSets: serviceEndpoint). */
const NESTED_FIELDS = ['serviceEndpoint', 'endpoint', 'address', 'service'];
/** Fields that hold 'host:port' or an address with a scheme as one text. */
const TEXT_FIELDS = ['address', 'addr', 'endpoint', 'url', 'uri', 'host'];
const ID_FIELDS = ['id', 'nodeId', 'instanceId', 'uuid', 'name'];
const GROUP_FIELDS = ['group', 'service', 'serviceName', 'role'];

/** The format of a row that nothing was recognised in. */
const UNRECOGNISED = 'auto';

/**
 * Recognises turms, kafka, curator, plain text and JSON with the usual field names by the data, then dubbo, hbase and solr by
 * the name: of these the data is empty, binary or says nothing. Anything else is `format-unknown`, or says what is wrong
 * with the data.
 */
export function parseAuto(input: FormatInput): ParsedRegistration {
	const byData = parseData(input);
	return byData.format === UNRECOGNISED ? (parseName(input) ?? byData) : byData;
}

/** Null when the name alone is no registration. */
function parseName(input: FormatInput): ParsedRegistration | null {
	if (looksLikeDubbo(input.path)) {
		return parseDubbo(input);
	}
	if (looksLikeHbase(input.path)) {
		return parseHbase(input);
	}
	return looksLikeSolr(input.path) ? parseSolr(input) : null;
}

function parseData(input: FormatInput): ParsedRegistration {
	const text = decodeText(input.data);
	if ('unreadable' in text) {
		return toUnreadableRegistration(input, UNRECOGNISED, text.unreadable);
	}
	const json = parseJsonOrNull(text.value);
	if (!isJsonObject(json)) {
		return parseText(input, typeof json === 'string' ? json : text.value) ?? toUnknown(input, json);
	}
	if (looksLikeTurms(json)) {
		return toTurms(input, json);
	}
	if (looksLikeKafka(json)) {
		return toKafka(input, json);
	}
	return looksLikeCurator(json) ? toCurator(input, json) : (parseUsualFields(input, json) ?? toUnknown(input, json));
}

/** Null where the text is no JSON (worth parsing): it may still be host:port, so that is no error here. */
function parseJsonOrNull(text: string): unknown {
	if (nestsDeeper(text, NESTING_MAX)) {
		return null;
	}
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

/** Null when no host and port, in fields or as one text, can be made out. */
function parseUsualFields(input: FormatInput, record: JsonObject): ParsedRegistration | null {
	const addresses = new AddressList();
	const parts = findParts(record) ?? NESTED_FIELDS.map((field) => findParts(ownValue(record, field))).find(isFound);
	if (isFound(parts)) {
		addresses.addParts('service', parts.host, parts.port, 'required');
	} else {
		const text = TEXT_FIELDS.map((field) => ownValue(record, field)).find((value) => parseHostPort(value) !== null);
		if (text === undefined) {
			return null;
		}
		addresses.addText('service', text);
	}
	return toRegistration(input, {
		format: 'json',
		id: firstLabel(record, ID_FIELDS),
		group: firstLabel(record, GROUP_FIELDS),
		...addresses.result(),
	});
}

type Parts = { readonly host: unknown; readonly port: unknown };

function isFound(parts: Parts | null | undefined): parts is Parts {
	return parts !== null && parts !== undefined;
}

function findParts(record: unknown): Parts | null {
	const host = HOST_FIELDS.map((field) => ownValue(record, field)).find((value) => typeof value === 'string');
	const port = PORT_FIELDS.map((field) => ownValue(record, field)).find(
		(value) => value !== undefined && value !== null,
	);
	return host === undefined || port === undefined ? null : { host, port };
}

function firstLabel(record: JsonObject, fields: readonly string[]): string | null {
	return fields.map((field) => parseLabel(ownValue(record, field))).find((label) => label !== null) ?? null;
}

function toUnknown(input: FormatInput, json: unknown): ParsedRegistration {
	const detail = isJsonObject(json)
		? `JSON without a known pair of host and port; its fields: ${Object.keys(json).slice(0, 12).join(', ')}`
		: 'neither host:port nor a JSON object';
	return toUnreadableRegistration(input, UNRECOGNISED, toUnreadable('format-unknown', detail));
}
