'use client';

import useSWRSubscription from 'swr/subscription';
import { type LiveCluster, NOTHING_YET } from './live-cluster';
import { openStream } from './open-stream';

/**
 * The live state of one cluster. However many components ask, one stream is open: SWR keys it by the cluster's id.
 * `null` follows nothing.
 */
export function useCluster(clusterId: string | null): LiveCluster {
	const { data } = useSWRSubscription(clusterId ? ['live', clusterId] : null, ([, id]: [string, string], { next }) =>
		openStream(id, (state) => next(null, state)),
	);
	return data ?? NOTHING_YET;
}
