import type { Unreadable, UnreadableCode } from '@/lib/core/member';
import { toBoundedText } from './bounded-text';
import { nestsDeeper } from './nesting';

/** ZooKeeper's own default limit for a znode's data (jute.maxbuffer). */
export const PAYLOAD_BYTES_MAX = 1_048_576;
export const NESTING_MAX = 64;
const DETAIL_LENGTH_MAX = 300;

export type Readable<T> = { readonly value: T } | { readonly unreadable: Unreadable };

/** The reason, its detail made safe and bounded: it may quote the payload. */
export function toUnreadable(code: UnreadableCode, detail: string): Unreadable {
	return { code, detail: toBoundedText(detail, DETAIL_LENGTH_MAX) };
}

export function decodeText(data: Uint8Array): Readable<string> {
	if (data.length > PAYLOAD_BYTES_MAX) {
		const detail = `${data.length} bytes; at most ${PAYLOAD_BYTES_MAX} are read`;
		return { unreadable: toUnreadable('payload-too-large', detail) };
	}
	try {
		const value = new TextDecoder('utf-8', { fatal: true }).decode(data);
		return value.trim() === '' ? { unreadable: toUnreadable('payload-empty', 'the znode holds no data') } : { value };
	} catch (error) {
		return { unreadable: toUnreadable('payload-not-text', `not UTF-8: ${messageOf(error)}`) };
	}
}

export function decodeJson(data: Uint8Array): Readable<unknown> {
	const text = decodeText(data);
	if ('unreadable' in text) {
		return text;
	}
	if (nestsDeeper(text.value, NESTING_MAX)) {
		return { unreadable: toUnreadable('payload-shape', `nested deeper than ${NESTING_MAX} levels`) };
	}
	try {
		return { value: JSON.parse(text.value) };
	} catch (error) {
		return { unreadable: toUnreadable('payload-not-json', messageOf(error)) };
	}
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only what the payload itself holds: 'constructor' or '__proto__' are never found on the way up. */
export function ownValue(value: unknown, key: string): unknown {
	return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function decodeObject(data: Uint8Array): Readable<JsonObject> {
	const json = decodeJson(data);
	if ('unreadable' in json) {
		return json;
	}
	if (!isJsonObject(json.value)) {
		const found = Array.isArray(json.value) ? 'an array' : json.value === null ? 'null' : `a ${typeof json.value}`;
		return { unreadable: toUnreadable('payload-shape', `a JSON object was expected, found ${found}`) };
	}
	return { value: json.value };
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
