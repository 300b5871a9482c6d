'use client';

import { useEffect, useReducer, useState } from 'react';
import { VERDICTS } from '@/lib/core/reason';
import type { LiveCluster } from './live-cluster';
import { needsAttention } from './not-alive';

/** Up to so many members a change costs next to nothing, and is shown at once. */
const CROWD_MIN = 1_000;
/** The console tells of changes every 100 ms: with the second event after a drawing at the soonest. */
const PACE_MS = 180;
/** Where none comes, what is known is drawn by then. */
const LATE_MS = 250;
/** Drawing that is put off for whatever the reader does is put off no longer than this. */
const BEHIND_MS_MAX = 400;

/** What a person is needed for: it is never held back. */
const URGENT = VERDICTS.filter((verdict) => needsAttention(verdict) && verdict !== 'unknown');

/** The state of the cluster of that id; `null`: none is followed. */
export type Followed = { readonly clusterId: string | null; readonly live: LiveCluster };
export type Drawn = { readonly followed: Followed; readonly atMs: number };

function isPressing(drawn: Followed, followed: Followed): boolean {
	const [before, live] = [drawn.live, followed.live];
	return (
		drawn.clusterId !== followed.clusterId ||
		before.connection !== live.connection ||
		before.refusal !== live.refusal ||
		URGENT.some((verdict) => before.cluster?.counts[verdict] !== live.cluster?.counts[verdict])
	);
}

/** Whether what is drawn is to be drawn anew of `followed`, at performance.now() = `nowMs`. `isPaced`: not with each event. */
export function isDue(drawn: Drawn, followed: Followed, nowMs: number, isPaced: boolean): boolean {
	if (drawn.followed === followed) return false;
	return (
		!isPaced ||
		followed.live.members.size <= CROWD_MIN ||
		nowMs - drawn.atMs >= PACE_MS ||
		isPressing(drawn.followed, followed)
	);
}

/** Whether `followed` may be drawn in the background, giving way to what the reader does, while `drawn` is still shown. */
export function canWait(drawn: Followed, followed: Followed): boolean {
	const behindMs = (followed.live.lastEventAtMs ?? 0) - (drawn.live.lastEventAtMs ?? 0);
	return behindMs <= BEHIND_MS_MAX && !isPressing(drawn, followed);
}

/** A reader who pressed, clicked or scrolled so lately is at it. */
const AT_IT_MS = 300;
const DOINGS = ['keydown', 'pointerdown', 'wheel'] as const;

/**
 * The state that is drawn: of thousands under churn not each change, but, while the reader does something, five times a second
 * what they have come to, so that a key or a click does not wait behind the drawing. What needs a person is drawn at once. The
 * keeper is written while rendering; that is safe, because drawing the same state again keeps it.
 */
export function useCrowdPace(followed: Followed): Followed {
	const [, draw] = useReducer((count: number) => count + 1, 0);
	const [keeper] = useState<{ drawn: Drawn; doneAtMs: number }>({
		drawn: { followed, atMs: Number.NEGATIVE_INFINITY },
		doneAtMs: Number.NEGATIVE_INFINITY,
	});
	const nowMs = performance.now();
	if (isDue(keeper.drawn, followed, nowMs, nowMs - keeper.doneAtMs < AT_IT_MS)) {
		keeper.drawn = { followed, atMs: nowMs };
	}
	const isBehind = keeper.drawn.followed !== followed;
	useEffect(() => {
		if (!isBehind) return;
		const timer = setTimeout(draw, Math.max(0, keeper.drawn.atMs + LATE_MS - performance.now()));
		return () => clearTimeout(timer);
	}, [isBehind, keeper]);
	useEffect(() => {
		const listening = new AbortController();
		const note = () => {
			keeper.doneAtMs = performance.now();
		};
		for (const doing of DOINGS) {
			window.addEventListener(doing, note, { capture: true, passive: true, signal: listening.signal });
		}
		return () => listening.abort();
	}, [keeper]);
	return keeper.drawn.followed;
}
