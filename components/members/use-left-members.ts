'use client';

import { useMemo } from 'react';
import useSWR from 'swr';
import type { MembersView } from '@/lib/core/view';
import { clusterUrl, fetchJson } from '../live/fetch-json';
import type { LiveMember } from '../live/live-cluster';

const REFRESH_MS = 5_000;
const NOBODY: ReadonlyMap<string, LiveMember> = new Map();

/** Members that left within the last ten minutes. They are not in the stream, and asked for only while shown. */
export function useLeftMembers(clusterId: string, wanted: boolean): ReadonlyMap<string, LiveMember> {
	const url = wanted ? clusterUrl(clusterId, '/members?verdict=left&limit=1000') : null;
	const { data } = useSWR<MembersView>(url, fetchJson, { refreshInterval: REFRESH_MS });
	return useMemo(() => {
		if (!data) return NOBODY;
		// Nothing of theirs counts down any more. A path that left more than once is shown as it left last.
		const newestLast = [...data.members].sort((a, b) => a.sinceAtMs - b.sinceAtMs);
		return new Map(newestLast.map((row) => [row.path, { ...row, sentAtMs: row.sinceAtMs }]));
	}, [data]);
}
