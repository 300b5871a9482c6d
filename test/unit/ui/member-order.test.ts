import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrange, keepOrder, SORTS } from '@/components/members/member-order';
import { VERDICTS, type Verdict } from '@/lib/core/reason';
import { byPath, liveMember } from './live-member';

const ids = (paths: readonly string[]) => paths.map((path) => path.slice('/turms/members/'.length));
const cluster = (verdicts: Record<string, Verdict>) =>
	byPath(Object.entries(verdicts).map(([id, verdict]) => liveMember(id, { verdict })));

describe('the order of the rows', () => {
	it('begins with the unwell, worst first, then the others by name, numbers as numbers', () => {
		const members = cluster({ 'g-10': 'alive', 'g-2': 'alive', 'g-3': 'suspect', 'g-4': 'dead' });
		expect(ids(arrange(members, 'attention', 'asc').paths)).toEqual(['g-4', 'g-3', 'g-2', 'g-10']);
	});

	it('a member that turns unwell joins the end of the top part, and moves none of those above it', () => {
		const before = arrange(cluster({ a: 'alive', b: 'suspect', c: 'alive' }), 'attention', 'asc');
		const after = keepOrder(before, cluster({ a: 'alive', b: 'suspect', c: 'dead' }));
		expect(ids(after.paths)).toEqual(['b', 'c', 'a']);
		expect(after.unsorted).toBe(true);
	});

	it('a member that has just registered, and is being examined, is put in its place by name and moves nobody else', () => {
		const before = arrange(cluster({ a: 'alive', b: 'suspect', d: 'alive' }), 'attention', 'asc');
		const joined = keepOrder(before, cluster({ a: 'alive', b: 'suspect', c: 'unknown', d: 'alive' }));
		expect(ids(joined.paths)).toEqual(['b', 'a', 'c', 'd']);
		expect(ids(keepOrder(joined, cluster({ a: 'alive', b: 'suspect', c: 'alive', d: 'alive' })).paths)).toEqual([
			'b',
			'a',
			'c',
			'd',
		]);
	});

	it('newcomers among many cost no sorting of all: they are put where sorting anew would have them', () => {
		const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`m-${n * 2}`, 'alive' as const]));
		const more = { ...many, 'm-1': 'alive', 'm-501': 'alive', 'm-2000': 'alive', a: 'alive' } as const;
		for (const direction of ['asc', 'desc'] as const) {
			const kept = keepOrder(arrange(cluster(many), 'id', direction), cluster(more));
			expect(kept.paths).toEqual(arrange(cluster(more), 'id', direction).paths);
		}
	});

	it('a member that recovers keeps its place until the reader sorts again', () => {
		const before = arrange(cluster({ a: 'alive', b: 'suspect', c: 'dead' }), 'attention', 'asc');
		const recovered = cluster({ a: 'alive', b: 'suspect', c: 'alive' });
		const after = keepOrder(before, recovered);
		expect(ids(after.paths)).toEqual(['c', 'b', 'a']);
		expect(after.unsorted).toBe(true);
		expect(ids(arrange(recovered, 'attention', 'asc').paths)).toEqual(['b', 'a', 'c']);
	});

	it('newcomers are put in their place by name; by latency they come last', () => {
		const before = cluster({ a: 'alive', c: 'alive' });
		const after = cluster({ a: 'alive', b: 'alive', c: 'alive' });
		expect(ids(keepOrder(arrange(before, 'id', 'asc'), after).paths)).toEqual(['a', 'b', 'c']);
		expect(ids(keepOrder(arrange(before, 'latency', 'asc'), after).paths)).toEqual(['a', 'c', 'b']);
	});

	it('returns the very same order when nothing moves', () => {
		const order = arrange(cluster({ a: 'alive', b: 'dead' }), 'attention', 'asc');
		expect(keepOrder(order, cluster({ a: 'alive', b: 'dead' }))).toBe(order);
	});

	it('whatever happens, every member is there once and nobody else, and keeping is idempotent', () => {
		const state = fc.dictionary(fc.stringMatching(/^[a-e]\d?$/), fc.constantFrom(...VERDICTS), { maxKeys: 12 });
		fc.assert(
			fc.property(fc.constantFrom(...SORTS), fc.array(state, { minLength: 1, maxLength: 5 }), (sort, states) => {
				let order = arrange(cluster(states[0] ?? {}), sort, 'asc');
				for (const each of states) {
					const members = cluster(each);
					order = keepOrder(order, members);
					expect([...order.paths].sort()).toEqual([...members.keys()].sort());
					expect(keepOrder(order, members)).toEqual(order);
				}
			}),
		);
	});
});
