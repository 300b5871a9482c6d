import type { AuditEntry, Json } from './audit-entry';
import { toAuditEntryView } from './audit-view';
import type { AuditEntryView } from './view';

/** Characters of a detail's JSON; a longer one is left out, and the link leads to all of it. */
export const PAYLOAD_DETAIL_MAX = 16 * 1_024;

export type WebhookLinks = {
	readonly entry: string;
	readonly member: string | null;
	readonly cluster: string | null;
};

/** The body of a delivery, as Standard Webhooks has it: type, timestamp, data. */
export type WebhookPayload = {
	readonly type: string;
	/** When it was recorded, ISO 8601. */
	readonly timestamp: string;
	/** The entry as GET /api/audit has it, without `detail.input`. */
	readonly data: AuditEntryView;
	readonly links: WebhookLinks;
};

/** `baseUrl`: the console's own address as browsers see it; null: links are paths. */
export function toPayload(entry: AuditEntry, baseUrl: string | null): WebhookPayload {
	const view = toAuditEntryView(entry);
	return {
		type: `audit.${entry.action}`,
		timestamp: view.at,
		data: { ...view, detail: boundDetail(entry.detail) },
		links: toLinks(entry, baseUrl),
	};
}

/** What a receiver tells repeats by: the entry's key, unless a header cannot carry it; then the entry's hash. */
export function deliveryId({ key, hash }: Pick<AuditEntry, 'key' | 'hash'>): string {
	return /^[\x21-\x7e]{1,256}$/.test(key) ? key : hash;
}

/** An address of the console below its base; a path when the base is not known. */
export function toLink(baseUrl: string | null, path: string): string {
	return `${baseUrl?.replace(/\/+$/, '') ?? ''}${path}`;
}

/** The entry is found by its key, however many came after it, and opened. */
function toLinks({ sequence, key, cluster, member }: AuditEntry, baseUrl: string | null): WebhookLinks {
	const page = cluster === null ? null : `/c/${encodeURIComponent(cluster)}`;
	return {
		entry: toLink(baseUrl, `/audit?q=${encodeURIComponent(key)}&entry=${sequence}`),
		cluster: page === null ? null : toLink(baseUrl, page),
		member:
			page === null || member === null ? null : toLink(baseUrl, `${page}/member?path=${encodeURIComponent(member)}`),
	};
}

function boundDetail(detail: Json): Json {
	const isObject = typeof detail === 'object' && detail !== null && !Array.isArray(detail);
	const told = isObject ? Object.fromEntries(Object.entries(detail).filter(([name]) => name !== 'input')) : detail;
	const characters = JSON.stringify(told).length;
	return characters <= PAYLOAD_DETAIL_MAX ? told : { leftOut: true, characters };
}
