import { describe, expect, it } from 'vitest';
import type { Evidence } from '@/lib/core/evidence';
import type { DecisionContext } from '@/lib/core/proof';
import { ADMIN, contextOf, died, ENDPOINT, lived, MEMBER, round, suspicion, sweep, tell } from './timeline';

const quorum = (
	observersMin: number,
	observerDomainsMin = 1,
	more: Partial<DecisionContext> = {},
): DecisionContext => ({
	...contextOf({ observersMin, observerDomainsMin }),
	...more,
});
const dead = (...votes: Evidence[]) => [...lived(), ...died(), ...votes];
const vote = (more: Parameters<typeof suspicion>[2] = {}, observer = 'peer-1') => suspicion(21_790, observer, more);

describe('a quorum of observers', () => {
	it('is not met by this observer alone', () => {
		expect(tell(dead(), quorum(2)).verdict).toBe('suspect');
		expect(tell(dead(), quorum(1)).verdict).toBe('dead');
	});

	it('is met by a suspicion of the same incarnation that every counted endpoint refused', () => {
		expect(tell(dead(vote()), quorum(2)).verdict).toBe('dead');
		expect(tell(dead(vote()), quorum(3)).verdict).toBe('suspect');
		expect(tell(dead(vote(), vote({}, 'peer-2')), quorum(3)).verdict).toBe('dead');
	});

	it.each<[string, Parameters<typeof suspicion>[2]]>([
		['another incarnation', { incarnation: { ...MEMBER, czxid: MEMBER.czxid - 1n } }],
		['a time-out', { refused: [], timedOut: [ENDPOINT] }],
		['another endpoint', { refused: [ADMIN] }],
		['a tripwire that was held for less than 5 s', { tripwireHeldMs: 4_999 }],
		['no tripwire at all', { tripwireHeldMs: null }],
		['an observer whose session was not seen to make progress', { observerProgressAtMs: null }],
		['an observer whose session has made none since it accused', { observerProgressAtMs: 21_000 }],
		['a znode that is gone', { state: 'withdrawn' }],
	])('counts no suspicion that rests on %s', (_, more) => {
		expect(tell(dead(vote(more)), quorum(2)).verdict).toBe('suspect');
	});

	it('counts none that was read more than 2 s ago', () => {
		const story = [...lived(), ...died(20_000, 6_000)];
		const early = suspicion(20_500, 'peer-1');
		const index = story.findIndex((e) => e.observedAtMs > 20_500);
		expect(tell([...story.slice(0, index), early, ...story.slice(index)], quorum(2)).verdict).toBe('suspect');
	});

	it('asks for failure domains, this observer’s included', () => {
		const votes = [vote({ failureDomain: 'rack-1' }), vote({ failureDomain: 'rack-1' }, 'peer-2')];
		expect(tell(dead(...votes), quorum(3, 2)).verdict).toBe('suspect');
		expect(tell(dead(...votes, vote({ failureDomain: 'rack-2' }, 'peer-3')), quorum(3, 2)).verdict).toBe('dead');
	});

	it('never condemns by itself: suspicions alone, however many, change no verdict', () => {
		const votes = Array.from({ length: 5 }, (_, i) => suspicion(20_000, `peer-${i}`));
		expect(tell([...lived(), ...votes], quorum(3)).verdict).toBe('alive');
	});

	it('is met by a vote that was withdrawn and raised again only after its observer was seen to live since', () => {
		const again = [
			vote(),
			suspicion(21_791, 'peer-1', { state: 'withdrawn' }),
			suspicion(21_795, 'peer-1', { observerProgressAtMs: 21_790 }),
		];
		expect(tell(dead(...again), quorum(2)).verdict).toBe('suspect');
	});
});

describe('unreachable', () => {
	const silent = [
		round(20_000, { result: 'timed-out' }),
		sweep(20_050, 'gone'),
		round(21_000, { result: 'timed-out' }),
		sweep(21_050, 'gone'),
	];
	const watched = quorum(1, 1, { observers: [{ name: 'peer-1', failureDomain: 'rack-2' }] });

	it('is said when no other observer who watches the member finds otherwise', () => {
		expect(tell([...lived(), ...silent], quorum(1)).verdict).toBe('unreachable');
		const agreed = suspicion(20_500, 'peer-1', { refused: [], timedOut: [ENDPOINT] });
		expect(tell([...lived(), ...silent, agreed], watched).verdict).toBe('unreachable');
	});

	it('is not said while another observer reaches it: suspect, and why', () => {
		const state = tell([...lived(), ...silent], watched);
		expect(state.verdict).toBe('suspect');
		expect(state.reasons).toContain('peers-disagree');
	});

	it('says so when this observer is unwell itself', () => {
		expect(tell([...lived(), ...silent], quorum(1, 1, { impaired: true })).reasons).toContain('self-impaired');
	});
});
