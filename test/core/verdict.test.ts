import { describe, expect, it } from 'vitest';
import { endpointKey } from '@/lib/core/member';
import { proveByRefusal } from '@/lib/core/prove-refusal';
import { contextOf, died, ENDPOINT, lived, MEMBER, round, sweep, tell, tripwire } from './timeline';

const _missingOf = (state: ReturnType<typeof tell>, atMs = 22_000) => proveByRefusal(state, contextOf(), atMs).missing;

describe('superseded', () => {
	const newer = {
		...MEMBER,
		path: '/turms/members/gateway07b',
		czxid: MEMBER.czxid + 9n,
		ephemeralOwner: 0x0200_0000_0000_0001n,
	};
	const rival = {
		incarnation: newer,
		seenSinceMs: 20_300,
		sameId: false,
		sameAddress: true,
		sharedEndpoints: [endpointKey(ENDPOINT)],
		remoteIp: '10.0.0.31',
		firstListedAtMs: null,
	};
	const restarted = () => [
		...lived(),
		...died().map((e) =>
			e.kind === 'round' && e.startedAtMs > 20_300 ? round(e.startedAtMs, { result: 'accepted' }) : e,
		),
	];

	it('is proven by the same address, the closed tripwire and both sessions from the registered IP', () => {
		const state = tell(restarted(), contextOf({}, [rival]));
		expect(state.verdict).toBe('superseded');
		expect(state.reasons).toEqual(['superseded-same-address', 'session-gone']);
	});

	it('names the same id where the id is the same too', () => {
		expect(tell(restarted(), contextOf({}, [{ ...rival, sameId: true }])).reasons[0]).toBe('superseded-same-id');
	});

	it.each([
		['the newer session came from elsewhere', { ...rival, remoteIp: '10.9.9.9' }],
		['the newer session was never seen', { ...rival, remoteIp: null }],
		['only the id is the same', { ...rival, sameId: true, sameAddress: false }],
		['it is the older of the two', { ...rival, incarnation: { ...newer, czxid: 1n } }],
		['no sweep began since the newer one joined', { ...rival, seenSinceMs: 99_000 }],
	])('is not proven when %s', (_, other) => {
		expect(tell(restarted(), contextOf({}, [other])).verdict).toBe('suspect');
	});

	it('is never proven once both sessions were seen connected together', async () => {
		const { noteSeenTogether } = await import('@/lib/core/member-state');
		const { decideVerdict } = await import('@/lib/core/verdict');
		const state = noteSeenTogether(tell(restarted(), contextOf({}, [rival])), newer);
		expect(decideVerdict(state, contextOf({}, [rival]), 22_000).verdict).toBe('suspect');
	});

	it('says that somebody unknown answers where no newer holder is known', () => {
		const state = tell(restarted());
		expect(state.verdict).toBe('suspect');
		expect(state.reasons).toContain('address-answered-by-unknown');
	});
});

describe('signs of life', () => {
	it('a member whose listener is closed but whose session goes on is alive, and stays so with each refused probe', () => {
		const story = [
			...lived(),
			round(20_000),
			sweep(20_100, 'connected', { packets: 30 }),
			sweep(25_000, 'connected', { packets: 40 }),
		];
		expect(tell(story).verdict).toBe('alive');
		expect(tell([...story, round(26_000)]).verdict).toBe('alive');
	});

	it('an accepted probe of the dying kernel is no life of its own', () => {
		expect(
			tell([...lived(), tripwire(20_000, 'closed-by-peer', 10), round(20_001, { result: 'accepted' })]).verdict,
		).toBe('suspect');
	});

	it('a stopped process that accepts without progress for two ping intervals is unresponsive, never dead', () => {
		const stopped = [
			sweep(20_000, 'connected', { packets: 30 }),
			sweep(30_000, 'connected', { packets: 30 }),
			sweep(41_000, 'connected', { packets: 30 }),
		];
		expect(tell([...lived(), ...stopped]).verdict).toBe('unresponsive');
	});

	it('a host from which nothing comes back is unreachable, and not dead however long', () => {
		const silent = [20_000, 22_000, 26_000].map((t) => round(t, { result: 'timed-out', tookMs: 1_000 }));
		const gone = Array.from({ length: 60 }, (_, i) => sweep(27_100 + i * 300, 'gone'));
		const state = tell([...lived(), ...silent, ...gone]);
		expect(state.verdict).toBe('unreachable');
		expect(state.reasons).toContain('session-gone');
	});

	it('progress that was read before the failure does not outweigh it', () => {
		const story = [
			...lived(),
			sweep(19_000, 'connected', { packets: 20 }),
			tripwire(19_500, 'closed-by-peer', 10),
			sweep(19_510, 'connected', { packets: 21 }),
		];
		expect(tell(story).verdict).toBe('suspect');
		expect(tell([...story, sweep(25_000, 'connected', { packets: 25 })]).verdict).toBe('alive');
	});

	it('nothing is known of a member without an address and without a listed session', () => {
		expect(tell([]).verdict).toBe('unknown');
		expect(tell([round(10, { endpoint: ENDPOINT, result: 'accepted' })]).verdict).toBe('alive');
	});
});

describe('a session that is quiet for long although it is well', () => {
	/** 90 s time-out, a ping every 30 s, swept every 5 s. */
	const quiet = (untilMs: number) =>
		Array.from({ length: untilMs / 5_000 }, (_, i) => {
			const atMs = 20_000 + i * 5_000;
			const packets = 100 + Math.floor(i / 6);
			return [
				round(atMs, { result: 'accepted' as const }),
				sweep(atMs + 5, 'connected', { packets, timeoutMs: 90_000 }),
			];
		}).flat();

	it('is unresponsive at its first such gap at most, and alive once its rhythm is known', () => {
		const verdictAt = (atMs: number) => tell([...lived(), ...quiet(atMs)]).verdict;
		expect([60_000, 65_000, 75_000, 85_000, 90_000, 115_000].map(verdictAt)).toEqual(Array(6).fill('alive'));
	});

	it('is unresponsive when it is quiet for longer than it ever was', () => {
		const still = Array.from({ length: 9 }, (_, i) => [
			round(120_000 + i * 5_000, { result: 'accepted' as const }),
			sweep(120_005 + i * 5_000, 'connected', { packets: 119, timeoutMs: 90_000 }),
		]).flat();
		expect(tell([...lived(), ...quiet(100_000), ...still]).verdict).toBe('unresponsive');
	});
});

describe('a host without a way to it', () => {
	it('is unreachable like one that lets probes time out, and no nearer to dead', () => {
		const failed = (atMs: number, errorCode: string) => {
			const e = round(atMs, { result: 'failed' });
			return e.kind === 'round' ? { ...e, answers: e.answers.map((a) => ({ ...a, errorCode })) } : e;
		};
		const story = (errorCode: string) => [
			...lived(),
			round(20_000, { result: 'timed-out' }),
			sweep(20_100, 'gone'),
			failed(21_000, errorCode),
			sweep(21_100, 'gone'),
		];
		expect(tell(story('EHOSTUNREACH')).verdict).toBe('unreachable');
		expect(tell(story('ECONNRESET')).verdict).toBe('suspect');
	});
});
