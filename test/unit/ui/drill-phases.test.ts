import { expect, test } from 'vitest';
import { nextMark, scaleMs, toPhases } from '@/components/drills/phases';
import type { DrillTimeline } from '@/lib/core/drill';

const NONE: DrillTimeline = {
	killed: null,
	'tripwire-closed': null,
	refused: null,
	'session-gone': null,
	proven: null,
	purged: null,
	replaced: null,
	alive: null,
};

test('each bar begins where the one before ended, and what has not happened has no end', () => {
	const timeline = { ...NONE, killed: 20, 'tripwire-closed': 25, refused: 40, 'session-gone': 60, proven: 1_400 };
	expect(toPhases(timeline).map(({ mark, fromMs, toMs }) => [mark, fromMs, toMs])).toEqual([
		['killed', 0, 20],
		['tripwire-closed', 20, 25],
		['proven', 25, 1_400],
		['purged', 1_400, null],
		['replaced', 1_400, null],
		['alive', 1_400, null],
	]);
	expect(toPhases(timeline)[2]?.ticks).toEqual([
		{ mark: 'refused', atMs: 40 },
		{ mark: 'session-gone', atMs: 60 },
	]);
	expect(nextMark(timeline)).toBe('purged');
});

test('a replacement that came before the purge has no bar that runs backwards', () => {
	const timeline = { ...NONE, proven: 1_000, purged: 5_000, replaced: 2_000, alive: 6_000 };
	const replaced = toPhases(timeline).find(({ mark }) => mark === 'replaced');
	expect(replaced).toMatchObject({ fromMs: 2_000, toMs: 2_000 });
});

test('the width holds every mark and the time that has passed', () => {
	expect(scaleMs(NONE, null)).toBeGreaterThanOrEqual(500);
	expect(scaleMs({ ...NONE, alive: 8_000 }, 3_000)).toBeGreaterThan(8_000);
	expect(scaleMs({ ...NONE, killed: 10 }, 9_000)).toBeGreaterThan(9_000);
	expect(
		nextMark({ ...NONE, killed: 1, 'tripwire-closed': 1, proven: 1, purged: 1, replaced: 1, alive: 1 }),
	).toBeNull();
});
