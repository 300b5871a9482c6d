'use client';

import useSWR from 'swr';
import type { OverridesView } from '@/lib/core/override-view';
import { type ApiError, clusterUrl, fetchJson } from '../live/fetch-json';

const REFRESH_MS = 3_000;

/** Overrides that wait for a second administrator, asked for every few seconds. After a failure the last answer is kept. */
export function useOverrides(clusterId: string) {
	const { data, mutate } = useSWR<OverridesView, ApiError>(clusterUrl(clusterId, '/overrides'), fetchJson, {
		refreshInterval: REFRESH_MS,
	});
	return { view: data ?? null, retry: () => void mutate() };
}
