import { describe, expect, it } from 'vitest';
import { step } from '@/lib/core/detector';
import { initialMemberState } from '@/lib/core/member-state';
import { withAllWatched } from '@/lib/core/observe';
import { proveByRefusal } from '@/lib/core/prove-refusal';
import { ADMIN, contextOf, died, lived, MEMBER, round, sweep, tell, tripwire, WELL } from './timeline';

const missingOf = (state: ReturnType<typeof tell>, atMs = 22_000) => proveByRefusal(state, contextOf(), atMs).missing;

describe('a proof by refusal', () => {
	it('stands when every condition holds', () => {
		const state = tell([...lived(), ...died()]);
		expect(state.verdict).toBe('dead');
		expect(state.reasons).toEqual(['refused-by-quorum', 'session-gone']);
	});

	it('does not stand before the session has been gone for settleMs', () => {
		const state = tell([...lived(), ...died(20_000, 1_000)]);
		expect(state.verdict).toBe('suspect');
		expect(missingOf(state)).toEqual(['session-settling']);
	});

	it('stands sooner where an operator lowered settleMs', () => {
		expect(tell([...lived(), ...died(20_000, 650)], contextOf({ settleMs: 150 })).verdict).toBe('dead');
	});

	const lacking: [string, ReturnType<typeof lived>, string][] = [
		[
			'the tripwire is still open: only the listener was closed',
			died().filter((e) => e.kind !== 'tripwire'),
			'veto-tripwire-open',
		],
		['the tripwire ended locally', [tripwire(20_000, 'silent', 10), ...died().slice(1)], 'tripwire-not-held'],
		['an address answers', [...died(), round(21_900, { result: 'accepted' })], 'address-answers'],
		[
			'the probes timed out',
			died().map((e) => (e.kind === 'round' ? round(e.startedAtMs, { result: 'timed-out' }) : e)),
			'rounds-missing',
		],
		[
			'the probes were reset, not refused',
			died().map((e) => (e.kind === 'round' ? round(e.startedAtMs, { result: 'failed' }) : e)),
			'rounds-missing',
		],
		[
			'sweeps are incomplete',
			died().map((e) => (e.kind === 'session' ? sweep(e.sweep.startedAtMs, 'unknown') : e)),
			'sweep-incomplete',
		],
		['the session is listed again', [...died(), sweep(21_900, 'connected', { packets: 30 })], 'veto-session-connected'],
		[
			'the leader table shows a later expiry',
			died().map((e, i) =>
				e.kind === 'session' && i > 8 ? sweep(e.sweep.startedAtMs, 'gone', { bucketMs: 902_000 }) : e,
			),
			'session-touched',
		],
		[
			'the leader table could not be read',
			died().map((e) => (e.kind === 'session' ? sweep(e.sweep.startedAtMs, 'gone', { bucketMs: null }) : e)),
			'session-settling',
		],
		[
			'the leader changed meanwhile',
			died().map((e, i) =>
				e.kind === 'session' && i > 8 ? sweep(e.sweep.startedAtMs, 'gone', { summary: { leaderId: 3 } }) : e,
			),
			'session-settling',
		],
		[
			'the same leader was elected anew',
			died().map((e, i) =>
				e.kind === 'session' && i > 8 ? sweep(e.sweep.startedAtMs, 'gone', { summary: { epoch: 5 } }) : e,
			),
			'session-settling',
		],
		[
			'a server is up for less than 12 s',
			died().map((e) =>
				e.kind === 'session' ? sweep(e.sweep.startedAtMs, 'gone', { summary: { uptimeMsMin: 12_000 } }) : e,
			),
			'ensemble-unsettled',
		],
		[
			'the event loop paused in every round',
			died().map((e) =>
				e.kind === 'round' ? round(e.startedAtMs, { ownHealth: { ...WELL, loopPauseMsMax: 251 } }) : e,
			),
			'self-impaired',
		],
		[
			'no known-good address answered',
			died().map((e) =>
				e.kind === 'round' ? round(e.startedAtMs, { ownHealth: { ...WELL, referenceAccepted: false } }) : e,
			),
			'self-impaired',
		],
		[
			'the own ZooKeeper session is not fine',
			died().map((e) =>
				e.kind === 'round' ? round(e.startedAtMs, { ownHealth: { ...WELL, zooKeeperSessionFine: false } }) : e,
			),
			'self-impaired',
		],
		[
			'sweeps are more than 500 ms apart',
			died().filter((e) => e.kind !== 'session' || e.sweep.startedAtMs % 1_000 < 200),
			'session-settling',
		],
	];
	it.each(lacking)('does not stand when %s', (_, story, missing) => {
		const state = tell([...lived(), ...story]);
		expect(state.verdict).not.toBe('dead');
		expect(missingOf(state)).toContain(missing);
	});

	it('stands once the ensemble has settled, although the first sweeps came too early', () => {
		const early = died(20_000, 3_000).map((e, i) =>
			e.kind === 'session' && i < 8
				? sweep(e.sweep.startedAtMs, 'gone', { summary: { uptimeMsMin: i < 4 ? 11_900 : null } })
				: e,
		);
		expect(tell([...lived(), ...early.slice(0, 12)]).verdict).toBe('suspect');
		expect(tell([...lived(), ...early]).verdict).toBe('dead');
	});

	it('does not stand while one of several addresses answers', () => {
		const both = [
			...lived(),
			tripwire(100, 'open', 100, { endpoint: ADMIN }),
			round(15_100, { result: 'accepted', also: [[ADMIN, 'accepted']] }),
		];
		const closed = [
			tripwire(20_000, 'closed-by-peer', 10),
			tripwire(20_000, 'closed-by-peer', 100, { endpoint: ADMIN }),
		];
		const half = died()
			.slice(1)
			.map((e) => (e.kind === 'round' ? round(e.startedAtMs, { also: [[ADMIN, 'accepted']] }) : e));
		expect(tell([...both, ...closed, ...half]).verdict).toBe('suspect');
		const whole = died()
			.slice(1)
			.map((e) => (e.kind === 'round' ? round(e.startedAtMs, { also: [[ADMIN, 'refused']] }) : e));
		expect(tell([...both, ...closed, ...whole]).verdict).toBe('dead');
	});

	it('does not stand for a znode without an owner', () => {
		const persistent = { ...MEMBER, ephemeralOwner: 0n };
		const story = [...lived(), ...died()].map((evidence) => ({ ...evidence, incarnation: persistent }));
		const state = tell(story, contextOf(), persistent);
		expect(state.verdict).toBe('suspect');
		expect(state.reasons).toContain('not-ephemeral');
	});

	it('does not stand where the session came from another address, unless the operator says it is the members own', () => {
		const nat = lived().map((e) =>
			e.kind === 'session'
				? sweep(e.sweep.startedAtMs, 'connected', {
						remoteIp: '10.9.9.9',
						packets: e.connections[0]?.packetsReceived ?? 0,
					})
				: e,
		);
		expect(tell([...nat, ...died()]).reasons).toContain('address-not-provable');
		expect(tell([...nat, ...died()], contextOf({ addressIsOwn: true })).verdict).toBe('dead');
	});

	it('does not stand on a loopback address unless the whole ensemble is on this machine', () => {
		const loopback = { ip: '127.0.0.1', port: 7510 };
		const story = (local: boolean) =>
			[...lived(), ...died()].map((e) => {
				if (e.kind === 'session') {
					return {
						...e,
						connections: e.connections.map((c) => ({ ...c, remoteIp: '127.0.0.1' })),
						sweep: { ...e.sweep, local },
					};
				}
				if (e.kind === 'tripwire') {
					return { ...e, endpoint: loopback };
				}
				return e.kind === 'round' ? { ...e, answers: e.answers.map((a) => ({ ...a, endpoint: loopback })) } : e;
			});
		expect(tell(story(true)).verdict).toBe('dead');
		expect(tell(story(false)).verdict).toBe('suspect');
	});

	it('does not stand within ten seconds of the registration', () => {
		const young = [
			tripwire(10, 'open', 10),
			round(11, { result: 'accepted' }),
			sweep(20, 'connected'),
			...died(6_000, 3_000),
		];
		expect(tell(young).verdict).toBe('suspect');
		expect(missingOf(tell(young), 9_000)).toEqual(['too-young']);
	});

	it('needs the session gone for 12 s where no tripwire could be held for 5 s', () => {
		const idleCloser = [
			round(11, { result: 'accepted' }),
			sweep(20, 'connected', { packets: 1 }),
			sweep(15_000, 'connected', { packets: 9 }),
			tripwire(19_000, 'open', 19_000),
		];
		const closed = (forMs: number) => [tripwire(20_000, 'closed-by-peer', 19_000), ...died(20_000, forMs).slice(1)];
		expect(missingOf(tell([...idleCloser, ...closed(3_000)]), 23_000)).toEqual(['tripwire-not-held']);
		expect(tell([...idleCloser, ...closed(12_800)]).verdict).toBe('dead');
	});

	it('is out of reach for one console where the policy wants more observers', () => {
		const context = contextOf({ observersMin: 3 });
		expect(tell([...lived(), ...died()], context).verdict).toBe('suspect');
	});
});

