import net from 'node:net';
import type { ZooKeeperPort } from '../../core/ports';

const INTERVAL_MS = 100;
const TIMEOUT_MS = 1_000;

/**
 * What a careful script would do: knocks at each member ten times a second, takes one refused connection for death, reads
 * the registration's version and deletes that version. It knows no session, no incarnation and no veto.
 */
export function startNaivePurger(zk: ZooKeeperPort): {
	watch(member: { readonly path: string; readonly port: number }): void;
	forget(path: string): void;
	close(): void;
} {
	const watched = new Map<string, { readonly path: string; readonly port: number }>();
	const timer = setInterval(() => {
		for (const member of watched.values()) {
			knock(member);
		}
	}, INTERVAL_MS);

	function knock({ path, port }: { readonly path: string; readonly port: number }): void {
		const socket = net.connect({ host: '127.0.0.1', port, timeout: TIMEOUT_MS });
		socket.on('connect', () => socket.destroy());
		socket.on('timeout', () => socket.destroy());
		socket.on('error', (error: NodeJS.ErrnoException) => {
			if (error.code === 'ECONNREFUSED') {
				void purge(path);
			}
			socket.destroy();
		});
	}

	async function purge(path: string): Promise<void> {
		try {
			const stat = await zk.stat(path);
			if (stat !== null) {
				await zk.remove(path, stat.version);
			}
		} catch (error) {
			// Removed by its own expiry or by the knock before: there is nothing left to do.
			if (!(error instanceof Error && 'code' in error && (error.code === 'no-node' || error.code === 'bad-version'))) {
				throw error;
			}
		}
	}

	return {
		watch: (member) => watched.set(member.path, member),
		forget: (path) => watched.delete(path),
		close: () => clearInterval(timer),
	};
}
