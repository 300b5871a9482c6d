import net from 'node:net';

/**
 * Stands between the servers of an ensemble: the others reach a server's quorum port through it. Listens on the same port
 * as the server does, on another loopback address, for a server proves its peers by their ports.
 */
export class PeerLink {
	readonly #port: number;
	readonly #listener: net.Server;
	readonly #pairs = new Set<{ readonly peer: net.Socket; readonly server: net.Socket }>();
	#severed = false;
	#failure: Error | null = null;

	constructor(host: string, port: number) {
		this.#port = port;
		this.#listener = net.createServer((peer) => this.#accept(peer));
		this.#listener.on('error', (error) => {
			this.#failure = error;
		});
		this.#listener.listen(port, host);
	}

	/** Why it could not listen; null when it does. */
	get failure(): Error | null {
		return this.#failure;
	}

	/** Both ends of every connection are reset; new ones pass. */
	#reset(): void {
		for (const { peer, server } of this.#pairs) {
			peer.resetAndDestroy();
			server.resetAndDestroy();
		}
	}

	/**
	 * A partition that the peers notice at once and the server itself not before its own time-outs: their ends are reset and
	 * refused from now on, its own stay open and silent.
	 */
	sever(): void {
		this.#severed = true;
		for (const { peer } of this.#pairs) peer.resetAndDestroy();
	}

	/** New connections pass again, and the server learns that the old ones ended. */
	heal(): void {
		this.#severed = false;
		this.#reset();
	}

	close(): void {
		this.#listener.close();
		this.#reset();
	}

	#accept(peer: net.Socket): void {
		if (this.#severed) {
			peer.resetAndDestroy();
			return;
		}
		const server = net.connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
		const pair = { peer: peer.setNoDelay(true), server };
		this.#pairs.add(pair);
		peer.on('data', (chunk) => server.write(chunk));
		// What a severed server says is lost.
		server.on('data', (chunk) => peer.writable && peer.write(chunk));
		for (const socket of [peer, server]) socket.on('error', () => socket.destroy());
		peer.on('close', () => this.#severed || server.destroy());
		server.on('close', () => {
			this.#pairs.delete(pair);
			peer.destroy();
		});
	}
}
