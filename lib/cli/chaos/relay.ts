import net from 'node:net';

/** Copies bytes between whoever connects and a target: a NAT, a virtual IP, or what stands before an AdminServer. */
export type Relay = {
	readonly port: number;
	/** Accepts nothing any more and closes all connections; those who connect are refused. */
	stop(): Promise<void>;
	/** Listens again on the same port. */
	startAgain(): Promise<void>;
	/** Every connection is reset, both ways. */
	reset(): void;
	/** Everything stays open and nothing is passed on: as hangs a server whose threads are all busy. */
	hang(): void;
	goOn(): void;
	close(): void;
};

export type RelayOptions = {
	readonly ip: string;
	/** 0: any free one. */
	readonly port: number;
	/** Asked for each connection; null: it is closed at once. */
	readonly target: () => { readonly host: string; readonly port: number } | null;
	/** The address from which it connects to the target. */
	readonly from?: string;
};

type Pair = { readonly client: net.Socket; readonly server: net.Socket };

export async function startRelay(options: RelayOptions): Promise<Relay> {
	const pairs = new Set<Pair>();
	let listener: net.Server | null = null;
	let hanging = false;
	let port = options.port;

	function join(client: net.Socket): void {
		const target = options.target();
		if (target === null) {
			client.destroy();
			return;
		}
		const server = net.connect({ ...target, localAddress: options.from });
		const pair = { client, server };
		pairs.add(pair);
		for (const [socket, other] of [
			[client, server],
			[server, client],
		] as const) {
			socket.on('error', () => socket.destroy());
			socket.on('close', () => {
				pairs.delete(pair);
				other.destroy();
			});
			socket.on('data', (chunk) => {
				other.write(chunk);
			});
			if (hanging) {
				socket.pause();
			}
		}
	}

	async function listen(): Promise<void> {
		const server = net.createServer(join);
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(port, options.ip, resolve);
		});
		const address = server.address();
		port = typeof address === 'object' && address !== null ? address.port : port;
		listener = server;
	}

	function endAll(): void {
		for (const { client, server } of pairs) {
			client.destroy();
			server.destroy();
		}
	}

	function close(): void {
		listener?.close();
		listener = null;
		endAll();
	}

	await listen();
	return {
		port,
		async stop() {
			close();
			await new Promise((resolve) => setImmediate(resolve));
		},
		startAgain: listen,
		reset() {
			for (const { client, server } of pairs) {
				client.resetAndDestroy();
				server.resetAndDestroy();
			}
		},
		hang() {
			hanging = true;
			for (const { client, server } of pairs) {
				client.pause();
				server.pause();
			}
		},
		goOn() {
			hanging = false;
			for (const { client, server } of pairs) {
				client.resume();
				server.resume();
			}
		},
		close,
	};
}
