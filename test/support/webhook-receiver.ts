import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly path: string };

export type Receiver = {
	readonly url: string;
	/** In the order in which they came, also those that were not answered well. */
	readonly received: readonly Received[];
	/** What is answered from now on; 204 at first. */
	answer(how: (response: ServerResponse, received: Received) => void): void;
	/** The webhook-id of each. */
	ids(): string[];
	close(): Promise<void>;
};

/** A real HTTP server on loopback that is told of deliveries. */
export async function startReceiver(): Promise<Receiver> {
	const received: Received[] = [];
	let how = (response: ServerResponse, _: Received): void => {
		response.writeHead(204).end();
	};
	const server = createServer((request, response) => {
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			const one = { headers: request.headers, body: Buffer.concat(parts).toString(), path: request.url ?? '' };
			received.push(one);
			how(response, one);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/hook`,
		received,
		answer(next) {
			how = next;
		},
		ids: () => received.map(({ headers }) => String(headers['webhook-id'])),
		close() {
			server.closeAllConnections();
			return new Promise((resolve) => server.close(() => resolve()));
		},
	};
}

/** Answers with a status and nothing else. */
export const withStatus =
	(status: number, headers: Record<string, string> = {}) =>
	(response: ServerResponse): void => {
		response.writeHead(status, headers).end();
	};
