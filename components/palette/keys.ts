/** Pages by the letter that follows 'g'. */
export const PAGE_KEYS = {
	c: 'clusters',
	m: 'members',
	s: 'suspects',
	r: 'recovery',
	d: 'drills',
	e: 'ensemble',
	u: 'guide',
	a: 'audit',
	t: 'settings',
} as const;
export type PageName = (typeof PAGE_KEYS)[keyof typeof PAGE_KEYS];

/** Longest time between 'g' and its letter. */
const PAUSE_MS_MAX = 1_500;

export type Press = {
	readonly key: string;
	readonly ctrlKey: boolean;
	readonly metaKey: boolean;
	readonly altKey: boolean;
};
export type KeyDeed =
	| { readonly kind: 'palette' | 'help' }
	| { readonly kind: 'page'; readonly page: PageName }
	| { readonly kind: 'row'; readonly by: 1 | -1 };
/** When 'g' was pressed, ms; null: no sequence has begun. */
export type Sequence = number | null;

const PLAIN: ReadonlyMap<string, KeyDeed> = new Map([
	['?', { kind: 'help' }],
	['j', { kind: 'row', by: 1 }],
	['k', { kind: 'row', by: -1 }],
]);

/** What a press means after those before it. The caller leaves out presses that are text or belong to a dialog. */
export function stepKeys(
	sequence: Sequence,
	press: Press,
	nowMs: number,
): { readonly sequence: Sequence; readonly deed: KeyDeed | null } {
	const { key } = press;
	if (press.altKey) return { sequence: null, deed: null };
	if (press.ctrlKey || press.metaKey) {
		const both = press.ctrlKey && press.metaKey;
		return { sequence: null, deed: !both && key.toLowerCase() === 'k' ? { kind: 'palette' } : null };
	}
	if (sequence !== null && nowMs - sequence <= PAUSE_MS_MAX && Object.hasOwn(PAGE_KEYS, key)) {
		return { sequence: null, deed: { kind: 'page', page: PAGE_KEYS[key as keyof typeof PAGE_KEYS] } };
	}
	if (key === 'g') return { sequence: nowMs, deed: null };
	return { sequence: null, deed: PLAIN.get(key) ?? null };
}

/** A page's address; null for a page of a cluster where none is known. */
export function pageHref(page: PageName, cluster: string | null): string | null {
	if (page === 'clusters') return '/';
	if (page === 'audit' || page === 'settings') return `/${page}`;
	if (cluster === null) return null;
	const base = `/c/${encodeURIComponent(cluster)}`;
	return page === 'members' ? base : `${base}/${page}`;
}
