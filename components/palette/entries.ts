import type { Verdict } from '@/lib/core/reason';
import type { LiveMember } from '../live/live-cluster';
import { needsAttention, severityOf } from '../live/not-alive';
import type { Catalogue } from '../messages/catalogue';
import { THEMES, type Theme } from '../shell/theme';
import { bestScore } from './fuzzy';
import { PAGE_KEYS, pageHref } from './keys';

/** All that is shown at once. */
export const SHOWN_MAX = 50;
/** Members that are not alive, shown before anything is typed. */
const UNASKED_MAX = 5;

export type EntryDeed =
	| { readonly kind: 'go'; readonly href: string }
	| { readonly kind: 'language' | 'help' }
	| { readonly kind: 'theme'; readonly theme: Theme };

export type Entry = {
	readonly id: string;
	readonly text: string;
	/** What else it is found by, shown beside it. */
	readonly detail: string;
	/** Keys that do the same. */
	readonly keys: readonly string[];
	readonly verdict: Verdict | null;
	readonly deed: EntryDeed;
};
export type EntryGroup = { readonly label: string; readonly items: readonly Entry[] };

type Known = {
	readonly t: Catalogue;
	readonly query: string;
	/** The cluster that pages and members are of; null: none is known. */
	readonly cluster: string | null;
	readonly clusters: readonly { readonly id: string; readonly name: string }[];
	readonly members: ReadonlyMap<string, LiveMember>;
};

type Scored = { readonly entry: Entry; readonly score: number };

function entry(id: string, text: string, deed: EntryDeed, more: Partial<Entry> = {}): Entry {
	return { id, text, detail: '', keys: [], verdict: null, ...more, deed };
}

function pages({ t, cluster }: Known): Entry[] {
	return Object.entries(PAGE_KEYS).flatMap(([key, page]) => {
		const href = pageHref(page, cluster);
		return href === null
			? []
			: [entry(`page ${page}`, t.shell[page], { kind: 'go', href }, { keys: ['G', key.toUpperCase()] })];
	});
}

function clusters(known: Known): Entry[] {
	if (known.clusters.length < 2) return [];
	return known.clusters.map(({ id, name }) =>
		entry(
			`cluster ${id}`,
			name,
			{ kind: 'go', href: `/c/${encodeURIComponent(id)}` },
			{ detail: name === id ? '' : id },
		),
	);
}

function commands({ t }: Known): Entry[] {
	const { commands: texts } = t.palette;
	return [
		entry('help', texts.help, { kind: 'help' }, { keys: ['?'] }),
		entry('language', texts.language, { kind: 'language' }),
		...THEMES.map((theme) => entry(`theme ${theme}`, texts[theme], { kind: 'theme', theme })),
	];
}

function memberEntry(cluster: string, member: LiveMember): Entry {
	const href = `/c/${encodeURIComponent(cluster)}/member?path=${encodeURIComponent(member.path)}`;
	const detail = member.host === null ? member.group : `${member.host}:${member.port}`;
	return entry(`member ${member.path}`, member.id, { kind: 'go', href }, { detail, verdict: member.verdict });
}

/** Members by their id, the unwell first among equals; before anything is typed the unwell alone. */
function members({ cluster, members: live, query }: Known): Scored[] {
	if (cluster === null) return [];
	const found: { member: LiveMember; score: number }[] = [];
	for (const member of live.values()) {
		const score = query === '' ? (needsAttention(member.verdict) ? 0 : null) : bestScore(query, [member.id]);
		if (score !== null) found.push({ member, score });
	}
	found.sort(
		(a, b) =>
			b.score - a.score ||
			severityOf(a.member.verdict) - severityOf(b.member.verdict) ||
			a.member.id.localeCompare(b.member.id, 'en', { numeric: true }),
	);
	return found
		.slice(0, query === '' ? UNASKED_MAX : SHOWN_MAX)
		.map(({ member, score }) => ({ entry: memberEntry(cluster, member), score }));
}

function matching(query: string, entries: readonly Entry[]): Scored[] {
	return entries
		.flatMap((each) => {
			const score = bestScore(query, [each.text, each.detail]);
			return score === null ? [] : [{ entry: each, score }];
		})
		.sort((a, b) => b.score - a.score);
}

/** What the palette shows for a query: groups with the best match first, at most SHOWN_MAX entries in all. */
export function toEntries(asked: Known): EntryGroup[] {
	const known = { ...asked, query: asked.query.trim() };
	const { groups } = known.t.palette;
	const all = [
		{ label: groups.pages, found: matching(known.query, pages(known)) },
		{ label: groups.members, found: members(known) },
		{ label: groups.clusters, found: matching(known.query, clusters(known)) },
		{ label: groups.commands, found: matching(known.query, commands(known)) },
	].filter(({ found }) => found.length > 0);
	// Sorting is stable: without a query everything scores alike and the order above stays.
	all.sort((a, b) => (b.found[0]?.score ?? 0) - (a.found[0]?.score ?? 0));
	let room = SHOWN_MAX;
	return all.flatMap(({ label, found }) => {
		const items = found.slice(0, room).map((each) => each.entry);
		room -= items.length;
		return items.length === 0 ? [] : [{ label, items }];
	});
}
