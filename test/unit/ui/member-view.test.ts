import { describe, expect, it } from 'vitest';
import { episodeOf } from '@/components/member/episode';
import { isPurgeable, mayPurge } from '@/components/member/purge-action';
import { createMatcher, groupsOf } from '@/components/members/member-query';
import { tableShapeFor } from '@/components/members/table-columns';
import { verdictChanges } from '@/components/shell/announcements';
import { allWellSinceMs, worstFirst } from '@/components/suspects/worst-first';
import { VERDICTS } from '@/lib/core/reason';
import { byPath, liveMember } from './live-member';

const EVERYTHING = { q: '', verdict: null, group: null };

describe('what is going on with a member', () => {
	it('begins with the first sign and ends with the proof', () => {
		const episode = episodeOf([
			{ atMs: 10, from: 'unknown', to: 'alive', reasons: [] },
			{ atMs: 100, from: 'alive', to: 'suspect', reasons: [] },
			{ atMs: 1_500, from: 'suspect', to: 'dead', reasons: [] },
		]);
		expect(episode).toEqual({ firstSignAtMs: 100, provenAtMs: 1_500 });
	});

	it('is forgotten once the member is alive again, and a proof that fell is none', () => {
		expect(
			episodeOf([
				{ atMs: 100, from: 'alive', to: 'suspect', reasons: [] },
				{ atMs: 200, from: 'suspect', to: 'alive', reasons: [] },
			]),
		).toEqual({ firstSignAtMs: null, provenAtMs: null });
		expect(
			episodeOf([
				{ atMs: 100, from: 'alive', to: 'dead', reasons: [] },
				{ atMs: 200, from: 'dead', to: 'suspect', reasons: [] },
			]),
		).toEqual({ firstSignAtMs: 100, provenAtMs: null });
	});
});

describe('who may be purged from the pages', () => {
	it('only the proven, only ephemeral ones, only by operators and administrators', () => {
		const offered = VERDICTS.filter((verdict) => isPurgeable(liveMember('a', { verdict })));
		expect(offered).toEqual(['dead', 'superseded']);
		expect(isPurgeable(liveMember('a', { verdict: 'dead', ephemeralOwner: '0x0' }))).toBe(false);
		expect([mayPurge('viewer'), mayPurge('operator'), mayPurge('admin')]).toEqual([false, true, true]);
	});
});

describe('search and filters', () => {
	const member = liveMember('gateway-07', { verdict: 'suspect' });

	it('every word must occur, in any field, in any case', () => {
		expect(createMatcher({ ...EVERYTHING, q: 'GATEWAY 10.0.0.31:7510' })(member)).toBe(true);
		expect(createMatcher({ ...EVERYTHING, q: '0x100002508570000' })(member)).toBe(true);
		expect(createMatcher({ ...EVERYTHING, q: 'gateway 9999' })(member)).toBe(false);
	});

	it('attention means everybody registered who is not alive', () => {
		const shown = VERDICTS.filter((verdict) =>
			createMatcher({ ...EVERYTHING, verdict: 'attention' })(liveMember('a', { verdict })),
		);
		expect(shown).toEqual(VERDICTS.filter((verdict) => verdict !== 'alive' && verdict !== 'left'));
	});

	it('groups stand in natural order whatever their size', () => {
		const members = ['g10', 'g2', 'g2'].map((group, i) => liveMember(`m${i}`, { group }));
		expect(groupsOf(members)).toEqual([
			{ name: 'g2', count: 2 },
			{ name: 'g10', count: 1 },
		]);
	});
});

describe('suspects', () => {
	it('stand worst first, and within a verdict the longest first', () => {
		const members = [
			liveMember('a', { verdict: 'suspect', sinceAtMs: 1 }),
			liveMember('b', { verdict: 'dead', sinceAtMs: 9 }),
			liveMember('c', { verdict: 'dead', sinceAtMs: 5 }),
			liveMember('d'),
		];
		expect(worstFirst(members).map((member) => member.id)).toEqual(['c', 'b', 'a']);
	});

	it('all is well since the last member recovered or the last unwell one left', () => {
		const living = [liveMember('a', { sinceAtMs: 10 }), liveMember('b', { sinceAtMs: 30 })];
		expect(allWellSinceMs(living, [])).toBe(30);
		expect(allWellSinceMs(living, [{ sinceAtMs: 50 }])).toBe(50);
		expect(allWellSinceMs([], [{ sinceAtMs: 50 }])).toBeNull();
	});
});

describe('announcements', () => {
	it('name changes of verdict, worst first, and keep quiet about newcomers that are well', () => {
		const before = byPath([liveMember('a'), liveMember('b'), liveMember('c', { verdict: 'suspect' })]);
		const after = byPath([
			liveMember('a', { verdict: 'suspect' }),
			liveMember('b', { verdict: 'dead' }),
			liveMember('c', { verdict: 'suspect', rttMs: 3 }),
			liveMember('new'),
		]);
		expect(verdictChanges(before, after)).toEqual([
			{ id: 'b', verdict: 'dead' },
			{ id: 'a', verdict: 'suspect' },
		]);
	});
});

describe('the table', () => {
	it('leaves the member’s id room at every width, and always shows verdict, id and latency', () => {
		for (let width = 300; width < 4_000; width += 7) {
			const { columns, compact, widthOf } = tableShapeFor(width);
			expect(columns).toEqual(expect.arrayContaining(['verdict', 'id', 'latency']));
			if (compact) continue;
			const taken = columns.reduce((sum, column) => sum + (widthOf(column) ?? 0), 0);
			expect(width - taken, `${width} px`).toBeGreaterThanOrEqual(120);
			// Nor so much that a name stands far from its figures.
			expect(width - taken, `${width} px`).toBeLessThanOrEqual(350);
		}
	});

	it('has the same columns, twice as wide, where everything is twice as large', () => {
		for (const width of [400, 700, 1_100, 1_700]) {
			const [desk, wall] = [tableShapeFor(width), tableShapeFor(2 * width, 2)];
			expect(wall.columns).toEqual(desk.columns);
			expect(wall.rowHeightPx).toBe(2 * desk.rowHeightPx);
			for (const column of desk.columns) {
				const [one, two] = [desk.widthOf(column), wall.widthOf(column)];
				expect(Math.abs((two ?? 0) - 2 * (one ?? 0))).toBeLessThanOrEqual(1);
			}
		}
	});
});
