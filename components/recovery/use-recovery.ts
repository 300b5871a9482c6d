'use client';

import useSWR from 'swr';
import { AUTOMATIC_RECOVERY, type RecoveryView } from '@/lib/core/recovery-view';
import type { AuditView } from '@/lib/core/view';
import { type ApiError, clusterUrl, fetchJson } from '../live/fetch-json';

const REFRESH_MS = 2_000;
/** Records carry their evidence: they are asked for less often. */
const HISTORY_REFRESH_MS = 5_000;
const HISTORY_SHOWN = 10;

type Received = { readonly view: RecoveryView; readonly receivedAtMs: number };

/**
 * Asked for every two seconds, or `everyMs`, while the page is looked at. After a failure the last answer is kept, with this browser's
 * time of its arrival. `take` shows what a change of one's own was answered, at once.
 */
export function useRecovery(clusterId: string, everyMs = REFRESH_MS) {
	const { data, error, mutate } = useSWR<Received, ApiError>(
		clusterUrl(clusterId, '/recovery'),
		async (url: string) => ({ view: await fetchJson<RecoveryView>(url), receivedAtMs: Date.now() }),
		{ refreshInterval: everyMs },
	);
	return {
		view: data?.view ?? null,
		receivedAtMs: data?.receivedAtMs ?? 0,
		error: error ?? null,
		retry: () => void mutate(),
		take: (view: RecoveryView) => void mutate({ view, receivedAtMs: Date.now() }, { revalidate: false }),
	};
}

/** The newest automatic decisions; `failed` with the last answer kept. */
export function useHistory(clusterId: string) {
	const query = new URLSearchParams({
		cluster: clusterId,
		actor: AUTOMATIC_RECOVERY,
		limit: String(HISTORY_SHOWN),
	});
	const { data, error } = useSWR<AuditView, ApiError>(`/api/audit?${query}`, fetchJson, {
		refreshInterval: HISTORY_REFRESH_MS,
	});
	return { entries: data?.entries ?? null, failed: error !== undefined };
}
