import type { HealthTarget, ParsedRegistration, Unreadable } from '@/lib/core/member';
import { toBoundedText } from './bounded-text';
import { nameOf, parentOf } from './znode-name';

const ID_LENGTH_MAX = 512;
const GROUP_LENGTH_MAX = 256;
const SELF_REPORTED_LENGTH_MAX = 256;

/** What every format is given. */
export type FormatInput = { readonly path: string; readonly data: Uint8Array };

/** Id as a payload may state it: text, or a whole number. Null when it states none. */
export function parseLabel(value: unknown): string | null {
	if (typeof value === 'string') {
		return value.slice(0, ID_LENGTH_MAX).trim() === '' ? null : value;
	}
	return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : null;
}

/** Bounds everything that came out of a payload; id and group fall back to the znode's name and its parent's. */
export function toRegistration(
	input: FormatInput,
	parsed: {
		readonly format: string;
		readonly id: string | null;
		readonly group: string | null;
		readonly addresses: ParsedRegistration['addresses'];
		readonly unreadable: Unreadable | null;
		readonly health?: HealthTarget | null;
		readonly selfReported?: Readonly<Record<string, unknown>>;
	},
): ParsedRegistration {
	return {
		format: parsed.format,
		id: toBoundedText(parsed.id ?? nameOf(input.path), ID_LENGTH_MAX),
		group: toBoundedText(parsed.group ?? (nameOf(parentOf(input.path)) || '/'), GROUP_LENGTH_MAX),
		addresses: parsed.addresses,
		unreadable: parsed.unreadable,
		health: parsed.health ?? null,
		selfReported: toSelfReported(parsed.selfReported ?? {}),
	};
}

/** A row for what could not be read at all. */
export function toUnreadableRegistration(
	input: FormatInput,
	format: string,
	unreadable: Unreadable,
): ParsedRegistration {
	return toRegistration(input, { format, id: null, group: null, addresses: [], unreadable });
}

function toSelfReported(values: Readonly<Record<string, unknown>>): ParsedRegistration['selfReported'] {
	const kept: Record<string, string | number | boolean> = {};
	for (const [key, value] of Object.entries(values)) {
		if (typeof value === 'string') {
			kept[key] = toBoundedText(value, SELF_REPORTED_LENGTH_MAX);
		} else if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) {
			kept[key] = value;
		}
	}
	return kept;
}
