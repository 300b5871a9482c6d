'use client';

import useSWR from 'swr';
import type { DrillsView } from '@/lib/core/drill-view';
import { type ApiError, clusterUrl, fetchJson } from '../live/fetch-json';

const REFRESH_MS = 3_000;
/** While a drill runs its marks come within milliseconds of each other. */
const RUNNING_REFRESH_MS = 400;

type Received = { readonly view: DrillsView; readonly receivedAtMs: number };

/** Asked for every few seconds, more often while a drill runs. After a failure the last answer is kept. */
export function useDrills(clusterId: string) {
	const { data, error, mutate } = useSWR<Received, ApiError>(
		clusterUrl(clusterId, '/drills'),
		async (url: string) => ({ view: await fetchJson<DrillsView>(url), receivedAtMs: Date.now() }),
		{
			refreshInterval: (latest) => (latest?.view.running ? RUNNING_REFRESH_MS : REFRESH_MS),
			dedupingInterval: RUNNING_REFRESH_MS / 2,
		},
	);
	return {
		view: data?.view ?? null,
		receivedAtMs: data?.receivedAtMs ?? 0,
		error: error ?? null,
		retry: () => void mutate(),
	};
}
