import net from 'node:net';

/** What the first bytes of a connection are kept for; enough for a handshake and some requests. */
const RECORDED_BYTES_MAX = 64 * 1024;

type Pair = { client: net.Socket; server: net.Socket; recorded: Buffer[]; recordedBytes: number };

/** A loopback TCP proxy in front of one real server, which breaks connections in the ways that networks do. */
export type TcpProxy = {
	readonly port: number;
	/** 'host:port'. */
	readonly connect: string;
	/** Connections accepted since the start. */
	accepted(): number;
	/** First bytes that the client of the n-th accepted connection sent. */
	sent(connection: number): Buffer;
	/** Undoes everything below for connections made from now on, and for those still open. */
	pass(): void;
	/** Half-open: connections are accepted and stay, every byte either way is lost; ends are not passed on either. */
	drop(): void;
	/** The servers' answers are lost while requests still arrive. */
	dropAnswers(): void;
	/** Ends every connection with RST, both ways. */
	reset(): void;
	/** Passes that many more bytes of answers, then ends the connection: in the middle of a packet. */
	cutAnswersAfter(bytes: number): void;
	/** Every chunk, either way, arrives this much later; order is kept. */
	delay(ms: number): void;
	/** Reads nothing more from clients, so that their socket fills up. */
	pause(): void;
	/** Ends each new connection as soon as it is made. */
	slam(): void;
	/** New connections are refused; those open stay. */
	stopAccepting(): Promise<void>;
	/** Listens again on the same port. */
	acceptAgain(): Promise<void>;
	close(): Promise<void>;
};

type Fault = 'none' | 'drop' | 'drop-answers' | 'pause' | 'slam';

class FaultProxy implements TcpProxy {
	readonly #target: number;
	readonly #pairs = new Set<Pair>();
	readonly #sent: Pair[] = [];
	#listener = net.createServer();
	#fault: Fault = 'none';
	#delayMs = 0;
	#cutAfter: number | null = null;
	#port = 0;
	readonly #host: string;

	constructor(targetPort: number, host: string) {
		this.#target = targetPort;
		this.#host = host;
	}

	get port(): number {
		return this.#port;
	}

	get connect(): string {
		return `${this.#host}:${this.#port}`;
	}

	async acceptAgain(): Promise<void> {
		this.#listener = net.createServer((client) => this.#accept(client));
		await new Promise<void>((resolve, reject) => {
			this.#listener.once('error', reject);
			this.#listener.listen(this.#port, this.#host, resolve);
		});
		const address = this.#listener.address();
		if (typeof address === 'object' && address !== null) this.#port = address.port;
	}

	accepted(): number {
		return this.#sent.length;
	}

	sent(connection: number): Buffer {
		return Buffer.concat(this.#sent[connection]?.recorded ?? []);
	}

	pass(): void {
		this.#fault = 'none';
		this.#delayMs = 0;
		this.#cutAfter = null;
		for (const pair of this.#pairs) pair.client.resume();
	}

	drop(): void {
		this.#fault = 'drop';
	}

	dropAnswers(): void {
		this.#fault = 'drop-answers';
	}

	pause(): void {
		this.#fault = 'pause';
		for (const pair of this.#pairs) pair.client.pause();
	}

	slam(): void {
		this.#fault = 'slam';
	}

	delay(ms: number): void {
		this.#delayMs = ms;
	}

	cutAnswersAfter(bytes: number): void {
		this.#cutAfter = bytes;
	}

	reset(): void {
		for (const { client, server } of this.#pairs) {
			client.resetAndDestroy();
			server.resetAndDestroy();
		}
	}

	async stopAccepting(): Promise<void> {
		// close() waits for open connections too; the port is free as soon as it is called.
		this.#listener.close();
		await new Promise((resolve) => setImmediate(resolve));
	}

	async close(): Promise<void> {
		this.#listener.close();
		this.reset();
		await new Promise((resolve) => setImmediate(resolve));
	}

	#accept(client: net.Socket): void {
		const server = net.connect({ host: '127.0.0.1', port: this.#target, noDelay: true });
		const pair: Pair = { client: client.setNoDelay(true), server, recorded: [], recordedBytes: 0 };
		this.#pairs.add(pair);
		this.#sent.push(pair);
		client.on('data', (chunk) => this.#fromClient(pair, chunk));
		server.on('data', (chunk) => this.#fromServer(pair, chunk));
		for (const [socket, other] of [
			[client, server],
			[server, client],
		] as const) {
			// 'close' follows every error and does what is to be done.
			socket.on('error', () => socket.destroy());
			socket.on('close', () => {
				this.#pairs.delete(pair);
				if (this.#fault !== 'drop') other.destroy();
			});
		}
		if (this.#fault === 'slam') client.destroy();
		if (this.#fault === 'pause') client.pause();
	}

	#fromClient(pair: Pair, chunk: Buffer): void {
		if (pair.recordedBytes < RECORDED_BYTES_MAX) pair.recorded.push(chunk);
		pair.recordedBytes += chunk.length;
		if (this.#fault !== 'drop') this.#forward(chunk, pair.server);
	}

	#fromServer(pair: Pair, chunk: Buffer): void {
		if (this.#fault === 'drop' || this.#fault === 'drop-answers') return;
		if (this.#cutAfter === null || chunk.length < this.#cutAfter) {
			if (this.#cutAfter !== null) this.#cutAfter -= chunk.length;
			this.#forward(chunk, pair.client);
			return;
		}
		pair.client.end(chunk.subarray(0, this.#cutAfter));
		this.#cutAfter = null;
		pair.server.destroy();
	}

	#forward(chunk: Buffer, to: net.Socket): void {
		if (this.#delayMs === 0) to.write(chunk);
		else setTimeout(() => to.writable && to.write(chunk), this.#delayMs);
	}
}

/** Stands at `host`, one of this machine's loopback addresses, before a port of 127.0.0.1. */
export async function startTcpProxy(targetPort: number, host = '127.0.0.1'): Promise<TcpProxy> {
	const proxy = new FaultProxy(targetPort, host);
	await proxy.acceptAgain();
	return proxy;
}
