import type { MemberRow, Pulse } from '@/lib/core/view';

/**
 * A row without what a pulse carries: as long as this text stays, nothing happened to the member but another answer. When
 * it has had its verdict since (`sinceAtMs`) changes with the verdict, and otherwise trembles by a millisecond.
 */
export function stillOf(row: MemberRow): string {
	return JSON.stringify({
		...row,
		sinceAtMs: 0,
		rttMs: 0,
		recentRttMs: 0,
		lastAnsweredAtMs: 0,
		session: { ...row.session, lastHeardMsAgo: 0, expiresInMs: 0 },
	});
}

/** What calls for the whole row: without an answer the course of its latencies cannot be told by the latest alone. */
export function isCalm(row: MemberRow): row is MemberRow & { rttMs: number; lastAnsweredAtMs: number } {
	return row.rttMs !== null && row.lastAnsweredAtMs !== null;
}

export function toPulse(row: MemberRow & { rttMs: number; lastAnsweredAtMs: number }, serverAtMs: number): Pulse {
	const { session } = row;
	return [
		row.path,
		row.rttMs,
		Math.max(0, serverAtMs - row.lastAnsweredAtMs),
		session.lastHeardMsAgo,
		session.expiresInMs,
	];
}
