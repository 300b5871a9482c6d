import { describe, expect, it } from 'vitest';
import { type PlannedMemberView, toExpiry, toGuardLines } from '@/components/purge/guard-lines';
import type { GuardView } from '@/lib/core/purge-view';

const check = (guard: GuardView['guard'], result: GuardView['result'], code: GuardView['code']): GuardView => ({
	guard,
	result,
	code,
	detail: '',
	facts: {},
});
const planned = (id: string, guards: GuardView[], expiresInMs: number | null = 20_000): PlannedMemberView => ({
	path: `/m/${id}`,
	id,
	czxid: '0x1',
	ephemeralOwner: '0x2',
	verdict: 'dead',
	reasons: [],
	owned: [],
	expiresInMs,
	guards,
});

describe('guards of a plan with several members', () => {
	it('show the worst result of each guard and whom it concerns', () => {
		const lines = toGuardLines([
			planned('a', [check('verdict', 'pass', 'proven'), check('fence', 'pass', 'fence-full')]),
			planned('b', [check('verdict', 'unknown', 'not-proven'), check('fence', 'pass', 'fence-full')]),
			planned('c', [check('verdict', 'fail', 'not-proven'), check('fence', 'pass', 'fence-full')]),
		]);
		expect(lines.map(({ guard, result, only }) => ({ guard, result, only }))).toEqual([
			{ guard: 'verdict', result: 'fail', only: ['c'] },
			{ guard: 'fence', result: 'pass', only: [] },
		]);
	});

	it('never let an inactive guard hide an enforced one', () => {
		const lines = toGuardLines([
			planned('a', [check('rate', 'inactive', 'automatic-only')]),
			planned('b', [check('rate', 'unknown', 'counters-unknown')]),
		]);
		expect(lines[0]?.result).toBe('unknown');
	});
});

describe('the time ZooKeeper would need', () => {
	it('counts down from the dry run and never below zero', () => {
		const members = [planned('a', [], 5_000), planned('b', [], 20_000)];
		expect(toExpiry(members, 1_000)).toEqual({ firstMs: 4_000, lastMs: 19_000 });
		expect(toExpiry(members, 60_000)).toEqual({ firstMs: 0, lastMs: 0 });
	});

	it('is not claimed when it is unknown for any member', () => {
		expect(toExpiry([planned('a', [], 5_000), planned('b', [], null)], 0)).toBeNull();
		expect(toExpiry([], 0)).toBeNull();
	});
});
