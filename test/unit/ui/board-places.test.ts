import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepPlaces, placeAll } from '@/components/members/board-places';
import { byPath, liveMember } from './live-member';

const cluster = (ids: Iterable<number>) =>
	byPath([...ids].map((id) => liveMember(`g-${id}`, { path: `/m/${id}`, group: id % 2 === 0 ? 'even' : 'odd' })));
const range = (count: number, skip = -1) => Array.from({ length: count }, (_, id) => id).filter((id) => id !== skip);

describe('the places on the board', () => {
	it('a member that leaves and comes back moves no cell', () => {
		const all = placeAll(cluster(range(100)));
		const without = keepPlaces(all, cluster(range(100, 42)));
		expect(without).toBe(all);
		expect(keepPlaces(without, cluster(range(100)))).toBe(all);
	});

	it('empty cells are closed up together once one in twenty is empty', () => {
		const all = placeAll(cluster(range(100)));
		expect(keepPlaces(all, cluster(range(95)))).toBe(all);
		expect(keepPlaces(all, cluster(range(94))).paths).toHaveLength(94);
	});

	it('a small board has no empty cell', () => {
		expect(keepPlaces(placeAll(cluster(range(12))), cluster(range(12, 3))).paths).toHaveLength(11);
	});

	it('whoever comes and goes: each member has one cell, in the order of names, and keeping again changes nothing', () => {
		const someone = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 120 });
		fc.assert(
			fc.property(fc.array(someone, { minLength: 2, maxLength: 6 }), (states) => {
				let places = placeAll(cluster(states[0] ?? []));
				for (const each of states) {
					const members = cluster(each);
					places = keepPlaces(places, members);
					expect(new Set(places.paths).size).toBe(places.paths.length);
					expect(places.paths.filter((path) => members.has(path))).toEqual(placeAll(members).paths);
					expect(keepPlaces(places, members)).toBe(places);
				}
			}),
		);
	});
});
