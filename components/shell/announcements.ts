import type { Verdict } from '@/lib/core/reason';
import type { LiveMember } from '../live/live-cluster';
import { severityOf } from '../live/not-alive';

export type VerdictChange = { readonly id: string; readonly verdict: Verdict };

/** Members whose verdict differs between two states, worst first. Newcomers that are alive, and those gone, are not news. */
export function verdictChanges(
	before: ReadonlyMap<string, LiveMember>,
	after: ReadonlyMap<string, LiveMember>,
): VerdictChange[] {
	const changes: VerdictChange[] = [];
	for (const [path, member] of after) {
		const earlier = before.get(path);
		if (earlier === member || (earlier?.verdict ?? 'alive') === member.verdict) continue;
		changes.push({ id: member.id, verdict: member.verdict });
	}
	return changes.sort((a, b) => severityOf(a.verdict) - severityOf(b.verdict));
}
