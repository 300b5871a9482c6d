/** The audit page's state lives in its address: filters, the place in the log, the entry that is open. */

export const FILTER_NAMES = ['cluster', 'actor', 'action', 'outcome', 'member', 'q', 'from', 'to'] as const;
export type FilterName = (typeof FILTER_NAMES)[number];
/** As they stand in the address; absent ones do not filter. */
export type AuditFilters = Readonly<Partial<Record<FilterName, string>>>;

export type AuditPlace = {
	readonly filters: AuditFilters;
	readonly cursor: string | null;
	readonly entry: string | null;
};

/** Query of the filters alone, in a fixed order: for the API and the exports. */
export function filterQuery(filters: AuditFilters): URLSearchParams {
	const query = new URLSearchParams();
	for (const name of FILTER_NAMES) {
		const value = filters[name];
		if (value !== undefined && value !== '') {
			query.set(name, value);
		}
	}
	return query;
}

/** Address of the page at a place. */
export function auditHref(place: AuditPlace): string {
	const query = filterQuery(place.filters);
	if (place.cursor !== null) {
		query.set('cursor', place.cursor);
	}
	if (place.entry !== null) {
		query.set('entry', place.entry);
	}
	const text = query.toString();
	return text === '' ? '/audit' : `/audit?${text}`;
}

/**
 * Address of an export of exactly what is filtered: the whole of it, not only the page that is shown. `track`: an id by which the
 * console can be asked how far it is.
 */
export function exportHref(
	filters: AuditFilters,
	format: 'csv' | 'ndjson' | 'json',
	track: string | null = null,
): string {
	const query = filterQuery(filters);
	query.set('format', format);
	if (track !== null) {
		query.set('track', track);
	}
	return `/api/audit/export?${query}`;
}
