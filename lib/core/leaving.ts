import type { MemberState } from './member-state';

/** How a registration that no purge removed left: with its session, or by the member's own doing. */
export function decideLeaving(state: MemberState, nowMs: number): 'left-expired' | 'left-by-itself' {
	return hasExpired(state, nowMs) ? 'left-expired' : 'left-by-itself';
}

/**
 * Its session was gone, or nearly out of time by the leader's table although a server still listed its connection (the
 * host was cut off): who lives pings every third of the time-out at least, so that never less than half of it is left.
 */
function hasExpired({ session }: MemberState, nowMs: number): boolean {
	const { expiresInMs, expiresReadAtMs, timeoutMs } = session;
	if (session.state === 'gone') {
		return true;
	}
	if (expiresInMs === null || expiresReadAtMs === null || timeoutMs === null) {
		return false;
	}
	return expiresInMs - (nowMs - expiresReadAtMs) < timeoutMs / 2;
}
