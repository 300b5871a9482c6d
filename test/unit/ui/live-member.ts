import type { LiveMember } from '@/components/live/live-cluster';
import type { MemberRow } from '@/lib/core/view';

/** A living member as the stream sends it; `over` says what matters to the test. */
export function memberRow(id: string, over: Partial<MemberRow> = {}): MemberRow {
	return {
		path: `/turms/members/${id}`,
		id,
		group: 'gateway',
		host: '10.0.0.31',
		port: 7510,
		addresses: [{ name: 'member', host: '10.0.0.31', port: 7510 }],
		czxid: '0x2000004a1',
		ephemeralOwner: '0x100002508570000',
		verdict: 'alive',
		reasons: ['session-progress'],
		sinceAtMs: 1_000,
		rttMs: 0.4,
		recentRttMs: [0.4],
		lastAnsweredAtMs: 1_000,
		registeredAtMs: 500,
		session: { state: 'connected', server: 'zk-1', lastHeardMsAgo: 200, expiresInMs: 30_000 },
		conflictsWith: [],
		conflictsElsewhere: [],
		unreadable: null,
		selfReported: {},
		provable: true,
		...over,
	};
}

export function liveMember(id: string, over: Partial<LiveMember> = {}): LiveMember {
	return { ...memberRow(id, over), sentAtMs: over.sentAtMs ?? 1_000 };
}

export function byPath(members: readonly LiveMember[]): ReadonlyMap<string, LiveMember> {
	return new Map(members.map((member) => [member.path, member]));
}
