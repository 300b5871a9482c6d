import type { Call } from './codec';
import { provesNothingDone, toErrorCode, ZooKeeperError } from './error';
import type { ConnectionManager, jute } from './library';
import { NEVER_SENT } from './wire';

/** Pipelined on one connection: enough to keep a server busy, few enough that a ping is not far behind them. */
const IN_FLIGHT_MAX = 512;
/** Callers that wait for their turn; each has a deadline, this bounds their memory. */
const WAITING_MAX = 200_000;
/** ZooKeeper's code for a path that does not exist. */
const NO_NODE = -101;

/** What a request needs of the present connection. */
export type Carrier = {
	queue(request: jute.Request, callback: ConnectionManager.PacketCallback): void;
	/** True when the packet was still ours to take back. */
	withdraw(request: jute.Request): boolean;
};

type Entry = {
	readonly call: Call<unknown>;
	/** The one connection it may go out on; null: any. */
	readonly generation: number | null;
	readonly timer: NodeJS.Timeout;
	stage: 'waiting' | 'handed-over' | 'settled';
	readonly resolve: (payload: unknown) => void;
	readonly reject: (error: unknown) => void;
};

/**
 * Gives every call a deadline and a turn. Invariants: a write is only ever handed to the connection that was there when it
 * was called; a call that was given up before it went out never goes out; each promise settles exactly once.
 */
export class Requests {
	readonly #waiting = new Set<Entry>();
	#inFlight = 0;
	#carrier: Carrier | null = null;
	#generation = 0;
	#closed = false;

	get generation(): number | null {
		return this.#carrier === null ? null : this.#generation;
	}

	connected(carrier: Carrier, generation: number): void {
		this.#carrier = carrier;
		this.#generation = generation;
		this.#inFlight = 0;
		this.#pump();
	}

	/** Reads that may use any connection go on waiting; all else that waits was bound to the one that is gone. */
	disconnected(): void {
		this.#carrier = null;
		for (const entry of this.#waiting) {
			if (entry.generation !== null) this.#fail(entry, new ZooKeeperError('connection-changed', entry.call.path));
		}
	}

	close(): void {
		this.#closed = true;
		this.#carrier = null;
		for (const entry of this.#waiting) this.#fail(entry, new ZooKeeperError('closed', entry.call.path));
	}

	/**
	 * Sends a call and resolves with its decoded answer. A read waits for a connection, unless bound to a `generation`; a
	 * write rejects with 'not-connected' at once when there is none. Rejects with ZooKeeperError alone; `mayHaveHappened`
	 * says whether a write had left.
	 */
	async send<T>(call: Call<T>, deadlineMs: number, generation: number | null = null): Promise<T> {
		const { path } = call;
		if (this.#closed) throw new ZooKeeperError('closed', path);
		if (call.isWrite && this.#carrier === null)
			throw new ZooKeeperError(generation === null ? 'not-connected' : 'connection-changed', path);
		if (generation !== null && generation !== this.generation) throw new ZooKeeperError('connection-changed', path);
		if (this.#waiting.size >= WAITING_MAX)
			throw new ZooKeeperError('other', path, { detail: `${WAITING_MAX} calls are waiting already.` });
		const bound = call.isWrite ? this.#generation : generation;
		const payload = await new Promise<unknown>((resolve, reject) => {
			const timer = setTimeout(() => this.#expire(entry, deadlineMs), deadlineMs);
			const entry: Entry = { call, generation: bound, timer, stage: 'waiting', resolve, reject };
			this.#waiting.add(entry);
			this.#pump();
		});
		return call.decode(payload);
	}

	#pump(): void {
		for (const entry of this.#waiting) {
			if (this.#carrier === null || this.#inFlight >= IN_FLIGHT_MAX) return;
			this.#waiting.delete(entry);
			this.#handOver(entry, this.#carrier);
		}
	}

	#handOver(entry: Entry, carrier: Carrier): void {
		entry.stage = 'handed-over';
		this.#inFlight++;
		const generation = this.#generation;
		carrier.queue(entry.call.request, (error, response) => {
			if (generation === this.#generation) this.#inFlight--;
			if (entry.stage !== 'settled') this.#settle(entry, error, response);
			this.#pump();
		});
	}

	#settle(entry: Entry, error: (Error & { code?: number }) | null, response: jute.Response | undefined): void {
		const { path, isWrite } = entry.call;
		if (error === null && response !== undefined) {
			this.#end(entry);
			entry.resolve(response.payload);
		} else if (error === NEVER_SENT) {
			const code = entry.generation === null ? 'not-connected' : 'connection-changed';
			this.#fail(entry, new ZooKeeperError(code, path));
		} else if (response !== undefined && !isWrite && error?.code === NO_NODE) {
			this.#end(entry);
			entry.resolve(null);
		} else if (response !== undefined) {
			// The server itself gave this error.
			const code = error?.code ?? 0;
			const mayHaveHappened = isWrite && !provesNothingDone(code);
			const detail = `ZooKeeper's code: ${code}.`;
			this.#fail(entry, new ZooKeeperError(toErrorCode(code), path, { detail, mayHaveHappened }));
		} else {
			const code = !isWrite && entry.generation !== null ? 'connection-changed' : 'connection-loss';
			this.#fail(entry, new ZooKeeperError(code, path, { mayHaveHappened: isWrite }));
		}
	}

	#expire(entry: Entry, deadlineMs: number): void {
		if (entry.stage === 'settled') return;
		const { path, isWrite, request } = entry.call;
		const withdrawn = entry.stage === 'waiting' || this.#carrier?.withdraw(request) === true;
		if (withdrawn && entry.stage === 'handed-over') this.#inFlight--;
		const detail = withdrawn ? `It was not sent within ${deadlineMs} ms and never will be.` : `${deadlineMs} ms.`;
		const never = this.#carrier === null && withdrawn;
		const more = { detail, mayHaveHappened: isWrite && !withdrawn };
		this.#fail(entry, new ZooKeeperError(never ? 'not-connected' : 'deadline', path, more));
		if (withdrawn) this.#pump();
	}

	#end(entry: Entry): void {
		entry.stage = 'settled';
		clearTimeout(entry.timer);
		this.#waiting.delete(entry);
	}

	#fail(entry: Entry, error: ZooKeeperError): void {
		this.#end(entry);
		entry.reject(error);
	}
}
