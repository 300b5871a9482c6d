import type { HubMessage, HubReader, StreamHub } from './stream-hub';
import { type TabMessage, WORKER_TICK_MS } from './worker-protocol';

/** Where a tab has its cluster's events from: the worker that all tabs share, or a stream of its own. */
export type StreamSource = {
	confirm(): void;
	rest(): void;
	resume(): void;
	retry(): void;
	close(): void;
};

/** So long silent, the worker is dead (its process may end with the tab that started it), and another is asked for. */
const WORKER_SILENCE_MS_MAX = 4 * WORKER_TICK_MS;
/** After so many workers in a row that never said a word, the tab has a stream of its own. */
const WORKERS_MAX = 2;
const LOAD_RETRY_MS = 3_000;

function openWorker(): SharedWorker | null {
	if (typeof SharedWorker === 'undefined') return null;
	try {
		return new SharedWorker(new URL('./stream-worker.ts', import.meta.url), { name: 'rollcall', type: 'module' });
	} catch {
		// Forbidden here (an embedded view, a policy): a stream of the tab's own serves as well.
		return null;
	}
}

/** A stream of the tab's own. Its code is loaded here alone: where workers are shared it is theirs. */
function openOwn(cluster: string, onMessage: (message: HubMessage) => void): StreamSource {
	let joined: { hub: StreamHub; reader: HubReader } | null = null;
	let resting = false;
	let closed = false;
	let retryTimer: ReturnType<typeof setTimeout> | undefined;

	async function load(): Promise<void> {
		try {
			const { createStreamHub } = await import('./stream-hub');
			if (closed) return;
			const hub = createStreamHub(cluster);
			joined = { hub, reader: hub.join(onMessage) };
			if (resting) joined.reader.rest();
		} catch {
			// The console cannot be reached: nothing has been shown yet, and nothing is until it can.
			if (!closed) retryTimer = setTimeout(load, LOAD_RETRY_MS);
		}
	}
	void load();

	return {
		confirm: () => joined?.reader.confirm(),
		rest() {
			resting = true;
			joined?.reader.rest();
		},
		resume() {
			resting = false;
			joined?.reader.resume();
		},
		retry: () => joined?.hub.retry(),
		close() {
			closed = true;
			clearTimeout(retryTimer);
			joined?.reader.leave();
		},
	};
}

type Port = { post(message: TabMessage): void; close(): void };

function openPort(cluster: string, onMessage: (message: HubMessage) => void, onBroken: () => void): Port | null {
	const worker = openWorker();
	if (!worker) return null;
	worker.onerror = onBroken;
	worker.port.onmessage = ({ data }: MessageEvent<HubMessage>) => onMessage(data);
	const post = (message: TabMessage) => worker.port.postMessage(message);
	post({ kind: 'watch', cluster });
	return {
		post,
		close() {
			worker.onerror = null;
			post({ kind: 'leave' });
			worker.port.close();
		},
	};
}

/** One stream for all tabs of the browser where it has shared workers and they work; else one for this tab. */
export function openSource(cluster: string, onMessage: (message: HubMessage) => void): StreamSource {
	let heardAtMs = Date.now();
	let silentWorkers = 0;
	let resting = false;
	let own: StreamSource | null = null;
	let port: Port | null = null;

	function connect(): void {
		port?.close();
		heardAtMs = Date.now();
		port =
			silentWorkers >= WORKERS_MAX
				? null
				: openPort(
						cluster,
						(message) => {
							heardAtMs = Date.now();
							silentWorkers = 0;
							onMessage(message);
						},
						() => {
							silentWorkers = WORKERS_MAX;
							connect();
						},
					);
		if (!port) own ??= openOwn(cluster, onMessage);
	}
	const watchdog = setInterval(() => {
		if (!port || resting || Date.now() - heardAtMs <= WORKER_SILENCE_MS_MAX) return;
		silentWorkers += 1;
		connect();
	}, WORKER_TICK_MS);
	connect();

	function say(kind: 'confirm' | 'rest' | 'resume' | 'retry'): void {
		if (port) port.post({ kind });
		else own?.[kind]();
	}
	return {
		confirm: () => say('confirm'),
		rest() {
			resting = true;
			say('rest');
		},
		resume() {
			resting = false;
			heardAtMs = Date.now();
			say('resume');
		},
		retry: () => say('retry'),
		close() {
			clearInterval(watchdog);
			port?.close();
			own?.close();
		},
	};
}

/** Ends the streams of every tab at once: whoever signs out here has signed out there too. */
export function endSharedStreams(): void {
	const worker = openWorker();
	worker?.port.postMessage({ kind: 'sign-out' } satisfies TabMessage);
	worker?.port.close();
}
