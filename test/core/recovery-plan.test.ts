import { describe, expect, it } from 'vitest';
import type { StampedEntry } from '@/lib/core/counters';
import type { GuardCheck } from '@/lib/core/guard';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import { decideRecoveryGuards } from '@/lib/core/recovery-guards';
import {
	judgeCandidates,
	planAttempts,
	type RecoveryCandidate,
	type RecoveryTried,
	retryPauseMs,
	summariseHeld,
} from '@/lib/core/recovery-plan';
import { NO_SETTINGS } from '@/lib/core/settings';

const NOW = 1_000_000;

function candidate(n: number, more: Partial<RecoveryCandidate> = {}): RecoveryCandidate {
	return {
		key: `k${n}`,
		group: 'gateway',
		session: BigInt(n),
		going: 1,
		provenSinceMs: NOW - 100 + n,
		sessionProven: true,
		...more,
	};
}

const many = (count: number, more: Partial<RecoveryCandidate> = {}) =>
	Array.from({ length: count }, (_, index) => candidate(index + 1, more));
const keys = (candidates: readonly RecoveryCandidate[]) => candidates.map(({ key }) => key);
const says = (
	guard: GuardCheck['guard'],
	code: GuardCheck['code'],
	result: GuardCheck['result'],
	facts = {},
): GuardCheck => ({ guard, code, result, facts });
const never = new Map<string, number>();
const purgedBefore = (n: number): StampedEntry => ({
	attempt: `a${n}`,
	path: `/gone/${n}`,
	czxid: BigInt(n),
	id: `${n}`,
	group: 'other',
	addresses: [],
	ephemeralOwner: BigInt(n),
	sessionTimeoutMs: null,
	by: 'automatic',
	firstSeenAtMs: NOW,
});

