'use client';

import { useEffect, useReducer, useState } from 'react';
import { VERDICTS } from '@/lib/core/reason';
import type { LiveCluster } from '../live/live-cluster';
import { needsAttention } from '../live/not-alive';

/** Up to so many members a change costs next to nothing, and is shown at once. */
const CROWD_MIN = 1_000;
/** The console tells of changes every 100 ms: with the second event after a drawing at the soonest. */
const PACE_MS = 180;
/** Where none comes, what is known is drawn by then. */
const LATE_MS = 250;

/** What a person is needed for: it is never held back. */
const URGENT = VERDICTS.filter((verdict) => needsAttention(verdict) && verdict !== 'unknown');

export type Drawn = { readonly live: LiveCluster; readonly atMs: number };

/** Whether what is drawn is to be drawn anew of `live`, at performance.now() = `nowMs`. `isPaced`: not with each event. */
export function isDue(drawn: Drawn, live: LiveCluster, nowMs: number, isPaced: boolean): boolean {
	if (drawn.live === live) return false;
	const { connection, cluster } = drawn.live;
	return (
		!isPaced ||
		live.members.size <= CROWD_MIN ||
		nowMs - drawn.atMs >= PACE_MS ||
		connection !== live.connection ||
		URGENT.some((verdict) => cluster?.counts[verdict] !== live.cluster?.counts[verdict])
	);
}

/** A reader who pressed, clicked or scrolled so lately is at it. */
const AT_IT_MS = 300;
const DOINGS = ['keydown', 'pointerdown', 'wheel'] as const;

/**
 * The state that is drawn: of thousands under churn not each change, but five times a second what they have come to, so that a
 * key or a click does not wait behind the drawing. What needs a person is drawn at once. `pace`: `always` for what is drawn of
 * all members (the board, the groups), `at-it` for the rows, while the reader does something. The keeper is written while
 * rendering; that is safe, because drawing the same state again keeps it.
 */
export function useCrowdPace(live: LiveCluster, pace: 'always' | 'at-it'): LiveCluster {
	const [, draw] = useReducer((count: number) => count + 1, 0);
	const [keeper] = useState<{ drawn: Drawn; doneAtMs: number }>({
		drawn: { live, atMs: Number.NEGATIVE_INFINITY },
		doneAtMs: Number.NEGATIVE_INFINITY,
	});
	const nowMs = performance.now();
	const isPaced = pace === 'always' || nowMs - keeper.doneAtMs < AT_IT_MS;
	if (isDue(keeper.drawn, live, nowMs, isPaced)) keeper.drawn = { live, atMs: nowMs };
	const isBehind = keeper.drawn.live !== live;
	useEffect(() => {
		if (!isBehind) return;
		const timer = setTimeout(draw, Math.max(0, keeper.drawn.atMs + LATE_MS - performance.now()));
		return () => clearTimeout(timer);
	}, [isBehind, keeper]);
	useEffect(() => {
		if (pace === 'always') return;
		const listening = new AbortController();
		const note = () => {
			keeper.doneAtMs = performance.now();
		};
		for (const doing of DOINGS) {
			window.addEventListener(doing, note, { capture: true, passive: true, signal: listening.signal });
		}
		return () => listening.abort();
	}, [keeper, pace]);
	return keeper.drawn.live;
}
