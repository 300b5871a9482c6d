import { describe, expect, it } from 'vitest';
import { en } from '@/components/messages/en';
import { SHOWN_MAX, toEntries } from '@/components/palette/entries';
import { PAGE_KEYS } from '@/components/palette/keys';
import { byPath, liveMember } from '../ui/live-member';

const many = byPath(
	Array.from({ length: 300 }, (_, n) =>
		liveMember(`gateway-${n}`, { verdict: n === 250 ? 'dead' : n === 10 ? 'suspect' : 'alive' }),
	),
);
const CLUSTERS = [
	{ id: 'prod', name: 'Turms production' },
	{ id: 'test', name: 'test' },
];
const find = (query: string, more: Partial<Parameters<typeof toEntries>[0]> = {}) =>
	toEntries({ t: en, query, cluster: 'prod', clusters: CLUSTERS, members: many, ...more });
const texts = (query: string, label: string, more = {}) =>
	find(query, more)
		.find((group) => group.label === label)
		?.items.map(({ text }) => text) ?? [];

describe('the palette', () => {
	it('shows before anything is typed every page, who is not alive with the worst first, clusters and commands', () => {
		expect(find('').map(({ label }) => label)).toEqual(Object.values(en.palette.groups).sort(byPlace));
		expect(texts('', en.palette.groups.pages)).toHaveLength(Object.keys(PAGE_KEYS).length);
		expect(texts('', en.palette.groups.members)).toEqual(['gateway-250', 'gateway-10']);
		expect(texts('', en.palette.groups.clusters)).toEqual(['Turms production', 'test']);
	});

	it('finds a member among many by a part of its id, and leads to its page', () => {
		const [first] = find('gate 250');
		expect(first?.label).toBe(en.palette.groups.members);
		expect(first?.items[0]).toMatchObject({
			text: 'gateway-250',
			verdict: 'dead',
			deed: { kind: 'go', href: '/c/prod/member?path=%2Fturms%2Fmembers%2Fgateway-250' },
		});
	});

	it('never shows more than its limit in all, the unwell first among equals', () => {
		const groups = find('gateway');
		expect(groups.reduce((sum, { items }) => sum + items.length, 0)).toBe(SHOWN_MAX);
		// Ids of the same length match equally well.
		expect(texts('gateway-2', en.palette.groups.members)[0]).toBe('gateway-2');
		expect(texts('gateway-', en.palette.groups.members).indexOf('gateway-10')).toBe(10);
	});

	it('has no pages of a cluster where none is known, and no list of one cluster', () => {
		const alone = { cluster: null, clusters: CLUSTERS.slice(0, 1) };
		expect(texts('', en.palette.groups.pages, alone)).toEqual([en.shell.clusters, en.shell.audit, en.shell.settings]);
		expect(texts('', en.palette.groups.clusters, alone)).toEqual([]);
		expect(texts('', en.palette.groups.members, alone)).toEqual([]);
	});

	it('has nothing for what matches nothing', () => {
		expect(find('qqqqqq')).toEqual([]);
	});
});

const ORDER = [
	en.palette.groups.pages,
	en.palette.groups.members,
	en.palette.groups.clusters,
	en.palette.groups.commands,
];
function byPlace(a: string, b: string): number {
	return ORDER.indexOf(a) - ORDER.indexOf(b);
}
