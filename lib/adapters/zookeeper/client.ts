import { toHex } from '@/lib/core/ids';
import type {
	Clock,
	CreateMode,
	MultiResult,
	WatchHandle,
	ZnodeStat,
	ZooKeeperConnection,
	ZooKeeperOp,
	ZooKeeperPort,
	ZooKeeperState,
} from '@/lib/core/ports';
import { Backoff } from './backoff';
import { createCall, deleteCall, type Listing, setDataCall, type Value } from './codec';
import { connectionOver, readsOver, runMulti, type Send, sendCall } from './connection';
import { ZooKeeperError } from './error';
import { ConnectionManager } from './library';
import { Requests } from './requests';
import { parseServers, type ServerAddress } from './servers';
import type { TlsFiles } from './socket';
import { Watches } from './watches';
import { Wire } from './wire';

export { ZooKeeperError } from './error';

const { STATES } = ConnectionManager;
/** How long close() waits for the server to confirm the end of the session. */
const CLOSE_MS = 2_000;

export type ZooKeeperLog = (level: 'info' | 'warn', message: string, detail: Readonly<Record<string, unknown>>) => void;

export type ZooKeeperOptions = {
	/** 'host:port,[::1]:port', without a chroot. */
	readonly connect: string;
	/** '' or '/chroot'; every path given and answered is relative to it. It must exist. */
	readonly chroot: string;
	/** What is asked for; the server may grant another (2 to 20 of its ticks). */
	readonly sessionTimeoutMs: number;
	/** Sent before anything else on each connection; what this client creates then belongs to these credentials alone. */
	readonly auth: { readonly scheme: string; readonly credentials: string } | null;
	/** PEM files, read at each attempt. */
	readonly tls: TlsFiles | null;
	readonly clock: Clock;
	readonly log?: ZooKeeperLog | undefined;
	/** For one call, from the moment it is made; two thirds of the session timeout by default. */
	readonly deadlineMs?: number | undefined;
};

/**
 * Connects in the background and keeps at it: an ensemble that is down is a state, never an error. Throws RangeError for a
 * connect string that names no server.
 */
export function connectZooKeeper(options: ZooKeeperOptions): ZooKeeperPort {
	return new ZooKeeperClient(options, parseServers(options.connect));
}

/** Sessions come and go beneath it, one Wire each; requests, watches and listeners stay. */
class ZooKeeperClient implements ZooKeeperPort {
	readonly #options: ZooKeeperOptions;
	readonly #servers: readonly ServerAddress[];
	readonly #backoff: Backoff;
	readonly #requests = new Requests();
	readonly #watches: Watches;
	readonly #listeners = new Set<(state: ZooKeeperState) => void>();
	readonly #deadlineMs: number;
	readonly #reads: ReturnType<typeof readsOver>;
	readonly #send: Send;
	readonly #owned: boolean;
	#lastTrouble: string | null = null;
	#state: ZooKeeperState;
	#wire: Wire;
	#generation = 0;
	#heardAtMs: number | null = null;
	#expiry: NodeJS.Timeout | null = null;
	#closing: Promise<void> | null = null;

