import type { LiveMember } from '../live/live-cluster';
import { needsAttention, severityOf } from '../live/not-alive';

/** Who is not alive: by severity, within one verdict the longest first, so that a newcomer never moves those above it. */
export function worstFirst(members: Iterable<LiveMember>): LiveMember[] {
	return [...members]
		.filter((member) => needsAttention(member.verdict))
		.sort(
			(a, b) =>
				severityOf(a.verdict) - severityOf(b.verdict) || a.sinceAtMs - b.sinceAtMs || (a.path < b.path ? -1 : 1),
		);
}

/**
 * Since when everybody has been alive: the last time a living member became so, or an unwell one left. Null when there is nobody.
 */
export function allWellSinceMs(living: Iterable<LiveMember>, left: Iterable<{ sinceAtMs: number }>): number | null {
	let latest: number | null = null;
	for (const member of living) latest = Math.max(latest ?? 0, member.sinceAtMs);
	if (latest === null) return null;
	for (const member of left) latest = Math.max(latest, member.sinceAtMs);
	return latest;
}
