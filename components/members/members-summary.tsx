'use client';

import { useMemo } from 'react';
import type { LiveMember } from '../live/live-cluster';
import { needsAttention } from '../live/not-alive';
import { useMessages } from '../messages/use-messages';

type Props = {
	members: ReadonlyMap<string, LiveMember>;
	version: number;
	groups: number;
	watched: readonly string[];
	ready: boolean;
};

/** Among the living: those who are dead already need no preparation. */
function countProvable(members: ReadonlyMap<string, LiveMember>): { living: number; provable: number } {
	let living = 0;
	let provable = 0;
	for (const member of members.values()) {
		if (needsAttention(member.verdict) && member.verdict !== 'unknown') continue;
		living++;
		if (member.provable) provable++;
	}
	return { living, provable };
}

/** '12 members in 3 groups, watched at /turms/members', and whether a death could be proven by now. */
export function MembersSummary({ members, version, groups, watched, ready }: Props) {
	const { t } = useMessages();
	// biome-ignore lint/correctness/useExhaustiveDependencies: `version` rises with what is counted here
	const { living, provable } = useMemo(() => countProvable(members), [version]);
	return (
		<>
			{t.members.summary(members.size, groups)}
			{watched.length > 0 ? t.members.watchedAt(watched) : ''}
			{ready || living === provable ? null : (
				<span className="block text-suspect-ink">{t.members.notReady(provable, living)}</span>
			)}
		</>
	);
}
