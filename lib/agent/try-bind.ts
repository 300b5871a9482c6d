import { createServer } from 'node:net';
import type { Endpoint } from '@/lib/core/member';

/** `in-use`: somebody on this host listens there. `elsewhere`: the address is none of this host's, or may not be bound. */
export type BindResult = 'free' | 'in-use' | 'elsewhere';

/**
 * Binds the endpoint for an instant: who can do so is on its host, and nobody listens there. It has to listen for that, so
 * who connects in this instant is accepted and dropped at once. Never rejects.
 */
export function tryBind({ ip, port }: Endpoint): Promise<BindResult> {
	return new Promise((resolve) => {
		const server = createServer((socket) => socket.destroy());
		server.once('error', (error: NodeJS.ErrnoException) =>
			resolve(error.code === 'EADDRINUSE' ? 'in-use' : 'elsewhere'),
		);
		server.listen({ host: ip, port, exclusive: true }, () => server.close(() => resolve('free')));
	});
}