describe('what the guards hold back', () => {
	it('lets everybody through against whom nothing is said, counting each with those before it', () => {
		const planned: number[] = [];
		const judged = judgeCandidates(many(3), 2, never, (_, all) => {
			planned.push(all);
			return [says('blast-radius', 'within-radius', 'pass')];
		});
		expect(keys(judged.free)).toEqual(['k1', 'k2', 'k3']);
		expect(planned).toEqual([3, 4, 5]);
	});

	it('asks no further once a guard that says the same of everybody objects, unless it is a large session that it objects to', () => {
		let asked = 0;
		const tooMany = (size: number) => (each: RecoveryCandidate, all: number) => {
			asked += 1;
			const result = all > size ? 'fail' : 'pass';
			return [says('blast-radius', each.going > size ? 'radius-exceeded' : 'within-radius', result)];
		};
		const judged = judgeCandidates(many(50), 0, never, tooMany(3));
		expect(keys(judged.free)).toEqual(['k1', 'k2', 'k3']);
		expect(judged.held.size).toBe(47);
		expect(asked).toBe(4);
		const large = judgeCandidates([candidate(1, { going: 5 }), candidate(2)], 0, never, tooMany(3));
		expect(keys(large.free)).toEqual(['k2']);
		expect([...large.held.keys()]).toEqual(['k1']);
	});

	it('a mass failure holds its own group alone', () => {
		const judged = judgeCandidates(
			[candidate(1), candidate(2), candidate(3, { group: 'service' })],
			0,
			never,
			(each) => [
				says('mass-failure', 'mass-failure', each.group === 'gateway' ? 'fail' : 'pass', { group: each.group }),
			],
		);
		expect(keys(judged.free)).toEqual(['k3']);
		expect(summariseHeld(judged.held)).toEqual([
			{ guard: 'mass-failure', code: 'mass-failure', facts: { group: 'gateway' }, members: 2 },
		]);
	});

	it('lets no more through than the bucket holds, those under way included', () => {
		// The guard itself, over the automatic purges of `seen` moments ago (recovery-guards.ts).
		const bucket = (seen: number) => (each: RecoveryCandidate, planned: number) =>
			decideRecoveryGuards({
				requester: 'automatic',
				settings: NO_SETTINGS,
				policy: { ...DEFAULT_POLICY, automaticRecovery: true },
				registrationSwitchedOn: true,
				going: Array.from({ length: each.going }, () => ({ path: each.key, group: each.group, addresses: [] })),
				planned,
				entries: Array.from({ length: seen }, (_, n) => purgedBefore(n)),
				registered: [],
				groups: new Map(),
				nowMs: NOW,
				wallMs: 0,
			}).filter(({ guard }) => guard === 'rate');
		expect(keys(judgeCandidates(many(5), 1, never, bucket(7)).free)).toEqual(['k1', 'k2']);
		expect(judgeCandidates(many(15), 0, never, bucket(0)).free).toHaveLength(10);
		expect(keys(judgeCandidates([candidate(1, { going: 12 })], 0, never, bucket(0)).free)).toEqual(['k1']);
		expect(judgeCandidates([candidate(1, { going: 12 }), candidate(2)], 0, never, bucket(0)).free).toHaveLength(1);
	});

	it('what only the purge itself decides holds nobody back, and neither do a lapsed proof or a latch elsewhere', () => {
		const judged = judgeCandidates(many(1), 0, never, () => [
			says('verdict', 'proof-lapsed', 'unknown'),
			says('evidence-age', 'stale-evidence', 'fail'),
			says('latch', 'latch-not-held', 'fail'),
		]);
		expect(keys(judged.free)).toEqual(['k1']);
	});

	it('unknown is no pass', () => {
		const judged = judgeCandidates(many(1), 0, never, () => [says('maintenance', 'settings-unknown', 'unknown')]);
		expect(judged.free).toEqual([]);
		expect(judged.held.size).toBe(1);
	});

	it('everybody has a turn, whoever stands in front', () => {
		const flapping = () => [says('flapping', 'flapping', 'fail')];
		const asked = new Map<string, number>();
		const all = new Set<string>();
		for (let turn = 1; turn <= 4; turn++) {
			for (const key of judgeCandidates(many(50), 0, asked, flapping).asked) {
				asked.set(key, turn);
				all.add(key);
			}
		}
		expect(all.size).toBe(50);
	});
});

describe('attempts', () => {
	const tried = (more: Partial<RecoveryTried>) =>
		new Map([['k1', { running: false, failures: 1, retryAtMs: 0, ...more }]]);

	it('begin at once, one a session', () => {
		const two = [candidate(1, { session: 7n }), candidate(2, { session: 7n }), candidate(3)];
		expect(keys(planAttempts(two, new Map(), NOW).attempt)).toEqual(['k1', 'k3']);
	});

	it('never run twice at the same time for one session', () => {
		const two = [candidate(1, { session: 7n }), candidate(2, { session: 7n })];
		expect(planAttempts(two, tried({ running: true }), NOW)).toEqual({ attempt: [], nextAtMs: null });
	});

	it('wait for their pause', () => {
		expect(planAttempts(many(1), tried({ retryAtMs: NOW + 500 }), NOW)).toEqual({ attempt: [], nextAtMs: NOW + 500 });
		expect(keys(planAttempts(many(1), tried({ retryAtMs: NOW + 500 }), NOW + 500).attempt)).toEqual(['k1']);
	});

	it('wait a while for the proofs of the rest of the session, and no longer', () => {
		const half = [candidate(1, { sessionProven: false, provenSinceMs: NOW })];
		expect(planAttempts(half, new Map(), NOW).nextAtMs).toBe(NOW + 3_000);
		expect(keys(planAttempts(half, new Map(), NOW + 3_000).attempt)).toEqual(['k1']);
	});

	it('pause 1 s, doubling to 15 s', () => {
		expect([1, 2, 3, 4, 5, 6, 60].map(retryPauseMs)).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
	});
});
