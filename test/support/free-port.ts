import { createServer } from 'node:net';
import { eventually } from './zookeeper';

/**
 * A port of 127.0.0.1 for a member that is started there more than once: below the range from which the kernel takes the
 * ports of outgoing connections, so that none of them sits on it between two lives.
 */
export async function freePort(): Promise<number> {
	return eventually('a free port', async () => {
		const port = 20_000 + Math.floor(Math.random() * 10_000);
		return (await isFree(port)) ? port : null;
	});
}

/** Whether nobody listens there. */
export function isFree(port: number): Promise<boolean> {
	const server = createServer();
	return new Promise((resolve) => {
		server.once('error', () => resolve(false));
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
	});
}
