'use client';

import { useParams } from 'next/navigation';
import { createContext, useContext, useEffect, useState } from 'react';
import useSWR from 'swr';
import type { ClusterView } from '@/lib/core/view';
import { fetchJson } from '../live/fetch-json';
import { rememberCluster } from './choose-preference';

const REMEMBERED = 'rc-cluster';
/** What the server took for the cluster last looked at; null: it does not know. */
export const LastCluster = createContext<string | null>(null);

export type ClusterSummary = Pick<
	ClusterView,
	'id' | 'name' | 'counts' | 'ensemble' | 'automaticRecovery' | 'observedAtMs'
> &
	Partial<Pick<ClusterView, 'impairments' | 'ready' | 'killSwitch'>>;

/** Every cluster of this console, asked for every few seconds. */
export function useClusters(refreshMs = 5_000) {
	return useSWR<{ clusters: ClusterSummary[] }>('/api/clusters', fetchJson, { refreshInterval: refreshMs });
}

/**
 * The cluster that the page is about; on a page about none (audit) the one last looked at, so that the way back stays.
 * Null until it is known.
 */
export function useCurrentCluster(): { id: string | null; onPage: boolean } {
	const params = useParams<{ cluster?: string }>();
	const onPage = params.cluster === undefined ? null : decodeURIComponent(params.cluster);
	const [remembered, setRemembered] = useState(useContext(LastCluster));
	const { data } = useClusters();
	useEffect(() => {
		if (onPage === null) {
			const own = sessionStorage.getItem(REMEMBERED);
			if (own !== null) setRemembered(own);
			return;
		}
		sessionStorage.setItem(REMEMBERED, onPage);
		rememberCluster(onPage);
	}, [onPage]);
	if (onPage !== null) return { id: onPage, onPage: true };
	const all = data?.clusters ?? [];
	const kept = all.find((cluster) => cluster.id === remembered) ?? (all.length === 1 ? all[0] : undefined);
	return { id: kept?.id ?? null, onPage: false };
}
