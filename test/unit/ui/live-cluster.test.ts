import { describe, expect, it } from 'vitest';
import { lose, NOTHING_YET, type ReceivedEvent, receive } from '@/components/live/live-cluster';
import { adopt } from '@/components/live/open-stream';
import { VERDICTS } from '@/lib/core/reason';
import type { ClusterView, VerdictCounts } from '@/lib/core/view';
import { memberRow } from './live-member';

const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as VerdictCounts;
const cluster: ClusterView = {
	id: 'prod',
	name: 'Production',
	counts,
	ensemble: { following: true, servers: [], leader: null, sweepComplete: true, gaps: [] },
	automaticRecovery: false,
	killSwitch: false,
	latch: 'here',
	impairments: [],
	registrations: [],
	observedAtMs: 5_000,
	ready: true,
};
const snapshot = (ids: string[], serverAtMs = 5_000) => ({
	kind: 'snapshot' as const,
	data: { cluster, members: ids.map((id) => memberRow(id)), serverAtMs },
});
const change = (changed: string[], removed: string[] = [], serverAtMs = 6_000) => ({
	kind: 'change' as const,
	data: {
		cluster: null,
		changed: changed.map((id) => memberRow(id, { verdict: 'dead' })),
		removed,
		pulses: [],
		serverAtMs,
	},
});

describe('the live state of a cluster', () => {
	it('is connecting, not live, until a snapshot has come', () => {
		expect(NOTHING_YET.connection).toBe('connecting');
		expect(receive(NOTHING_YET, [change([])], 10).connection).toBe('connecting');
		expect(receive(NOTHING_YET, [snapshot(['a'])], 10).connection).toBe('live');
	});

	it('a snapshot replaces everything, a change only what it names', () => {
		const first = receive(NOTHING_YET, [snapshot(['a', 'b', 'c'])], 10);
		const second = receive(first, [change(['b'], ['/turms/members/c'])], 20);
		expect([...second.members.keys()]).toEqual(['/turms/members/a', '/turms/members/b']);
		expect(second.members.get('/turms/members/b')?.verdict).toBe('dead');
		expect(second.cluster).toBe(first.cluster);
		const third = receive(second, [snapshot(['z'])], 30);
		expect([...third.members.keys()]).toEqual(['/turms/members/z']);
	});

	it('never changes an earlier state, and keeps the identity of rows that did not change', () => {
		const first = receive(NOTHING_YET, [snapshot(['a', 'b'])], 10);
		const second = receive(first, [change(['b'])], 20);
		expect(first.members.get('/turms/members/b')?.verdict).toBe('alive');
		expect(second.members.get('/turms/members/a')).toBe(first.members.get('/turms/members/a'));
		expect(receive(second, [change([])], 30).members).toBe(second.members);
	});

	it('applies a batch in the order received', () => {
		const state = receive(NOTHING_YET, [snapshot(['a']), change(['a']), change([], ['/turms/members/a'])], 10);
		expect(state.members.size).toBe(0);
	});

	it('measures the console’s clock at each event that tells it, and stamps rows with it', () => {
		const state = receive(NOTHING_YET, [snapshot(['a'], 105_000)], 100_000);
		expect(state.clockOffsetMs).toBe(5_000);
		expect(state.members.get('/turms/members/a')?.sentAtMs).toBe(105_000);
		expect(receive(state, [change([], [], 200_700)], 200_000).clockOffsetMs).toBe(700);
	});

	it('a lost connection makes old data stale, and keeps when it was last heard', () => {
		const state = lose(receive(NOTHING_YET, [snapshot(['a'])], 10));
		expect(state).toMatchObject({ connection: 'stale', lastEventAtMs: 10 });
		expect(state.members.size).toBe(1);
		expect(lose(NOTHING_YET, 'not-found')).toMatchObject({ connection: 'connecting', refusal: 'not-found' });
		expect(receive(state, [change(['a'])], 20).connection).toBe('live');
	});
});

describe('the version of the verdicts', () => {
	const first = receive(NOTHING_YET, [snapshot(['a', 'b'])], 10);
	const only = (over: Parameters<typeof memberRow>[1]) => ({
		kind: 'change' as const,
		data: { cluster: null, changed: [memberRow('a', over)], removed: [], pulses: [], serverAtMs: 6_000 },
	});

	it('stays while only latency moves', () => {
		expect(receive(first, [only({ rttMs: 9, lastAnsweredAtMs: 5_999 })], 20).verdictsVersion).toBe(
			first.verdictsVersion,
		);
	});

	it.each([
		['a verdict changes', only({ verdict: 'suspect' })],
		['a member registers again', only({ czxid: '0x300000001' })],
		['a member comes', { ...change([]), data: { ...change([]).data, changed: [memberRow('new')] } }],
		['a member goes', change([], ['/turms/members/b'])],
		['everything is sent anew', snapshot(['a', 'b'])],
	])('rises when %s', (_name, event) => {
		expect(receive(first, [event], 20).verdictsVersion).toBeGreaterThan(first.verdictsVersion);
	});
});

