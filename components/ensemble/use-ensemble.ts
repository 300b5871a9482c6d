'use client';

import useSWR from 'swr';
import type { EnsembleView } from '@/lib/core/view';
import { type ApiError, clusterUrl, fetchJson } from '../live/fetch-json';

const REFRESH_MS = 2_000;

/** Asked for every two seconds while the page is looked at. After a failure the last answer is kept, and `failed` says so. */
export function useEnsemble(clusterId: string) {
	const { data, error, mutate } = useSWR<EnsembleView, ApiError>(clusterUrl(clusterId, '/ensemble'), fetchJson, {
		refreshInterval: REFRESH_MS,
	});
	return { view: data ?? null, failed: error !== undefined, retry: () => void mutate() };
}
