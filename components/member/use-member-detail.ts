'use client';

import { useEffect } from 'react';
import useSWR from 'swr';
import type { MemberDetail } from '@/lib/core/view';
import { type ApiError, clusterUrl, fetchJson } from '../live/fetch-json';
import type { LiveMember } from '../live/live-cluster';
import { needsAttention } from '../live/not-alive';

/** `receivedAtMs` is this browser's clock: the ages in the evidence count from there. */
export type ReceivedDetail = { readonly detail: MemberDetail; readonly receivedAtMs: number };

const REFRESH_MS = { attention: 1_000, calm: 3_000 };

async function fetchDetail(url: string): Promise<ReceivedDetail> {
	const detail = await fetchJson<MemberDetail>(url);
	return { detail, receivedAtMs: Date.now() };
}

/**
 * Evidence, transitions and the rest, which the stream does not carry: asked for every second while the member is unwell, and at
 * once when its verdict or its reasons change. `row` is the member as the stream has it.
 */
export function useMemberDetail(clusterId: string, path: string, row: LiveMember | undefined, enabled = true) {
	const url = enabled ? clusterUrl(clusterId, `/member?path=${encodeURIComponent(path)}`) : null;
	const refreshInterval = row && !needsAttention(row.verdict) ? REFRESH_MS.calm : REFRESH_MS.attention;
	const { data, error, mutate } = useSWR<ReceivedDetail, ApiError>(url, fetchDetail, {
		refreshInterval,
		keepPreviousData: false,
	});
	const state = row ? `${row.czxid} ${row.verdict} ${row.reasons.join(' ')}` : 'gone';
	// biome-ignore lint/correctness/useExhaustiveDependencies: asking again is the very effect of a change of state
	useEffect(() => {
		void mutate();
	}, [state, mutate]);
	return { received: data ?? null, error: error ?? null, retry: () => void mutate() };
}
