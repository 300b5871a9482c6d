import { describe, expect, it } from 'vitest';
import { canWait, type Followed, isDue } from '@/components/live/crowd-pace';
import { type LiveCluster, NOTHING_YET } from '@/components/live/live-cluster';
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

const followed = (live: LiveCluster, clusterId = 'turms'): Followed => ({ clusterId, live });
const URGENT_NEWS = [{ suspect: 2 }, { suspect: 0 }, { suspect: 1, dead: 1 }, { suspect: 1, unreachable: 1 }];

describe('what is drawn of all members at once', () => {
	it('follows each change of a cluster that is small', () => {
		const drawn = { followed: followed(crowd(12)), atMs: 1_000 };
		expect(isDue(drawn, followed(crowd(12)), 1_001, true)).toBe(true);
		expect(isDue(drawn, drawn.followed, 9_000, true)).toBe(false);
	});

	it('of thousands that come and go, is drawn with every second event of the console', () => {
		const drawn = { followed: followed(crowd(2_000)), atMs: 1_000 };
		const changed = followed(crowd(1_998, { unknown: 2, left: 7 }));
		expect(isDue(drawn, changed, 1_179, true)).toBe(false);
		expect(isDue(drawn, changed, 1_180, true)).toBe(true);
		expect(isDue(drawn, changed, 1_001, false)).toBe(true);
	});

	it('is drawn at once when somebody needs a person, or no longer does, or the stream is stale or refused', () => {
		const live = crowd(2_000, { suspect: 1 });
		const drawn = { followed: followed(live), atMs: 1_000 };
		for (const counts of URGENT_NEWS) {
			expect(isDue(drawn, followed(crowd(2_000, counts)), 1_001, true)).toBe(true);
		}
		expect(isDue(drawn, followed({ ...live, connection: 'stale' }), 1_001, true)).toBe(true);
		expect(isDue(drawn, followed({ ...live, refusal: 'signed-out' }), 1_001, true)).toBe(true);
	});
});

describe('what is drawn gives way to the reader', () => {
	const live = crowd(2_000, { suspect: 1 }, { lastEventAtMs: 50_000 });
	const drawn = followed(live);

	it('where members come and go, for less than half a second', () => {
		const come = { suspect: 1, unknown: 3 };
		expect(canWait(drawn, followed(crowd(2_003, come, { lastEventAtMs: 50_400 })))).toBe(true);
		expect(canWait(drawn, followed(crowd(2_003, come, { lastEventAtMs: 50_401 })))).toBe(false);
	});

	it('never where somebody needs a person, or no longer does, or the stream is stale or refused', () => {
		for (const counts of URGENT_NEWS) {
			expect(canWait(drawn, followed(crowd(2_000, counts, { lastEventAtMs: 50_100 })))).toBe(false);
		}
		expect(canWait(drawn, followed({ ...live, connection: 'stale' }))).toBe(false);
		expect(canWait(drawn, followed({ ...live, refusal: 'forbidden' }))).toBe(false);
	});

	it('never where another cluster is looked at: its name must not stand above the members of the last one', () => {
		expect(canWait(drawn, followed(live, 'other'))).toBe(false);
		expect(isDue({ followed: drawn, atMs: 1_000 }, followed(live, 'other'), 1_001, true)).toBe(true);
		expect(canWait(drawn, { clusterId: null, live: NOTHING_YET })).toBe(false);
	});
});
