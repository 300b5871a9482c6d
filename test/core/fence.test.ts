import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ancestorsOf, creates, guardPair, MULTI_BYTES_MAX, MULTI_REMOVALS_MAX, sequenceOf } from '@/lib/core/fence';
import { plan, RANDOM, ready, reported, stat, survey, target, tree } from './fence-fixtures';

describe('the count of creates', () => {
	it('is what the stat gives away, also where 32 bits overflow', () => {
		fc.assert(
			fc.property(fc.nat({ max: 2_147_482_647 }), fc.nat({ max: 100_000 }), (count, children) => {
				expect(creates(reported(count, Math.min(children, count)))).toBe(count);
			}),
		);
		expect(reported(1_500_000_000, 3).cversion).toBeLessThan(0);
		expect(creates(reported(1_500_000_000, 3))).toBe(1_500_000_000);
	});

	it('is the root of a new ensemble: cversion -1 and one child', () => {
		expect(creates({ cversion: -1, numChildren: 1 })).toBe(0);
	});

	it('fails closed when it is not whole, or near the end of an int', () => {
		expect(creates({ cversion: 4, numChildren: 1 })).toBeNull();
		expect(creates(reported(2_147_483_647, 1))).toBeNull();
		expect(creates(reported(2_147_483_000, 1))).toBeNull();
	});
});

describe('a guard', () => {
	it('deletes the very name that ZooKeeper would give next', () => {
		const [create, remove] = guardPair('/app/members', 41, RANDOM);
		expect(create).toMatchObject({
			kind: 'create',
			mode: 'persistent-sequential',
			path: '/app/members/rc-0123456789abcdef-',
		});
		expect(remove).toEqual({
			kind: 'delete',
			path: '/app/members/rc-0123456789abcdef-0000000041',
			version: 0,
		});
		expect(guardPair('/', 7, RANDOM)[1].path).toBe('/rc-0123456789abcdef-0000000007');
	});

	it('has no name that can be guessed', () => {
		for (const random of ['', 'abc', '0123456789abcdeg', '0123456789ABCDEF']) {
			expect(() => guardPair('/a', 1, random)).toThrow(TypeError);
		}
	});

	it('stands under each ancestor up to the root, once', () => {
		expect(ancestorsOf('/a/b/c')).toEqual(['/a/b', '/a', '/']);
		expect(ancestorsOf('/a')).toEqual(['/']);
		expect(ancestorsOf('/')).toEqual([]);
		const owned = [target('/app/members/second'), target('/other/thing', 'other')];
		const found = ready({ owned });
		expect(found.guards.map((guard) => [guard.path, guard.count, guard.forVictim])).toEqual([
			['/app/members', 41, true],
			['/app', 9, true],
			['/', 3, true],
			['/other', 6, false],
		]);
		expect(found.strength).toBe('full');
	});
});

describe('what the fence can hold', () => {
	it('is unavailable without a guard under the parent: a version-only delete is never planned', () => {
		expect(survey({ unguardable: new Set(['/app/members']) })).toEqual({ kind: 'unavailable', path: '/app/members' });
		const odd = new Map(tree).set('/app/members', stat({ cversion: 4, numChildren: 1 }));
		expect(survey({ ancestors: odd }).kind).toBe('unavailable');
	});

	it('is weak without the grandparent, and says which ancestors are left out', () => {
		expect(ready({ unguardable: new Set(['/app']) })).toMatchObject({ strength: 'weak', unguarded: ['/app'] });
		expect(ready({ unguardable: new Set(['/']) })).toMatchObject({ strength: 'full', unguarded: ['/'] });
		const shallow = { victim: target('/other/m'), unguardable: new Set(['/']) };
		expect(ready(shallow).strength).toBe('weak');
		expect(ready({ victim: target('/m') }).strength).toBe('full');
	});

	it('takes locks along without a guard under their busy folder, but with those above it', () => {
		const found = ready({ owned: [target('/app/locks/x/lock-0000000017', 'sequence')] });
		expect(found.owned).toHaveLength(1);
		expect(found.guards.map((guard) => guard.path)).toEqual(['/app/members', '/app', '/', '/app/locks']);
	});

	it('does not trust ten digits that the folder has not counted to', () => {
		const forged = target('/app/locks/x/job-1700000000', 'sequence');
		expect(ready({ owned: [forged] }).guards.map((guard) => guard.path)).toContain('/app/locks/x');
		const closed = ready({ owned: [forged], unguardable: new Set(['/app/locks/x']) });
		expect(closed.unfenced).toEqual([forged.path]);
		expect(closed.owned).toEqual([]);
	});

	it('reads a sequence number only where ZooKeeper writes one', () => {
		expect(sequenceOf('/locks/lock-0000000017')).toBe(17);
		expect(sequenceOf('/locks/0000000017')).toBe(17);
		expect(sequenceOf('/locks/lock-00000000170')).toBeNull();
		expect(sequenceOf('/locks/lock-17')).toBeNull();
	});

	it('leaves what does not fit to later multis and never exceeds the bounds', () => {
		fc.assert(
			fc.property(fc.nat({ max: 600 }), fc.nat({ max: 3_000 }), (count, length) => {
				const name = 'x'.repeat(length);
				const owned = Array.from({ length: count }, (_, n) => target(`/app/locks/x/${name}${n}`, 'other'));
				const found = ready({ owned });
				expect(found.owned.length + found.overflow.length).toBe(count);
				expect(found.owned.length).toBeLessThan(MULTI_REMOVALS_MAX);
				const planned = plan({ owned }, new Uint8Array(256 * 1024));
				expect(planned.bytes).toBeLessThanOrEqual(MULTI_BYTES_MAX);
			}),
			{ numRuns: 30 },
		);
	});
});
