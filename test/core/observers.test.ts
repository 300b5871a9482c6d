import { expect, test } from 'vitest';
import { toAccusation } from '@/lib/core/accusation';
import type { OwnHealth, ProbeResult, SweepSummary } from '@/lib/core/evidence';
import { initialMemberState, type MemberState } from '@/lib/core/member-state';
import { observe } from '@/lib/core/observe';
import { isLive, nextProgress, type ObserverProgress, votingProgressMs } from '@/lib/core/observer-progress';
import type { Sweep } from '@/lib/core/ports';
import { type ReachabilityObserver, toReachability } from '@/lib/core/reachability';

const INCARNATION = { path: '/members/a', czxid: 7n, ephemeralOwner: 9n };
const ENDPOINT = { ip: '10.0.0.1', port: 80 };
const WELL: OwnHealth = { loopPauseMsMax: 0, zooKeeperSessionFine: true, referenceAccepted: true };

function round(state: MemberState, atMs: number, result: ProbeResult, ownHealth: OwnHealth = WELL): MemberState {
	return observe(state, {
		kind: 'round',
		observer: 'me',
		incarnation: INCARNATION,
		startedAtMs: atMs - 1,
		observedAtMs: atMs,
		answers: [{ endpoint: ENDPOINT, result, rttMs: null, errorCode: null }],
		ownHealth,
	});
}

const FRESH = initialMemberState({ incarnation: INCARNATION }, 0);
const ANSWERED = round(FRESH, 10, 'accepted');

test.each(['timed-out', 'failed'] as const)(
	'what never answered and %s is told as a time-out: silence would call it well',
	(result) => {
		expect(toAccusation(round(FRESH, 10, result), null, false)).toMatchObject({ refused: [], timedOut: [ENDPOINT] });
	},
);

test('what never answered is not accused of refusing, and what answers again of nothing', () => {
	expect(toAccusation(round(FRESH, 10, 'refused'), null, false)).toBeNull();
	const accused = toAccusation(round(ANSWERED, 20, 'refused'), null, false);
	expect(accused).toEqual({ incarnation: INCARNATION, refused: [ENDPOINT], timedOut: [], tripwireHeldMs: null });
	expect(toAccusation(round(round(ANSWERED, 20, 'refused'), 30, 'accepted'), accused, false)).toBeNull();
});

test.each([
	['paused', { ...WELL, loopPauseMsMax: 251 }],
	['without its own session', { ...WELL, zooKeeperSessionFine: false }],
	['hearing nobody', { ...WELL, referenceAccepted: false }],
])('an observer that is %s tells no refusal, but what it told before, being well, stands', (_, unwell) => {
	const state = round(ANSWERED, 20, 'refused', unwell);
	expect(toAccusation(state, null, false)).toBeNull();
	const before = toAccusation(round(ANSWERED, 20, 'refused'), null, false);
	expect(toAccusation(state, before, false)?.refused).toEqual([ENDPOINT]);
	expect(toAccusation(round(ANSWERED, 20, 'timed-out', unwell), before, false)).toMatchObject({
		refused: [],
		timedOut: [ENDPOINT],
	});
});

test('one that stumbled lately tells no new time-out, but a refusal of a round in which it was well', () => {
	const silent = round(ANSWERED, 20, 'timed-out');
	expect(toAccusation(silent, null, true)).toBeNull();
	expect(toAccusation(silent, toAccusation(silent, null, false), true)?.timedOut).toEqual([ENDPOINT]);
	expect(toAccusation(round(ANSWERED, 20, 'refused'), null, true)?.refused).toEqual([ENDPOINT]);
});

test('the longest tripwire that the peer closed is told', () => {
	const tripwire = {
		kind: 'tripwire',
		observer: 'me',
		incarnation: INCARNATION,
		endpoint: ENDPOINT,
		openedAtMs: 100,
		idle: false,
	} as const;
	const open = observe(ANSWERED, { ...tripwire, state: 'open', observedAtMs: 100 });
	const closed = observe(open, { ...tripwire, state: 'closed-by-peer', observedAtMs: 6_100 });
	const once = round(closed, 6_200, 'refused');
	expect(toAccusation(once, null, false)).toMatchObject({ refused: [ENDPOINT], tripwireHeldMs: null });
	const twice = round(once, 6_400, 'refused');
	expect(toAccusation(twice, null, false)?.tripwireHeldMs).toBe(6_000);
});

test('nobody votes who holds a connection to the member, or whose connection ended long before the refusals', () => {
	const ofTripwire = (openedAtMs: number, atMs: number, state: 'open' | 'closed-by-peer') => ({
		kind: 'tripwire' as const,
		observer: 'me',
		incarnation: INCARNATION,
		endpoint: ENDPOINT,
		openedAtMs,
		observedAtMs: atMs,
		state,
		idle: false,
	});
	const closed = observe(observe(ANSWERED, ofTripwire(100, 100, 'open')), ofTripwire(100, 60_100, 'closed-by-peer'));
	const refusedTwice = (state: MemberState, atMs: number) =>
		round(round(state, atMs, 'refused'), atMs + 200, 'refused');
	const answered = round(closed, 65_000, 'accepted');
	const held = refusedTwice(observe(answered, ofTripwire(65_001, 65_001, 'open')), 7_200_000);
	expect(toAccusation(held, null, false)).toMatchObject({ refused: [ENDPOINT], tripwireHeldMs: null });
	expect(toAccusation(refusedTwice(answered, 7_200_000), null, false)?.tripwireHeldMs).toBeNull();
	expect(toAccusation(refusedTwice(closed, 60_200), null, false)?.tripwireHeldMs).toBe(60_000);
});

