'use client';

import type { LiveMember } from '../live/live-cluster';
import { useMessages } from '../messages/use-messages';

type Props = { members: ReadonlyMap<string, LiveMember>; groups: number; watched: readonly string[]; ready: boolean };

/** '12 members in 3 groups, watched at /turms/members', and whether a death could be proven by now. */
export function MembersSummary({ members, groups, watched, ready }: Props) {
	const { t } = useMessages();
	let provable = 0;
	for (const member of members.values()) if (member.provable) provable++;
	return (
		<>
			{t.members.summary(members.size, groups)}
			{watched.length > 0 ? t.members.watchedAt(watched) : ''}
			{ready || members.size === 0 ? null : (
				<span className="block text-suspect-ink">{t.members.notReady(provable, members.size)}</span>
			)}
		</>
	);
}
