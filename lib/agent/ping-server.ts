import { createServer, type RequestListener, type Server } from 'node:http';
import { toHex } from '@/lib/core/ids';

export const PING_PATH = '/.well-known/rollcall';
/** It answers a small question and keeps nobody. */
const CONNECTIONS_MAX = 64;
const PATIENCE_MS = 5_000;

export type PingServer = { readonly port: number; close(): Promise<void> };

/** What the ping tells of this process; null: it has no session of ZooKeeper, and names nobody. */
export type PingIdentity = () => {
	readonly sessionId: bigint;
	readonly startNonce: string;
	readonly path: string;
} | null;

/**
 * Answers `GET /.well-known/rollcall` with `{sessionId: '0x…', startNonce, path}` (docs/agent.md), or 503 while there is no
 * session. Port 0: any free one. Rejects when it cannot listen there (EADDRINUSE, EADDRNOTAVAIL …).
 */
export async function servePing(options: {
	readonly host: string;
	readonly port: number;
	readonly identity: PingIdentity;
}): Promise<PingServer> {
	const server = createServer(answerWith(options.identity));
	server.maxConnections = CONNECTIONS_MAX;
	server.headersTimeout = PATIENCE_MS;
	server.requestTimeout = PATIENCE_MS;
	server.keepAliveTimeout = PATIENCE_MS;
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(options.port, options.host, resolve);
	});
	const address = server.address();
	return {
		port: typeof address === 'object' && address !== null ? address.port : options.port,
		close: () => closeServer(server),
	};
}

function answerWith(identity: PingIdentity): RequestListener {
	return (request, response) => {
		const answer = (status: number, body: object) => {
			response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
			response.end(request.method === 'HEAD' ? undefined : `${JSON.stringify(body)}\n`);
		};
		// Nobody has anything to say to it: what comes is not kept.
		request.resume();
		if (request.url?.split('?')[0] !== PING_PATH) {
			answer(404, { error: `not found; ask for ${PING_PATH}` });
		} else if (request.method !== 'GET' && request.method !== 'HEAD') {
			response.setHeader('allow', 'GET, HEAD');
			answer(405, { error: 'only GET and HEAD' });
		} else {
			const known = identity();
			if (known === null) {
				answer(503, { error: 'no session of ZooKeeper' });
			} else {
				answer(200, { sessionId: toHex(known.sessionId), startNonce: known.startNonce, path: known.path });
			}
		}
	};
}

function closeServer(server: Server): Promise<void> {
	return new Promise((resolve) => {
		server.close(() => resolve());
		server.closeAllConnections();
	});
}