	constructor(options: ZooKeeperOptions, servers: readonly ServerAddress[]) {
		this.#options = options;
		this.#servers = servers;
		this.#deadlineMs = options.deadlineMs ?? (options.sessionTimeoutMs * 2) / 3;
		this.#backoff = new Backoff(servers.length);
		this.#owned = options.auth !== null;
		this.#send = (call) => this.#requests.send(call, this.#deadlineMs);
		this.#reads = readsOver(this.#send);
		this.#state = { kind: 'connecting', sinceMs: options.clock.nowMs(), lastError: null };
		this.#watches = new Watches({
			send: (call, generation) => this.#requests.send(call, this.#deadlineMs, generation),
			generation: () => this.#requests.generation,
			onTrouble: (message, path, error) => this.#log('warn', message, { path, error: String(error) }),
		});
		this.#wire = this.#openSession();
	}

	state(): ZooKeeperState {
		return this.#state;
	}

	onState(listener: (state: ZooKeeperState) => void): () => void {
		this.#listeners.add(listener);
		this.#tell(listener);
		return () => this.#listeners.delete(listener);
	}

	lastHeardAtMs(): number | null {
		return this.#heardAtMs;
	}

	stat(path: string): Promise<ZnodeStat | null> {
		return this.#reads.stat(path);
	}

	read(path: string): Promise<Value> {
		return this.#reads.read(path);
	}

	children(path: string): Promise<Listing> {
		return this.#reads.children(path);
	}

	create(path: string, data: Uint8Array, mode: CreateMode): Promise<string> {
		return sendCall(this.#send, () => createCall(path, data, mode, this.#owned));
	}

	set(path: string, data: Uint8Array, version: number): Promise<ZnodeStat> {
		return sendCall(this.#send, () => setDataCall(path, data, version));
	}

	remove(path: string, version: number): Promise<void> {
		return sendCall(this.#send, () => deleteCall(path, version));
	}

	multi(ops: readonly ZooKeeperOp[]): Promise<MultiResult> {
		return runMulti(this.#send, ops, this.#owned);
	}

	async onConnection<T>(work: (connection: ZooKeeperConnection) => Promise<T>): Promise<T> {
		const { generation } = this.#requests;
		if (this.#state.kind === 'closed') throw new ZooKeeperError('closed', null);
		if (this.#state.kind !== 'connected' || generation === null) throw new ZooKeeperError('not-connected', null);
		const send: Send = (call) => this.#requests.send(call, this.#deadlineMs, generation);
		return await work(connectionOver(send, this.#state.sessionId, this.#owned, this.#options.clock));
	}

	watchChildren(path: string, onListing: (listing: Listing) => void): WatchHandle {
		return this.#watches.watchChildren(path, onListing);
	}

	watchData(path: string, onData: (value: Value) => void): WatchHandle {
		return this.#watches.watchData(path, onData);
	}

	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		if (this.#expiry) clearTimeout(this.#expiry);
		this.#watches.close();
		await this.#wire.endSession(CLOSE_MS);
		this.#requests.close();
		this.#setState({ kind: 'closed', sinceMs: this.#now() });
		this.#listeners.clear();
	}

	#openSession(): Wire {
		const { chroot, sessionTimeoutMs, auth, tls, clock } = this.#options;
		const wire: Wire = new Wire({
			servers: this.#servers,
			chroot: chroot === '/' ? '' : chroot,
			sessionTimeoutMs,
			auth,
			tls,
			clock,
			backoff: this.#backoff,
			onState: (state) => this.#wireChanged(wire, state),
			onDown: () => this.#down(wire),
			onWatchEvent: (event) => this.#watches.onEvent(event),
			onTrouble: (message) => this.#trouble(message),
			onHeard: (nowMs) => {
				this.#heardAtMs = nowMs;
			},
		});
		wire.connect();
		return wire;
	}

	#wireChanged(wire: Wire, state: number): void {
		if (state === STATES.CONNECTED) this.#up(wire);
		// The session is over: expired, or its credentials were refused. The back-off paces what follows.
		if (state === STATES.CLOSED) this.#replaceSession();
	}

	#up(wire: Wire): void {
		if (this.#expiry) clearTimeout(this.#expiry);
		this.#generation++;
		const sessionId = wire.sessionId.readBigUInt64BE();
		const { server, sessionTimeout } = wire;
		this.#state = { kind: 'connected', sinceMs: this.#now(), sessionId, server, generation: this.#generation };
		this.#log('info', 'connected', { server, sessionId: toHex(sessionId), sessionTimeoutMs: sessionTimeout });
		this.#requests.connected(wire, this.#generation);
		for (const listener of this.#listeners) this.#tell(listener);
		this.#watches.connected();
	}

	#down(wire: Wire): void {
		this.#requests.disconnected();
		// The server's word on the expiry comes only with the next connection, which may be long in coming.
		this.#expiry = setTimeout(() => {
			this.#trouble('the session has expired while there was no connection');
			this.#replaceSession();
		}, wire.sessionTimeout);
		this.#setState({ kind: 'connecting', sinceMs: this.#now(), lastError: this.#lastTrouble });
	}

	#replaceSession(): void {
		if (this.#closing) return;
		if (this.#expiry) clearTimeout(this.#expiry);
		this.#wire.abandon();
		this.#wire = this.#openSession();
	}

	#trouble(message: string): void {
		if (message !== this.#lastTrouble) this.#log('warn', message, { connect: this.#options.connect });
		this.#lastTrouble = message;
		if (this.#state.kind === 'connecting' && this.#state.lastError !== message)
			this.#setState({ ...this.#state, lastError: message });
	}

	#setState(state: ZooKeeperState): void {
		this.#state = state;
		for (const listener of this.#listeners) this.#tell(listener);
	}

	#tell(listener: (state: ZooKeeperState) => void): void {
		try {
			listener(this.#state);
		} catch (error) {
			this.#log('warn', 'a state listener threw', { error: String(error) });
		}
	}

	#log(...entry: Parameters<ZooKeeperLog>): void {
		this.#options.log?.(...entry);
	}

	#now(): number {
		return this.#options.clock.nowMs();
	}
}
