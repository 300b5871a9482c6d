'use client';

import { createContext, type ReactNode, useDeferredValue, useMemo } from 'react';
import { canWait, type Followed, useCrowdPace } from './crowd-pace';
import { useStream } from './use-stream';

export const FollowedCluster = createContext<Followed | null>(null);

/**
 * Follows the cluster that a page is about, for all that `useCluster` below. They are drawn together and in the background: a
 * key or a click is answered between two steps of drawing what a crowd has come to, instead of after it. What needs a person, and
 * the loss of the stream, are drawn at once.
 */
export function FollowCluster({ clusterId, children }: { clusterId: string | null; children: ReactNode }) {
	const live = useStream(clusterId);
	const followed = /*#__NOINLINE__*/ useCrowdPace(useMemo(() => ({ clusterId, live }), [clusterId, live]));
	const drawn = useDeferredValue(followed);
	return <FollowedCluster value={canWait(drawn, followed) ? drawn : followed}>{children}</FollowedCluster>;
}
