import { ApiError, clusterUrl, fetchJson } from './fetch-json';
import { type LiveCluster, lose, NOTHING_YET, type ReceivedEvent, receive, type StreamRefusal } from './live-cluster';

/** The console sends an event at least every two seconds, changes or not: three missed make what is shown stale. */
const SILENCE_MS_MAX = 6_000;
/** A stream silent this long is taken for dead (a half-open connection never says so) and opened anew. */
const REOPEN_AFTER_MS = 12_000;
/** Changes are shown at most this often: well under the 250 ms that a change may take, and calm under churn. */
const FLUSH_MS = 120;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 8_000;
/** Signed out, forbidden or unknown: somebody has to do something first. */
const REFUSED_RETRY_MS = 30_000;
/** A browser grants six connections an origin: a tab that nobody sees gives its own back. */
const HIDDEN_MS_MAX = 60_000;

async function refusalOf(cluster: string): Promise<StreamRefusal | null> {
	try {
		await fetchJson(clusterUrl(cluster, '/members?limit=1'));
		return null;
	} catch (error) {
		if (!(error instanceof ApiError)) throw error;
		if (error.status === 401) return 'signed-out';
		if (error.status === 403) return 'forbidden';
		return error.status === 404 ? 'not-found' : null;
	}
}

/**
 * Follows one cluster's server-sent events and hands on each new state until closed. EventSource resumes by
 * Last-Event-ID after a broken connection; it gives up on an HTTP error, and then this opens a new one, with back-off.
 */
export function openStream(cluster: string, onState: (state: LiveCluster) => void): () => void {
	let state = NOTHING_YET;
	let source: EventSource | null = null;
	let pending: ReceivedEvent[] = [];
	let heardAtMs = Date.now();
	let flushedAtMs = 0;
	let retryMs = RETRY_MS_MIN;
	let flushTimer: ReturnType<typeof setTimeout> | undefined;
	let retryTimer: ReturnType<typeof setTimeout> | undefined;
	let hiddenTimer: ReturnType<typeof setTimeout> | undefined;
	let closed = false;

	function become(next: LiveCluster) {
		state = next;
		onState(next);
	}
	function flush() {
		flushTimer = undefined;
		const events = pending;
		pending = [];
		flushedAtMs = Date.now();
		become(receive(state, events, flushedAtMs));
	}
	function take(event: ReceivedEvent) {
		heardAtMs = Date.now();
		retryMs = RETRY_MS_MIN;
		pending.push(event);
		flushTimer ??= setTimeout(flush, Math.max(0, flushedAtMs + FLUSH_MS - heardAtMs));
	}
	async function gaveUp() {
		if (source?.readyState !== EventSource.CLOSED) return;
		close();
		const refusal = await refusalOf(cluster);
		if (closed || source) return;
		become(lose(state, refusal));
		retryTimer = setTimeout(open, refusal ? REFUSED_RETRY_MS : retryMs);
		retryMs = Math.min(RETRY_MS_MAX, retryMs * 2);
	}
	function close() {
		source?.close();
		source = null;
		clearTimeout(flushTimer);
		clearTimeout(retryTimer);
		flushTimer = undefined;
		pending = [];
	}
	function open() {
		close();
		heardAtMs = Date.now();
		const opened = new EventSource(clusterUrl(cluster, '/events'));
		source = opened;
		opened.addEventListener('snapshot', (event) => take({ kind: 'snapshot', data: JSON.parse(event.data) }));
		opened.addEventListener('change', (event) => take({ kind: 'change', data: JSON.parse(event.data) }));
		opened.addEventListener('error', () => {
			become(lose(state));
			void gaveUp();
		});
	}
	function onVisibility() {
		clearTimeout(hiddenTimer);
		if (document.visibilityState === 'hidden') {
			hiddenTimer = setTimeout(() => {
				close();
				become(lose(state));
			}, HIDDEN_MS_MAX);
		} else if (!source) open();
	}

	const watchdog = setInterval(() => {
		const silentMs = Date.now() - heardAtMs;
		if (!source || source.readyState === EventSource.CLOSED) return;
		if (silentMs > SILENCE_MS_MAX && state.connection === 'live') become(lose(state));
		if (silentMs > REOPEN_AFTER_MS) open();
	}, 500);
	document.addEventListener('visibilitychange', onVisibility);
	open();

	return () => {
		closed = true;
		clearInterval(watchdog);
		clearTimeout(hiddenTimer);
		document.removeEventListener('visibilitychange', onVisibility);
		close();
		// Whoever reads the cache after this must not take the last state for the present one.
		onState(lose(state));
	};
}
