import type net from 'node:net';
import type { Clock } from '@/lib/core/ports';
import type { Backoff } from './backoff';
import { Framing } from './framing';
import { ConnectionManager, jute } from './library';
import { formatServer, type ServerAddress, shuffle } from './servers';
import { openSocket, readyEvent, type TlsFiles } from './socket';
import { Watchdog } from './watchdog';

const { STATES } = ConnectionManager;

export type WatchEvent = { readonly type: number; readonly path: string };

export type WireOptions = {
	servers: readonly ServerAddress[];
	/** '' or '/chroot'; the library prefixes it to every path and takes it off every answer. */
	chroot: string;
	sessionTimeoutMs: number;
	auth: { scheme: string; credentials: string } | null;
	tls: TlsFiles | null;
	clock: Clock;
	backoff: Backoff;
	/** One of the library's states; see `STATES`. */
	onState: (state: number) => void;
	/** The connection that was there is gone; nothing may be queued from now on. Told before pending calls end. */
	onDown: () => void;
	onWatchEvent: (event: WatchEvent) => void;
	/** Why the latest attempt or connection failed, in words. */
	onTrouble: (message: string) => void;
	/** Bytes came from the server. */
	onHeard: (nowMs: number) => void;
};

/** Given to the callback of a packet that never left: what it asks for did not and will not happen. */
export const NEVER_SENT = Object.assign(new Error('never sent'), { code: 0 });

/**
 * One ZooKeeper session: the library's ConnectionManager with what it lacks. It keeps reconnecting until its session has
 * expired, its credentials are refused or it is abandoned. What it adds: a time limit for the handshake and a watchdog,
 * back-off, TLS, frames that a disconnect cannot tear, no packet kept for a later connection, no setWatches.
 */
export class Wire extends ConnectionManager {
	readonly #options: WireOptions;
	readonly #order: ServerAddress[];
	readonly #framing = new Framing();
	#attempt = 0;
	#server: ServerAddress | null = null;
	#connectedAtMs: number | null = null;
	#heardAtMs = 0;
	#ended = false;
	#isUp = false;
	#connectTimer: NodeJS.Timeout | null = null;
	#handshakeTimer: NodeJS.Timeout | null = null;
	#watchdog: Watchdog | null = null;

