import type { Socket } from 'node:net';
import type { TripwireEvent, TripwireKeeper } from '@/lib/core/ports';

/** With Linux' and libuv's 10 probes of one second a dead host is noticed after about 20 s, as `silent`. */
const KEEP_ALIVE_IDLE_MS = 10_000;
/** A greeting is read and dropped; who keeps talking is no idle connection and is hung up on. */
const BYTES_READ_MAX = 4_096;

/** Errors with which the other end (its kernel) takes the connection away. Any other is local or the network's: silent. */
const PEER_CLOSED_CODES = new Set(['ECONNRESET', 'EPIPE']);

export function endOfTripwire(errorCode: string | null): 'closed-by-peer' | 'silent' {
	return errorCode !== null && PEER_CLOSED_CODES.has(errorCode) ? 'closed-by-peer' : 'silent';
}

/**
 * Holds an accepted connection and reports its life to the keeper: `open` at once, then exactly one of `closed-by-peer`
 * (FIN or RST came in) or `silent` (keep-alive ran out, we hung up, the keeper's signal aborted). The socket is kept
 * reading: one that is paused never notices the peer's FIN. Nothing is ever written to it.
 */
export function holdTripwire(
	socket: Socket,
	options: {
		readonly keeper: TripwireKeeper;
		readonly openedAtMs: number;
		readonly nowMs: () => number;
		/** Called once the socket is let go, before the keeper is told. */
		readonly onEnd: () => void;
	},
): void {
	const { keeper, openedAtMs, nowMs, onEnd } = options;
	let ended = false;
	let bytesRead = 0;

	const end = (state: 'closed-by-peer' | 'silent') => {
		if (ended) {
			return;
		}
		ended = true;
		keeper.signal.removeEventListener('abort', hangUp);
		socket.destroy();
		onEnd();
		keeper.onEvent({ state, openedAtMs, atMs: nowMs() } satisfies TripwireEvent);
	};
	const hangUp = () => end('silent');

	socket.setKeepAlive(true, KEEP_ALIVE_IDLE_MS);
	keeper.signal.addEventListener('abort', hangUp, { once: true });
	socket.on('data', (chunk: Buffer) => {
		bytesRead += chunk.length;
		if (bytesRead > BYTES_READ_MAX) {
			hangUp();
		}
	});
	socket.on('end', () => end('closed-by-peer'));
	socket.on('error', (error: NodeJS.ErrnoException) => end(endOfTripwire(error.code ?? null)));
	// Without an end or an error before it, the close was our own.
	socket.on('close', hangUp);

	// Data and end come on a later tick: `open` is still the first.
	socket.resume();
	keeper.onEvent({ state: 'open', openedAtMs, atMs: nowMs() } satisfies TripwireEvent);
}