describe('another answer of a calm member', () => {
	const pulse = (answeredMsAgo: number, rttMs = 0.9): ReceivedEvent => ({
		kind: 'change',
		data: {
			cluster: null,
			changed: [],
			removed: [],
			pulses: [['/turms/members/a', rttMs, answeredMsAgo, 40, 29_000]],
			serverAtMs: 6_000,
		},
	});
	const first = receive(NOTHING_YET, [snapshot(['a', 'b'])], 10);

	it('moves its latency, its course and its ages, and nothing else', () => {
		const after = receive(first, [pulse(500)], 20);
		const row = after.members.get('/turms/members/a');
		expect(row).toMatchObject({ rttMs: 0.9, recentRttMs: [0.4, 0.9], lastAnsweredAtMs: 5_500, sentAtMs: 6_000 });
		expect(row?.session).toMatchObject({ state: 'connected', server: 'zk-1', lastHeardMsAgo: 40, expiresInMs: 29_000 });
		expect(after.members.get('/turms/members/b')).toBe(first.members.get('/turms/members/b'));
		expect(after.verdictsVersion).toBe(first.verdictsVersion);
	});

	it('told twice is one answer', () => {
		const after = receive(first, [pulse(500), pulse(499)], 20);
		expect(after.members.get('/turms/members/a')?.recentRttMs).toEqual([0.4, 0.9]);
	});

	it('of somebody who has left is none', () => {
		const after = receive(first, [change([], ['/turms/members/a']), pulse(500)], 20);
		expect([...after.members.keys()]).toEqual(['/turms/members/b']);
	});

	it('keeps as many rounds as a row has', () => {
		let state = first;
		for (let round = 1; round <= 40; round += 1) state = receive(state, [pulse(-round * 5_000, round)], 20 + round);
		expect(state.members.get('/turms/members/a')?.recentRttMs).toHaveLength(28);
	});
});

describe('a console that has just started', () => {
	const starting: ClusterView = { ...cluster, ensemble: { ...cluster.ensemble, following: false } };
	const held = receive(NOTHING_YET, [snapshot(['a', 'b'])], 10);
	const begun = receive(
		held,
		[{ kind: 'snapshot', data: { cluster: starting, members: [memberRow('a')], serverAtMs: 7_000 } }],
		2_000,
	);

	it('empties no page: what was known is shown as old until the whole membership has been read', () => {
		expect([...begun.members.keys()]).toEqual(['/turms/members/a', '/turms/members/b']);
		expect(begun).toMatchObject({ connection: 'stale', lastEventAtMs: 10 });
		const more = receive(begun, [change(['c'])], 2_100);
		expect(more.members).toBe(begun.members);
		const whole: ReceivedEvent = {
			kind: 'change',
			data: { cluster, changed: [], removed: [], pulses: [], serverAtMs: 7_200 },
		};
		const after = receive(more, [whole], 2_200);
		expect([...after.members.keys()]).toEqual(['/turms/members/a', '/turms/members/c']);
		expect(after).toMatchObject({ connection: 'live', lastEventAtMs: 2_200, arriving: null });
		expect(after.verdictsVersion).toBeGreaterThan(more.verdictsVersion);
	});

	it('is shown as it is to who knows nothing else', () => {
		const state = receive(
			NOTHING_YET,
			[{ kind: 'snapshot', data: { cluster: starting, members: [], serverAtMs: 7_000 } }],
			10,
		);
		expect(state).toMatchObject({ connection: 'live', arriving: null });
	});
});

describe('a tab that is sent a whole state', () => {
	it('keeps what it holds, as old, when whoever shares the stream has begun anew', () => {
		const held = receive(NOTHING_YET, [snapshot(['a'])], 10);
		expect(adopt(held, NOTHING_YET)).toMatchObject({ connection: 'stale', lastEventAtMs: 10 });
		expect(adopt(held, NOTHING_YET).members.size).toBe(1);
	});

	it('never takes an old state for a fresh one', () => {
		const old = receive(NOTHING_YET, [snapshot(['a'])], Date.now() - 60_000);
		expect(adopt(NOTHING_YET, old).connection).toBe('stale');
		expect(adopt(NOTHING_YET, receive(NOTHING_YET, [snapshot(['a'])], Date.now())).connection).toBe('live');
	});
});
