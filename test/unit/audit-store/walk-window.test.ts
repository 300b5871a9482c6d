import { expect, it } from 'vitest';
import { nextWindow } from '@/lib/adapters/audit-store/walk-window';

const BOUNDS = { first: 1_024, max: 4_096 };

it('grows while statements are quick, up to its bound', () => {
	expect([nextWindow(512, 1, BOUNDS), nextWindow(2_048, 1, BOUNDS), nextWindow(4_096, 1, BOUNDS)]).toEqual([
		2_048, 4_096, 4_096,
	]);
});

it('stays where a statement takes its share', () => {
	expect(nextWindow(512, 20, BOUNDS)).toBe(512);
});

it('shrinks after a slow statement, also from everything, and never to nothing', () => {
	expect(nextWindow(4_096, 41, BOUNDS)).toBe(1_024);
	expect(nextWindow(Number.MAX_SAFE_INTEGER, 1_000, BOUNDS)).toBeGreaterThan(4_096);
	expect(nextWindow(64, 1_000, BOUNDS)).toBe(64);
});
