'use client';

import { useEffect, useReducer, useState } from 'react';
import { VERDICTS } from '@/lib/core/reason';
import type { LiveCluster } from '../live/live-cluster';
import { needsAttention } from '../live/not-alive';

/** Up to so many members a change costs next to nothing, and is shown at once. */
const CROWD_MIN = 1_000;
/** Within what a change may take to the screen (250 ms), of which the console has gathered for 100. */
const PACE_MS = 150;

/** What a person is needed for: it is never held back. */
const URGENT = VERDICTS.filter((verdict) => needsAttention(verdict) && verdict !== 'unknown');

export type Drawn = { readonly live: LiveCluster; readonly atMs: number };

/** Whether what is drawn of all members is to be drawn anew of `live`, at performance.now() = `nowMs`. */
export function isDue(drawn: Drawn, live: LiveCluster, nowMs: number): boolean {
	if (drawn.live === live) return false;
	const { connection, cluster } = drawn.live;
	return (
		live.members.size <= CROWD_MIN ||
		nowMs - drawn.atMs >= PACE_MS ||
		connection !== live.connection ||
		URGENT.some((verdict) => cluster?.counts[verdict] !== live.cluster?.counts[verdict])
	);
}

/**
 * The state that is drawn of all members at once (the board, the groups): of thousands under churn not each change, but every
 * 150 ms what they have come to, so that a key or a click does not wait behind the drawing. What needs a person is drawn at
 * once. The keeper is written while rendering; that is safe, because drawing the same state again keeps it.
 */
export function useCrowdPace(live: LiveCluster): LiveCluster {
	const [, draw] = useReducer((count: number) => count + 1, 0);
	const [keeper] = useState<{ drawn: Drawn }>({ drawn: { live, atMs: Number.NEGATIVE_INFINITY } });
	const nowMs = performance.now();
	if (isDue(keeper.drawn, live, nowMs)) keeper.drawn = { live, atMs: nowMs };
	const isBehind = keeper.drawn.live !== live;
	useEffect(() => {
		if (!isBehind) return;
		const timer = setTimeout(draw, Math.max(0, keeper.drawn.atMs + PACE_MS - performance.now()));
		return () => clearTimeout(timer);
	}, [isBehind, keeper]);
	return keeper.drawn.live;
}
