import { ApiError, clusterUrl, fetchJson } from './fetch-json';
import { isCalmEvent, type ReceivedEvent, type StreamRefusal } from './live-cluster';

/** A stream silent this long is taken for dead (a half-open connection never says so) and opened anew. */
const REOPEN_AFTER_MS = 12_000;
/** The console gathers for 100 ms; what comes faster than this (what was missed, after a break) is one batch. */
const FLUSH_MS = 50;
/** Answers of members that are well, and signs that the stream lives, are handed on this often. */
const CALM_FLUSH_MS = 1_000;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 8_000;
/** Signed out, forbidden or unknown: somebody has to do something first. */
const REFUSED_RETRY_MS = 30_000;
const WATCH_MS = 1_000;

export type EventsListener = {
	/** Events in their order; `atMs`: Date.now() at which the last of them came. */
	batch(events: readonly ReceivedEvent[], atMs: number): void;
	/** The stream broke or was refused; it goes on trying by itself. */
	lost(refusal: StreamRefusal | null): void;
};

export type Following = {
	/** Tries now, whatever the next try was due. Nothing where the stream is well. */
	retry(): void;
	close(): void;
};

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
 * Follows one cluster's server-sent events until closed, in a page or in a worker. EventSource resumes by Last-Event-ID after
 * a broken connection; it gives up on an HTTP error, and then this opens a new one, with back-off.
 */
export function followEvents(cluster: string, listener: EventsListener): Following {
	let source: EventSource | null = null;
	let pending: ReceivedEvent[] = [];
	let heardAtMs = Date.now();
	let flushedAtMs = 0;
	let retryMs = RETRY_MS_MIN;
	let flushTimer: ReturnType<typeof setTimeout> | undefined;
	let flushDueMs = Number.POSITIVE_INFINITY;
	let retryTimer: ReturnType<typeof setTimeout> | undefined;
	let closed = false;

	function flush() {
		const events = pending;
		forget();
		flushedAtMs = Date.now();
		listener.batch(events, heardAtMs);
	}
	function forget() {
		clearTimeout(flushTimer);
		flushDueMs = Number.POSITIVE_INFINITY;
		pending = [];
	}
	function take(event: ReceivedEvent) {
		heardAtMs = Date.now();
		retryMs = RETRY_MS_MIN;
		pending.push(event);
		const dueMs = Math.max(heardAtMs, flushedAtMs + (isCalmEvent(event) ? CALM_FLUSH_MS : FLUSH_MS));
		if (dueMs >= flushDueMs) return;
		clearTimeout(flushTimer);
		flushDueMs = dueMs;
		flushTimer = setTimeout(flush, dueMs - heardAtMs);
	}
	async function gaveUp() {
		if (source?.readyState !== EventSource.CLOSED) return;
		disconnect();
		const refusal = await refusalOf(cluster);
		if (closed || source) return;
		if (refusal) listener.lost(refusal);
		retryTimer = setTimeout(open, refusal ? REFUSED_RETRY_MS : retryMs);
		retryMs = Math.min(RETRY_MS_MAX, retryMs * 2);
	}
	function disconnect() {
		source?.close();
		source = null;
		clearTimeout(retryTimer);
		forget();
	}
	function open() {
		disconnect();
		heardAtMs = Date.now();
		const opened = new EventSource(clusterUrl(cluster, '/events'));
		source = opened;
		opened.addEventListener('snapshot', (event) => take({ kind: 'snapshot', data: JSON.parse(event.data) }));
		opened.addEventListener('change', (event) => take({ kind: 'change', data: JSON.parse(event.data) }));
		opened.addEventListener('error', () => {
			listener.lost(null);
			void gaveUp();
		});
	}

	const watchdog = setInterval(() => {
		if (source && source.readyState !== EventSource.CLOSED && Date.now() - heardAtMs > REOPEN_AFTER_MS) {
			listener.lost(null);
			open();
		}
	}, WATCH_MS);
	open();

	return {
		retry() {
			if (source?.readyState !== EventSource.OPEN) open();
		},
		close() {
			closed = true;
			clearInterval(watchdog);
			disconnect();
		},
	};
}
