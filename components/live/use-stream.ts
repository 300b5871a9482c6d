'use client';

import useSWRSubscription from 'swr/subscription';
import { type LiveCluster, NOTHING_YET } from './live-cluster';
import { openStream } from './open-stream';

/**
 * The state of one cluster with each of its events. However many components ask, one stream is open: SWR keys it by the
 * cluster's id. `null` follows nothing.
 */
export function useStream(clusterId: string | null): LiveCluster {
	const { data } = useSWRSubscription(clusterId ? ['live', clusterId] : null, ([, id]: [string, string], { next }) =>
		openStream(id, (state) => next(null, state)),
	);
	return data ?? NOTHING_YET;
}
