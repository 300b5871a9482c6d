'use client';

import { useMemo } from 'react';
import type { LiveCluster } from '../live/live-cluster';
import { useNow } from '../live/use-now';
import { useLeftMembers } from '../members/use-left-members';
import { useMessages } from '../messages/use-messages';
import { PageState } from '../shell/page-state';
import { allWellSinceMs } from './worst-first';

/** Nobody is unwell, and since when. Said only of what is seen now: a lost connection leaves the banner to speak. */
export function AllWell({ clusterId, live }: { clusterId: string; live: LiveCluster }) {
	const { t, f } = useMessages();
	const nowMs = useNow(1000, live.clockOffsetMs);
	const left = useLeftMembers(clusterId, true);
	const sinceMs = useMemo(() => allWellSinceMs(live.members.values(), left.values()), [live.members, left]);
	if (live.members.size === 0) return <PageState title={t.members.noneRegistered} text={t.suspects.wellNone} />;
	const { ensemble, observedAtMs } = live.cluster ?? {};
	if (ensemble?.following === false && observedAtMs != null) {
		return <PageState title={t.suspects.lastWellTitle} text={t.suspects.lastWell(f.dateTime(observedAtMs))} />;
	}
	const text =
		sinceMs === null || nowMs === 0
			? t.suspects.wellUnknown
			: t.suspects.wellSince(live.members.size, Math.max(0, nowMs - sinceMs), f.time(sinceMs));
	return <PageState title={t.suspects.wellTitle} text={text} tone={live.connection === 'live' ? 'well' : 'calm'} />;
}
