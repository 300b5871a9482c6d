'use client';

import { useSyncExternalStore } from 'react';

type Ticker = { nowMs: number; listeners: Set<() => void>; timer: ReturnType<typeof setInterval> | null };

const tickers = new Map<number, Ticker>();

function tickerOf(everyMs: number): Ticker {
	let ticker = tickers.get(everyMs);
	if (!ticker) {
		ticker = { nowMs: Date.now(), listeners: new Set(), timer: null };
		tickers.set(everyMs, ticker);
	}
	return ticker;
}

function subscribeTo(everyMs: number, listener: () => void): () => void {
	const ticker = tickerOf(everyMs);
	ticker.listeners.add(listener);
	ticker.timer ??= setInterval(() => {
		ticker.nowMs = Date.now();
		for (const each of ticker.listeners) each();
	}, everyMs);
	return () => {
		ticker.listeners.delete(listener);
		if (ticker.listeners.size > 0 || !ticker.timer) return;
		clearInterval(ticker.timer);
		ticker.timer = null;
	};
}

const SUBSCRIBE = {
	200: (listener: () => void) => subscribeTo(200, listener),
	1000: (listener: () => void) => subscribeTo(1000, listener),
};

/**
 * This browser's clock, ms since the epoch, moving every 200 ms or every second; one timer serves all who watch it.
 * `offsetMs` (LiveCluster.clockOffsetMs) turns it into the console's clock. The server renders 0, and shows no ages.
 */
export function useNow(everyMs: 200 | 1000, offsetMs = 0): number {
	const nowMs = useSyncExternalStore(
		SUBSCRIBE[everyMs],
		() => {
			const ticker = tickerOf(everyMs);
			// With no timer running the kept time is of an earlier visit.
			if (!ticker.timer && Date.now() - ticker.nowMs > everyMs) ticker.nowMs = Date.now();
			return ticker.nowMs;
		},
		() => 0,
	);
	return nowMs === 0 ? 0 : nowMs + offsetMs;
}
