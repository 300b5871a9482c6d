import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	type IdleCloseEvent,
	type IdleCloseState,
	idleMsOf,
	learnIdleClose,
	NOTHING_LEARNED,
	rearmAfterMs,
} from '@/lib/core/idle-close';

const closed = (heldMs: number, sessionAlive = true): IdleCloseEvent => ({
	kind: 'closed-by-peer',
	heldMs,
	sessionAlive,
});
const open = (heldMs: number): IdleCloseEvent => ({ kind: 'still-open', heldMs });
const learned = (...events: IdleCloseEvent[]): IdleCloseState => events.reduce(learnIdleClose, NOTHING_LEARNED);

describe('a server that closes idle connections is learned', () => {
	it.each<[string, IdleCloseEvent[], number | null, number]>([
		['not before anything was seen', [], null, 0],
		['not by one closing', [closed(30_000)], null, 0],
		['not by closings with which the session ended', [closed(30_000, false), closed(30_000, false)], null, 0],
		['by two closings while the session went on', [closed(30_000), closed(30_000)], 30_000, 30_000],
		['with the mean of two', [closed(24_000), closed(30_000)], 27_000, 27_000],
		['not by two that are unlike: a firewall resets when it likes', [closed(20_000), closed(30_000)], null, 0],
		['with the median of three', [closed(20_000), closed(24_000), closed(21_000)], 21_000, 21_000],
		['and no more once it becomes irregular', [closed(20_000), closed(20_000), closed(60_000)], null, 0],
		['also when a death stands between', [closed(9_000), closed(100, false), closed(9_000)], 9_000, 9_000],
		['not by lives that are no lengths', [closed(Number.NaN), closed(-5), closed(9_000)], null, 0],
		[
			'and a tripwire that lives as long as the others changes nothing',
			[closed(9_000), closed(9_000), open(9_000)],
			9_000,
			9_000,
		],
		['and one that lives four times as long neither', [closed(9_000), closed(9_000), open(36_000)], 9_000, 9_000],
		['until one lives longer than that', [closed(9_000), closed(9_000), open(36_001)], null, 0],
		[
			'until one is closed later than that, which is the first of its kind',
			[closed(9_000), closed(9_000), closed(36_001)],
			null,
			0,
		],
		['anew, with the new life alone', [closed(9_000), closed(9_000), closed(40_000), closed(42_000)], 41_000, 41_000],
		['and forgotten also when the late end is a death', [closed(9_000), closed(9_000), closed(90_000, false)], null, 0],
	])('%s', (_, events, idleMs, waitMs) => {
		const state = learned(...events);
		expect(idleMsOf(state)).toBe(idleMs);
		expect(rearmAfterMs(state)).toBe(waitMs);
	});

	it('and held again ever more seldom: 5 s doubling to 5 min', () => {
		const waits = Array.from({ length: 10 }, (_, i) => learned(...Array.from({ length: i + 1 }, () => closed(100))));
		expect(waits.map(rearmAfterMs)).toEqual([
			0, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000,
		]);
	});

	it('and never left alone for more than 5 min, however long it keeps connections', () => {
		expect(rearmAfterMs(learned(closed(3_600_000), closed(3_600_000)))).toBe(300_000);
	});

	it('in bounded memory, with a wait of at least 5 s and at most 5 min once learned, whatever happens', () => {
		const events = fc.array(
			fc.record({
				kind: fc.constantFrom('closed-by-peer' as const, 'still-open' as const),
				heldMs: fc.oneof(fc.nat(1_000_000), fc.constantFrom(Number.NaN, -1, Number.POSITIVE_INFINITY)),
				sessionAlive: fc.boolean(),
			}),
			{ maxLength: 60 },
		);
		fc.assert(
			fc.property(events, (story) => {
				const state = learned(...story);
				expect(state.livesMs.length).toBeLessThanOrEqual(5);
				const waitMs = rearmAfterMs(state);
				if (idleMsOf(state) === null) expect(waitMs).toBe(0);
				else expect(waitMs >= 5_000 && waitMs <= 300_000).toBe(true);
			}),
		);
	});
});