	constructor(options: WireOptions) {
		const timing = { sessionTimeout: options.sessionTimeoutMs, spinDelay: 0, retries: 0 };
		// The library gets a host of no meaning with the chroot: it reads no IPv6, so the servers are chosen here.
		super(`zookeeper${options.chroot}`, timing, (state) => this.#stateChanged(state));
		this.#options = options;
		this.#order = shuffle(options.servers, Math.random);
		// Watches are kept and re-armed by their registry: the library would send all of them in one packet, which the
		// server refuses above about 1 MB, and its dispatch throws on events that it does not know.
		this.watcherManager = {
			isEmpty: () => true,
			emit: ({ type, path }) => options.onWatchEvent({ type, path }),
		};
		if (options.auth) this.addAuthInfo(options.auth.scheme, Buffer.from(options.auth.credentials, 'utf8'));
	}

	/** host:port of the present or latest connection. */
	get server(): string {
		return this.#server === null ? '' : formatServer(this.#server);
	}

	override connect(): void {
		if (this.#ended) return;
		this.setState(STATES.CONNECTING);
		this.#connectTimer = setTimeout(() => void this.#open(), this.#options.backoff.nextMs());
	}

	async #open(): Promise<void> {
		const server = this.#order[this.#attempt++ % this.#order.length];
		if (server === undefined || this.#ended) return;
		this.#server = server;
		try {
			const socket = await openSocket(server, this.#options.tls);
			this.#attach(socket);
		} catch (error) {
			// A certificate file that cannot be read: no socket, hence no 'close' to go on from.
			this.#trouble(error instanceof Error ? error.message : String(error));
			this.onSocketClosed(true);
		}
	}

	#attach(socket: net.Socket): void {
		this.socket = socket;
		// Half of what is left of the session after the watchdog's share, so that a second server can still be tried.
		const limitMs = Math.max(300, Math.min(5_000, this.sessionTimeout / 4));
		this.#handshakeTimer = setTimeout(() => this.#fail(`no answer within ${Math.round(limitMs)} ms`), limitMs);
		socket.on(readyEvent(this.#options.tls), () => this.onSocketConnected());
		socket.on('data', (chunk) => this.onSocketData(chunk));
		socket.on('drain', () => this.onSocketDrain());
		socket.on('error', (error: NodeJS.ErrnoException) => {
			this.#trouble(`${this.server}: ${error.code ?? error.message}`);
			this.#down();
		});
		socket.on('end', () => {
			this.#trouble(`${this.server}: closed by the server`);
			this.#down();
		});
		socket.on('close', (hadError) => this.onSocketClosed(hadError));
		if (this.#ended) socket.destroy();
	}

	#trouble(message: string): void {
		if (!this.#ended) this.#options.onTrouble(message);
	}

	#fail(why: string): void {
		this.#trouble(`${this.server}: ${why}`);
		this.#down();
		this.socket?.destroy();
	}

	/** Once for each connection, as soon as it is known to be over; 'close' may be a turn away. */
	#down(): void {
		if (!this.#isUp) return;
		this.#isUp = false;
		if (!this.#ended) this.#options.onDown();
	}

	override onSocketData(chunk: Buffer): void {
		this.#heardAtMs = this.#options.clock.nowMs();
		this.#options.onHeard(this.#heardAtMs);
		try {
			for (const frame of this.#framing.push(chunk)) {
				if (this.socket?.destroyed) return;
				super.onSocketData(frame);
			}
		} catch (error) {
			// An answer that cannot be read leaves every later one in doubt: begin again on a new connection.
			this.#fail(`unreadable answer: ${error instanceof Error ? error.message : String(error)}`);
		}
	}

	override onSocketClosed(hadError: boolean): void {
		this.#down();
		this.#stopTimers();
		this.#framing.reset();
		this.pendingBuffer = null;
		const { clock, backoff } = this.#options;
		backoff.ended(this.#connectedAtMs === null ? null : clock.nowMs() - this.#connectedAtMs);
		this.#connectedAtMs = null;
		const unsent = this.packetQueue.queue.splice(0);
		super.onSocketClosed(hadError);
		for (const packet of unsent) packet.callback(NEVER_SENT);
	}

	#stateChanged(state: number): void {
		if (state === STATES.CONNECTED) {
			if (this.#handshakeTimer) clearTimeout(this.#handshakeTimer);
			this.#connectedAtMs = this.#options.clock.nowMs();
			this.#isUp = true;
			this.#watchdog = this.#watch();
		}
		// The server closes a refused connection, unless it dies first.
		if (state === STATES.SESSION_EXPIRED) this.#fail('the session has expired');
		if (state === STATES.AUTHENTICATION_FAILED) this.#fail('the credentials were refused');
		if (!this.#ended) this.#options.onState(state);
	}

	#watch(): Watchdog {
		return new Watchdog({
			timeoutMs: this.sessionTimeout,
			nowMs: () => this.#options.clock.nowMs(),
			heardAtMs: () => this.#heardAtMs,
			ping: () => {
				this.queue(new jute.Request(new jute.protocol.RequestHeader(jute.XID_PING, jute.OP_CODES.PING), null));
			},
			onDead: (silentMs) => this.#fail(`silent for ${Math.round(silentMs)} ms`),
		});
	}

	/** The watchdog pings. */
	override onSocketTimeout(): void {}

	/** Nothing is kept for a later connection: a caller may have given up by then. Credentials alone go ahead of it. */
	override queue(request: jute.Request, callback: ConnectionManager.PacketCallback = () => {}): void {
		const type = request.header?.type;
		const mayWait = type === jute.OP_CODES.AUTH || type === jute.OP_CODES.CLOSE_SESSION;
		if (!this.#isUp && !mayWait) callback(NEVER_SENT);
		else super.queue(request, callback);
	}

	/** The library stops at a full socket only until the next packet comes: what is written cannot be taken back any more. */
	override onPacketQueueReadable(): void {
		const { socket } = this;
		if (socket === undefined || socket.writableNeedDrain) return;
		// What is queued within one turn leaves in one system call.
		if (socket.writableCorked === 0) {
			socket.cork();
			process.nextTick(() => socket.uncork());
		}
		super.onPacketQueueReadable();
	}

	/** Takes back a packet that waits behind a full socket; false when it has gone out already. */
	withdraw(request: jute.Request): boolean {
		const index = this.packetQueue.queue.findIndex((packet) => packet.request === request);
		if (index === -1) return false;
		this.packetQueue.queue.splice(index, 1);
		return true;
	}

	/** Lets the session expire by itself: no state is told any more, and what is pending ends at once. */
	abandon(): void {
		this.#ended = true;
		this.#stopTimers();
		if (this.#connectTimer) clearTimeout(this.#connectTimer);
		this.socket?.destroy();
	}

	/** Ends the session on the server (its ephemerals go) and resolves when that is done, or after `limitMs`. */
	async endSession(limitMs: number): Promise<void> {
		this.#ended = true;
		const { socket } = this;
		if (this.state === STATES.CONNECTED && socket !== undefined) {
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, limitMs);
				socket.once('close', () => {
					clearTimeout(timer);
					resolve();
				});
				super.close();
			});
		}
		this.abandon();
	}

	#stopTimers(): void {
		this.#watchdog?.stop();
		if (this.#handshakeTimer) clearTimeout(this.#handshakeTimer);
	}
}