describe('a proof that is complete', () => {
	const dead = () => [...lived(), ...died()];
	const cases: [string, ReturnType<typeof lived>, string][] = [
		['holds over sweeps that came late', [sweep(22_700, 'gone'), round(22_800)], 'dead'],
		['holds over a sweep that was incomplete', [sweep(22_000, 'unknown')], 'dead'],
		['holds over a probe that timed out', [round(22_000, { result: 'timed-out' })], 'dead'],
		['ends with an answer', [round(22_000, { result: 'accepted' })], 'suspect'],
		['ends with a listed connection', [sweep(22_000, 'connected', { packets: 40 })], 'alive'],
		[
			'ends with a later expiry: the session was touched unseen',
			[sweep(22_000, 'gone', { bucketMs: 902_000 })],
			'suspect',
		],
		['ends with another reign', [sweep(22_000, 'gone', { summary: { epoch: 5 } })], 'suspect'],
		['ends when nobody looked for more than 2 s', [sweep(24_000, 'gone')], 'suspect'],
		[
			'ends when every sweep was incomplete for more than 2 s',
			[sweep(22_500, 'unknown'), sweep(24_000, 'unknown')],
			'suspect',
		],
	];
	it.each(cases)('%s', (_, story, verdict) => {
		expect(tell([...dead(), ...story]).verdict).toBe(verdict);
	});

	it('does not stand again after a contradiction until every condition holds anew', () => {
		const again = [...dead(), sweep(22_000, 'connected', { packets: 40 }), ...died(22_100, 1_000).slice(1)];
		expect(tell(again).verdict).toBe('suspect');
	});
});

describe('more addresses than are watched', () => {
	it('leave a member unprovable by refusal: what is not asked does not count as refused', () => {
		const story = [...lived(), ...died()];
		const watched = story.reduce((state, e) => step(state, e, contextOf(), e.observedAtMs).state, initial());
		expect(watched.verdict).toBe('dead');
		const partly = story.reduce(
			(state, e) => step(state, e, contextOf(), e.observedAtMs).state,
			withAllWatched(initial(), false),
		);
		expect(partly.verdict).toBe('suspect');
		expect(proveByRefusal(partly, contextOf(), 22_000).missing).toEqual(['addresses-unwatched']);
	});
});

const initial = () => initialMemberState({ incarnation: MEMBER }, 0);
