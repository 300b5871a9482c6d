import { setImmediate as turn } from 'node:timers/promises';
import type { LiveEvent } from '@/lib/runtime/rollcall';

/** A comment at this interval keeps proxies from closing an idle stream, and finds clients that are gone. */
const KEEP_ALIVE_MS = 15_000;
/** A client this far behind is dropped; it comes back with Last-Event-ID and gets what it missed. */
const BYTES_BEHIND_MAX = 16 * 1024 * 1024;

/** Members of a snapshot that are written in one turn; a small one is written at once. */
const ROWS_AT_ONCE = 500;

export type EventSource = {
	/** Ends the stream: the client went away. */
	readonly signal: AbortSignal;
	/** Ends the stream: the console stops. */
	readonly stopping: AbortSignal;
	readonly subscribe: (listener: (event: LiveEvent) => void) => () => void;
	/** Asked at each keep-alive; false ends the stream (signed out, token revoked). A rejection ends it too. */
	readonly stillAllowed: () => Promise<boolean>;
	readonly keepAliveMs?: number;
	readonly bytesBehindMax?: number;
};

/** The text of an event, made once however many clients get it. */
const texts = new WeakMap<LiveEvent, Uint8Array>();
const encoder = new TextEncoder();

function toBytes(event: LiveEvent): Uint8Array {
	const known = texts.get(event);
	if (known !== undefined) {
		return known;
	}
	const bytes = encoder.encode(`${headOf(event)}${JSON.stringify(event.data)}\n\n`);
	texts.set(event, bytes);
	return bytes;
}

/** JSON holds no line break outside of its escapes, so one data line is enough; an id may hold none either. */
function headOf({ id, kind }: LiveEvent): string {
	return `id: ${id.replace(/[\r\n\0]/g, '')}\nevent: ${kind}\ndata: `;
}

type Snapshot = Extract<LiveEvent, { kind: 'snapshot' }>;

/** The text of a snapshot, a few hundred members at a time: 10,000 in one go would hold up the whole console. */
function* piecesOf(event: Snapshot): Generator<string> {
	const { members, ...rest } = event.data;
	yield `${headOf(event)}${JSON.stringify(rest).slice(0, -1)},"members":[`;
	for (let start = 0; start < members.length; start += ROWS_AT_ONCE) {
		const rows = members.slice(start, start + ROWS_AT_ONCE).map((row) => JSON.stringify(row));
		yield `${start === 0 ? '' : ','}${rows.join(',')}`;
	}
	yield ']}\n\n';
}

/**
 * A stream of server-sent events that ends with its client, with the console, with its permission, or when the client
 * reads too slowly; whichever comes first unsubscribes, once.
 */
export function eventStream(source: EventSource): Response {
	let onCancel = (): void => undefined;
	const body = new ReadableStream<Uint8Array>(
		{
			start(controller) {
				onCancel = pump(source, controller);
			},
			cancel() {
				onCancel();
			},
		},
		new ByteLengthQueuingStrategy({ highWaterMark: 64 * 1024 }),
	);
	return new Response(body, {
		headers: {
			'content-type': 'text/event-stream; charset=utf-8',
			// no-transform: a compressing layer would hold events back.
			'cache-control': 'no-store, no-transform',
			'x-accel-buffering': 'no',
			'x-content-type-options': 'nosniff',
		},
	});
}

/** Feeds the stream until something ends it; returns what to call when the reader is gone. */
function pump(source: EventSource, controller: ReadableStreamDefaultController<Uint8Array>): () => void {
	const { signal, stopping, bytesBehindMax = BYTES_BEHIND_MAX, keepAliveMs = KEEP_ALIVE_MS } = source;
	let open = true;
	let unsubscribe = (): void => undefined;

	function release(): boolean {
		if (!open) {
			return false;
		}
		open = false;
		clearInterval(timer);
		signal.removeEventListener('abort', end);
		stopping.removeEventListener('abort', end);
		unsubscribe();
		return true;
	}
	function end(): void {
		if (release()) {
			controller.close();
		}
	}
	function send(bytes: Uint8Array): void {
		// What is queued already decides: one event larger than the bound (a first snapshot) may pass.
		const behind = -(controller.desiredSize ?? 0) > bytesBehindMax;
		if (open && behind && release()) {
			// Unlike close(), error() lets go of what is queued. Next takes an AbortError for the end it is.
			controller.error(new DOMException('The client reads too slowly.', 'AbortError'));
		} else if (open) {
			controller.enqueue(bytes);
		}
	}

	/** What comes while a snapshot is written waits behind it: an event is one piece of text to its reader. */
	let waiting: LiveEvent[] | null = null;
	function take(event: LiveEvent): void {
		if (waiting !== null) {
			waiting.push(event);
		} else if (event.kind === 'snapshot' && event.data.members.length > ROWS_AT_ONCE) {
			waiting = [];
			// A fault of this program ends this stream and nothing else; its reader comes back.
			sendPieces(event).catch(end);
		} else {
			send(toBytes(event));
		}
	}
	async function sendPieces(event: Snapshot): Promise<void> {
		for (const piece of piecesOf(event)) {
			if (!open) {
				return;
			}
			controller.enqueue(encoder.encode(piece));
			await turn();
		}
		const kept = waiting ?? [];
		waiting = null;
		kept.forEach(take);
	}

	const timer = setInterval(() => {
		if (waiting === null) {
			send(encoder.encode(': keep-alive\n\n'));
		}
		source.stillAllowed().then((allowed) => allowed || end(), end);
	}, keepAliveMs);
	signal.addEventListener('abort', end);
	stopping.addEventListener('abort', end);
	if (signal.aborted || stopping.aborted) {
		end();
		return release;
	}
	send(encoder.encode('retry: 1000\n\n'));
	// The subscription may call back at once, and that may already end the stream.
	const stop = source.subscribe(take);
	unsubscribe = stop;
	if (!open) {
		stop();
	}
	return release;
}
