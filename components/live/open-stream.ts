import { type LiveCluster, lose, NOTHING_YET, receive } from './live-cluster';
import type { HubMessage } from './stream-hub';
import { openSource } from './stream-source';

/** The console sends an event at least every two seconds, changes or not: three missed make what is shown stale. */
const SILENCE_MS_MAX = 6_000;
const WATCH_MS = 500;
/** A tab that nobody sees is sent nothing after this, and has nothing to work off when it is looked at again. */
const HIDDEN_MS_MAX = 60_000;

function isSilent(state: LiveCluster): boolean {
	return Date.now() - (state.lastEventAtMs ?? 0) > SILENCE_MS_MAX;
}

/** The state that the tab goes on with when it is sent a whole one. */
export function adopt(before: LiveCluster, sent: LiveCluster): LiveCluster {
	// Whoever shares the stream has begun anew and knows nothing yet: what is held is old, but it is something.
	if (sent.cluster === null) return lose(before, sent.refusal);
	const state = { ...sent, verdictsVersion: Math.max(before.verdictsVersion, sent.verdictsVersion) + 1 };
	return state.connection === 'live' && isSilent(state) ? lose(state) : state;
}

/** Follows one cluster's live state, by the stream that all tabs of the browser share, and hands on each new one until closed. */
export function openStream(cluster: string, onState: (state: LiveCluster) => void): () => void {
	let state = NOTHING_YET;
	let hiddenTimer: ReturnType<typeof setTimeout> | undefined;

	function become(next: LiveCluster) {
		state = next;
		onState(next);
	}
	const source = openSource(cluster, (message: HubMessage) => {
		if (message.kind === 'state') become(adopt(state, message.state));
		else if (message.kind === 'lost') become(lose(state, message.refusal));
		else if (message.kind === 'events') {
			source.confirm();
			become(receive(state, message.events, message.atMs));
		}
	});

	function notice() {
		if (state.connection === 'live' && isSilent(state)) become(lose(state));
	}
	function onVisibility() {
		clearTimeout(hiddenTimer);
		if (document.visibilityState === 'hidden') {
			hiddenTimer = setTimeout(source.rest, HIDDEN_MS_MAX);
			return;
		}
		// Before anything is drawn: timers of a frozen tab have not run.
		notice();
		source.resume();
	}
	function onPageHide(event: PageTransitionEvent) {
		if (event.persisted) source.rest();
		else source.close();
	}
	function onPageShow(event: PageTransitionEvent) {
		if (event.persisted) onVisibility();
	}
	/** The stream may still work (a console on this very machine): then the next event says so. */
	function onOffline() {
		if (state.connection === 'live') become(lose(state));
	}
	const listening = new AbortController();
	const { signal } = listening;
	document.addEventListener('visibilitychange', onVisibility, { signal });
	document.addEventListener('freeze', source.rest, { signal });
	document.addEventListener('resume', onVisibility, { signal });
	window.addEventListener('pagehide', onPageHide, { signal });
	window.addEventListener('pageshow', onPageShow, { signal });
	window.addEventListener('offline', onOffline, { signal });
	window.addEventListener('online', source.retry, { signal });
	const watchdog = setInterval(notice, WATCH_MS);

	return () => {
		listening.abort();
		clearInterval(watchdog);
		clearTimeout(hiddenTimer);
		source.close();
		// Whoever reads the cache after this must not take the last state for the present one.
		onState(lose(state));
	};
}
