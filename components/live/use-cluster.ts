'use client';

import { useContext } from 'react';
import { FollowedCluster } from './follow-cluster';
import type { LiveCluster } from './live-cluster';
import { useStream } from './use-stream';

/**
 * The live state of one cluster: that of the page as it is being drawn (FollowCluster), so that all parts of the page agree; of
 * another cluster with each of its events. `null` follows nothing.
 */
export function useCluster(clusterId: string | null): LiveCluster {
	const followed = useContext(FollowedCluster);
	const isFollowed = followed !== null && followed.clusterId === clusterId;
	const other = useStream(isFollowed ? null : clusterId);
	return isFollowed ? followed.live : other;
}