function sweepAt(startedAtMs: number, packets: number | null, key = 'c:1'): Sweep {
	const summary: SweepSummary = {
		sweepNumber: startedAtMs,
		startedAtMs,
		finishedAtMs: startedAtMs + 10,
		complete: true,
		gaps: [],
		serverIds: [1],
		standalone: false,
		leaderId: 1,
		epoch: 1,
		uptimeMsMin: 60_000,
		local: true,
		loopPauseMsMax: 0,
		orphanGround: null,
	};
	const connection = {
		serverId: 1,
		server: 's:1',
		remoteIp: null,
		packetsReceived: packets ?? 0,
		connectionKey: key,
		sessionTimeoutMs: 9_000,
		lastHeardMsAgo: null,
		latencyMsAvg: null,
	};
	const session = { connections: packets === null ? [] : [connection], expiryBucketMs: null, expiresInMs: null };
	return { summary, sessions: new Map([[5n, session]]), ephemerals: null, servers: [], leaderDumpSessions: null };
}

function progressOver(sweeps: readonly Sweep[]): ObserverProgress {
	const [first, ...rest] = sweeps;
	if (!first) {
		throw new Error('no sweep');
	}
	return rest.reduce((before, sweep) => nextProgress(before, sweep, 5n), nextProgress(null, first, 5n));
}

test('a rise of packets counts from the earlier of the two sweeps: it may have come just after that', () => {
	const progress = progressOver([sweepAt(1_000, 3), sweepAt(2_000, 4)]);
	expect(votingProgressMs(progress)).toBe(1_000);
	expect(isLive(progress)).toBe(true);
});

test.each([
	['listed once', [sweepAt(1_000, 3)]],
	['no packet since', [sweepAt(1_000, 3), sweepAt(2_000, 3)]],
	['another connection', [sweepAt(1_000, 3), sweepAt(2_000, 9, 'c:2')]],
	['on no server any more', [sweepAt(1_000, 3), sweepAt(2_000, 4), sweepAt(3_000, null)]],
])('no progress, so no vote and no watcher: %s', (_, sweeps) => {
	expect(votingProgressMs(progressOver(sweeps))).toBeNull();
	expect(isLive(progressOver(sweeps))).toBe(false);
});

test('a vote lapses after 2 s without a packet, a watcher after two ping intervals', () => {
	const rose = [sweepAt(1_000, 3), sweepAt(2_000, 4)];
	const after = (atMs: number) => progressOver([...rose, sweepAt(atMs, 4)]);
	expect(votingProgressMs(after(4_000))).toBe(1_000);
	expect(votingProgressMs(after(4_001))).toBeNull();
	expect(isLive(after(8_000))).toBe(true);
	expect(isLive(after(8_001))).toBe(false);
});

function observer(more: Partial<ReachabilityObserver>): ReachabilityObserver {
	return {
		name: 'o',
		kind: 'console',
		failureDomain: 'd',
		self: false,
		live: true,
		watches: 'all',
		doubts: new Map(),
		...more,
	};
}

const MEMBERS = [
	{ path: '/a', group: 'g' },
	{ path: '/b', group: 'g' },
	{ path: '/c', group: 'h' },
];
const OUT = { refused: 0, timedOut: 1 };

test.each([
	['silence of one that lives', {}, ['reachable', 'reachable']],
	['one of two times out', { doubts: new Map([['/a', OUT]]) }, ['partly', 'reachable']],
	[
		'all of a group time out',
		{
			doubts: new Map([
				['/a', OUT],
				['/b', OUT],
			]),
		},
		['unreachable', 'reachable'],
	],
	[
		'refusals come from hosts that are reached',
		{ doubts: new Map([['/c', { refused: 1, timedOut: 0 }]]) },
		['reachable', 'reachable'],
	],
	['it watches one group only', { watches: new Set(['/c']) }, ['unknown', 'reachable']],
	['its session stands still', { live: false }, ['unknown', 'unknown']],
	['nothing is known of its session', { live: null }, ['unknown', 'unknown']],
] as const)('who reaches whom: %s', (_, more, states) => {
	const view = toReachability({ members: MEMBERS, observers: [observer(more)] });
	expect(view.groups).toEqual([
		{ group: 'g', members: 2 },
		{ group: 'h', members: 1 },
	]);
	expect(view.cells[0]?.map(({ state }) => state)).toEqual(states);
});

test('the one that asks comes first, and what is too much to show is counted', () => {
	const many = Array.from({ length: 70 }, (_, index) => observer({ name: `o${index}` }));
	const view = toReachability({
		members: Array.from({ length: 80 }, (_, index) => ({ path: `/${index}`, group: `g${index}` })),
		observers: [...many, observer({ name: 'zz', self: true })],
	});
	expect(view.observers[0]?.name).toBe('zz');
	expect(view).toMatchObject({ observersLeftOut: 7, groupsLeftOut: 16 });
	expect(view.cells).toHaveLength(64);
});
