'use client';

import { useEffect, useMemo, useState } from 'react';
import useSWR from 'swr';
import { fetchJson } from '@/components/live/fetch-json';
import { useCluster } from '@/components/live/use-cluster';
import type { AuditView, MemberRow } from '@/lib/core/view';
import { type Aftermath, keyOfPurged, toAftermath } from './aftermath';
import { indexRows, type Purged } from './replacement';

/** After this the clock stops; the audit log may still tell of a later replacement. */
export const WATCHED_MS = 120_000;
const REFRESH_MS = 2_000;
/** Entries of one answer; the server's own bound. */
const ENTRIES_MAX = 500;

type Seen = ReadonlyMap<string, { readonly row: MemberRow; readonly afterMs: number }>;

const NOBODY: Seen = new Map();

/** Newest entries of one kind, asked for while `wanted`. */
function useEntries(cluster: string, action: 'member.replaced' | 'member.ghost', wanted: boolean, count: number) {
	const query = new URLSearchParams({ cluster, action, limit: String(Math.min(ENTRIES_MAX, count * 2 + 20)) });
	const { data } = useSWR<AuditView>(wanted ? `/api/audit?${query}` : null, fetchJson, {
		refreshInterval: REFRESH_MS,
		keepPreviousData: true,
	});
	return data?.entries;
}

/**
 * What comes after purges, by incarnation: who registers in their place, as this browser sees it (one clock, never two
 * compared) and as the console recorded it, and who comes back by itself, which is a mistake.
 * @param purgedAtMs Date.now() when the outcome arrived
 */
export function useAftermath(
	cluster: string,
	purged: readonly Purged[],
	purgedAtMs: number,
): { after: ReadonlyMap<string, Aftermath>; blind: boolean } {
	const live = useCluster(cluster);
	const [seen, setSeen] = useState<Seen>(NOBODY);
	const [over, setOver] = useState(false);
	const blind = live.connection !== 'live';
	useEffect(() => {
		const timer = setTimeout(() => setOver(true), Math.max(0, purgedAtMs + WATCHED_MS - Date.now()));
		return () => clearTimeout(timer);
	}, [purgedAtMs]);
	// biome-ignore lint/correctness/useExhaustiveDependencies: `verdictsVersion` rises when somebody registers
	useEffect(() => {
		if (blind || purged.length === 0) {
			return;
		}
		const find = indexRows(live.members.values());
		setSeen((before) => {
			const next = new Map(before);
			for (const one of purged) {
				const key = keyOfPurged(one);
				const row = next.has(key) ? null : find(one);
				if (row !== null) {
					next.set(key, { row, afterMs: Math.max(0, Date.now() - purgedAtMs) });
				}
			}
			return next.size === before.size ? before : next;
		});
	}, [live.verdictsVersion, blind, purged, purgedAtMs]);
	const wanted = purged.length > 0 && !over;
	const replaced = useEntries(cluster, 'member.replaced', wanted, purged.length);
	const ghosts = useEntries(cluster, 'member.ghost', wanted, purged.length);
	const after = useMemo(
		() => toAftermath(purged, seen, replaced ?? [], ghosts ?? []),
		[purged, seen, replaced, ghosts],
	);
	return { after, blind };
}
