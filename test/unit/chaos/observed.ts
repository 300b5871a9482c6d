import type { Trial } from '@/lib/cli/chaos/draw-trials';
import type { Claim, Life, Observations, TrialRecord } from '@/lib/cli/chaos/truth';

/** One trial from 1,000 to 20,000 about one incarnation, registered at 0; the tests add what happened. */
export const CZXID = '0x100';
export const PATH = '/turms/members/member-1';
export const SETTLE_MS = 1_200;

export function life(more: Partial<Life> = {}): Life {
	return {
		czxid: CZXID,
		path: PATH,
		owner: '0x1',
		pid: 42,
		registeredAtMs: 0,
		diedAtMs: null,
		closesAllOnLoss: false,
		...more,
	};
}

export function claim(atMs: number, more: Partial<Claim> = {}): Claim {
	return {
		czxid: CZXID,
		path: PATH,
		atMs,
		verdict: 'dead',
		reasons: ['refused-by-quorum'],
		input: { nowMs: atMs },
		...more,
	};
}

export function record(fault: Trial['fault'], more: Partial<TrialRecord> = {}): TrialRecord {
	const trial: Trial = {
		number: 7,
		wave: 1,
		fault,
		startMs: 0,
		forMs: 0,
		delayMs: 0,
		sessionTimeoutMs: 30_000,
		addresses: 1,
		purge: true,
	};
	return {
		trial,
		disturbance: 'none',
		startedAtMs: 1_000,
		endedAtMs: 20_000,
		subjects: [CZXID],
		involved: [CZXID],
		failure: null,
		...more,
	};
}

export function observed(more: Partial<Observations>): Observations {
	return {
		lives: [life()],
		outages: [],
		claims: [],
		missing: {},
		leftAtMs: {},
		purges: [],
		lost: [],
		expiries: [],
		naive: [],
		trials: [],
		pauses: [],
		settleMs: SETTLE_MS,
		...more,
	};
}
