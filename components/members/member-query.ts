import { VERDICTS, type Verdict } from '@/lib/core/reason';
import type { LiveMember } from '../live/live-cluster';
import { needsAttention } from '../live/not-alive';

/** `attention`: everything registered that is not alive. */
export const VERDICT_FILTERS = ['attention', ...VERDICTS] as const;
export type VerdictFilter = (typeof VERDICT_FILTERS)[number];

export type MemberQuery = { readonly q: string; readonly verdict: VerdictFilter | null; readonly group: string | null };

/** What the search looks through, made once a row. Rows are never changed in place (live-cluster.ts). */
const haystacks = new WeakMap<LiveMember, string>();

function haystackOf(member: LiveMember): string {
	let text = haystacks.get(member);
	if (text === undefined) {
		const addresses = member.addresses.map((address) => `${address.host}:${address.port}`);
		text = [
			member.id,
			member.path,
			member.group,
			...addresses,
			member.czxid,
			member.ephemeralOwner,
			member.session.server ?? '',
		]
			.join('\n')
			.toLowerCase();
		haystacks.set(member, text);
	}
	return text;
}

export function matchesVerdict(filter: VerdictFilter | null, verdict: Verdict): boolean {
	if (filter === null) return true;
	return filter === 'attention' ? needsAttention(verdict) : filter === verdict;
}

/** Asks of each row whether every word of the search occurs somewhere in it, and the filters let it pass. */
export function createMatcher(query: MemberQuery): (member: LiveMember) => boolean {
	const words = query.q.toLowerCase().split(/\s+/).filter(Boolean);
	return (member) => {
		if (!matchesVerdict(query.verdict, member.verdict)) return false;
		if (query.group !== null && member.group !== query.group) return false;
		if (words.length === 0) return true;
		const haystack = haystackOf(member);
		return words.every((word) => haystack.includes(word));
	};
}

/** Groups in natural order of their names, which does not change with churn, with the number of members in each. */
export function groupsOf(members: Iterable<LiveMember>): { name: string; count: number }[] {
	const counts = new Map<string, number>();
	for (const member of members) counts.set(member.group, (counts.get(member.group) ?? 0) + 1);
	return [...counts]
		.map(([name, count]) => ({ name, count }))
		.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
