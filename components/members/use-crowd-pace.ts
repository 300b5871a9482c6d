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

function isUrgent(before: LiveCluster, after: LiveCluster): boolean {
	return (
		before.connection !== after.connection ||
		URGENT.some((verdict) => before.cluster?.counts[verdict] !== after.cluster?.counts[verdict])
	);
}

/**
 * The state that is drawn of all members at once (the board, the groups): of thousands under churn not each change, but every
 * 150 ms what they have come to, so that a key or a click does not wait behind the drawing. What needs a person is drawn at
 * once. The keeper is written while rendering; that is safe, because drawing the same state again keeps it.
 */
export function useCrowdPace(live: LiveCluster): LiveCluster {
	const [, draw] = useReducer((count: number) => count + 1, 0);
	const [keeper] = useState({ live, atMs: Number.NEGATIVE_INFINITY });
	const waitMs = keeper.atMs + PACE_MS - performance.now();
	if (keeper.live !== live && (waitMs <= 0 || live.members.size <= CROWD_MIN || isUrgent(keeper.live, live))) {
		keeper.live = live;
		keeper.atMs = performance.now();
	}
	const isBehind = keeper.live !== live;
	useEffect(() => {
		if (!isBehind) return;
		const timer = setTimeout(draw, Math.max(0, keeper.atMs + PACE_MS - performance.now()));
		return () => clearTimeout(timer);
	}, [isBehind, keeper]);
	return keeper.live;
}
