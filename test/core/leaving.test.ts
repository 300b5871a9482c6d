import { describe, expect, it } from 'vitest';
import type { Evidence } from '@/lib/core/evidence';
import { decideLeaving } from '@/lib/core/leaving';
import { lived, sweep, tell } from './timeline';

/** A sweep that still finds its connection, and so much time left in the leader's table; null: the table knows it no more. */
function listed(atMs: number, expiresInMs: number | null): Evidence {
	const evidence = sweep(atMs, 'connected', { packets: 99 });
	return evidence.kind === 'session' ? { ...evidence, expiresInMs } : evidence;
}

const leavesAfter = (story: readonly Evidence[], atMs: number) => decideLeaving(tell([...lived(), ...story]), atMs);

describe('how a registration left, whose host was cut off', () => {
	it('by expiry, where little was left of its time or a sweep found its session on no server', () => {
		expect(leavesAfter([listed(40_000, 4_000)], 43_000)).toBe('left-expired');
		expect(leavesAfter([listed(40_000, 4_000), sweep(44_100, 'gone')], 44_200)).toBe('left-expired');
	});

	it('by expiry, also where the last sweep read its connection just before that and the table just after', () => {
		const story = [listed(40_000, 4_000), listed(43_990, null)];
		expect(leavesAfter(story, 44_050)).toBe('left-expired');
		expect(leavesAfter([...story, listed(44_040, null)], 44_060)).toBe('left-expired');
	});

	it('by itself, where it had most of its time left, or the table could not be read', () => {
		expect(leavesAfter([listed(40_000, 26_000)], 41_000)).toBe('left-by-itself');
		expect(leavesAfter([listed(40_000, 26_000), listed(45_000, null)], 45_100)).toBe('left-by-itself');
		expect(leavesAfter([listed(20_000, null), listed(25_000, null)], 25_100)).toBe('left-by-itself');
	});

	it('by itself, where the table knows it again with all of its time', () => {
		expect(leavesAfter([listed(40_000, 900), listed(40_500, null), listed(41_000, 29_000)], 41_100)).toBe(
			'left-by-itself',
		);
	});
});
