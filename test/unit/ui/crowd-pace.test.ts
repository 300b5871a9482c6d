import { describe, expect, it } from 'vitest';
import { type LiveCluster, NOTHING_YET } from '@/components/live/live-cluster';
import { isDue } from '@/components/members/use-crowd-pace';
import type { ClusterView, VerdictCounts } from '@/lib/core/view';
import { byPath, liveMember } from './live-member';

const NOBODY: VerdictCounts = {
	dead: 0,
	superseded: 0,
	suspect: 0,
	unresponsive: 0,
	unreachable: 0,
	unknown: 0,
	alive: 0,
	left: 0,
};

function crowd(members: number, counts: Partial<VerdictCounts> = {}, over: Partial<LiveCluster> = {}): LiveCluster {
	return {
		...NOTHING_YET,
		connection: 'live',
		cluster: { counts: { ...NOBODY, alive: members, ...counts } } as ClusterView,
		members: byPath(Array.from({ length: members }, (_, n) => liveMember(`member-${n}`))),
		...over,
	};
}

describe('what is drawn of all members at once', () => {
	it('follows each change of a cluster that is small', () => {
		const drawn = { live: crowd(12), atMs: 1_000 };
		expect(isDue(drawn, crowd(12), 1_001, true)).toBe(true);
		expect(isDue(drawn, drawn.live, 9_000, true)).toBe(false);
	});

	it('of thousands that come and go, is drawn with every second event of the console', () => {
		const drawn = { live: crowd(2_000), atMs: 1_000 };
		const changed = crowd(1_998, { unknown: 2, left: 7 });
		expect(isDue(drawn, changed, 1_179, true)).toBe(false);
		expect(isDue(drawn, changed, 1_180, true)).toBe(true);
		expect(isDue(drawn, changed, 1_001, false)).toBe(true);
	});

	it('is drawn at once when somebody needs a person, or no longer does, or the stream is stale', () => {
		const drawn = { live: crowd(2_000, { suspect: 1 }), atMs: 1_000 };
		for (const counts of [{ suspect: 2 }, { suspect: 0 }, { suspect: 1, dead: 1 }, { suspect: 1, unreachable: 1 }]) {
			expect(isDue(drawn, crowd(2_000, counts), 1_001, true)).toBe(true);
		}
		expect(isDue(drawn, { ...drawn.live, connection: 'stale' }, 1_001, true)).toBe(true);
	});
});
