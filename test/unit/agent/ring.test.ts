import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextInRing } from '@/lib/agent/ring';

test.each([
	[['a', 'b', 'c', 'd'], 'b', 2, ['c', 'd']],
	[['d', 'c', 'b', 'a'], 'c', 3, ['d', 'a', 'b']],
	[['a', 'b'], 'z', 3, ['a', 'b']],
	[['a'], 'a', 3, []],
	[[], 'a', 3, []],
	[['B', 'a'], 'Z', 1, ['a']],
] as const)('of %j, %s watches %i: %j', (names, own, count, expected) => {
	expect(nextInRing(names, own, count)).toEqual(expected);
});

test('in a ring that all see alike, everybody is watched by as many as it watches, and nobody by itself', () => {
	fc.assert(
		fc.property(
			fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2 }),
			fc.integer({ min: 1, max: 16 }),
			(names, count) => {
				const watched = names.map((own) => nextInRing(names, own, count));
				const each = Math.min(count, names.length - 1);
				names.forEach((name, index) => {
					expect(watched[index]).not.toContain(name);
					expect(watched.filter((list) => list.includes(name))).toHaveLength(each);
				});
			},
		),
	);
});
