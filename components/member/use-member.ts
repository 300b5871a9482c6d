'use client';

import { useMemo } from 'react';
import type { LiveMember } from '../live/live-cluster';
import { useCluster } from '../live/use-cluster';
import { useMemberDetail } from './use-member-detail';

/**
 * A member by its path: as the stream has it, else (it has left) as the last answer about it says. `member` is null while nothing
 * is known of it, and stays null when `absent`.
 */
export function useMember(clusterId: string, path: string) {
	const live = useCluster(clusterId);
	const row = live.members.get(path);
	const { received, error, retry } = useMemberDetail(clusterId, path, row);
	const fallback = useMemo<LiveMember | null>(
		() => (received ? { ...received.detail, sentAtMs: received.receivedAtMs + live.clockOffsetMs } : null),
		[received, live.clockOffsetMs],
	);
	// Not in the stream's state: gone for the stream, unless that state has not come yet.
	const member = row ?? fallback;
	const absent = member === null && error !== null && error.status === 404;
	const failed = member === null && error !== null && error.status !== 404;
	const pending = received === null && error === null;
	return { live, member, received, pending, absent, failed, retry };
}
