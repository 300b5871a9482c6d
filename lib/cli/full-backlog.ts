import net from 'node:net';

/** A connect on loopback that takes longer was not taken into the queue. */
const FULL_AFTER_MS = 500;
const FILL_MAX = 16;

/** Connects; true when it was accepted in time. */
function connects(host: string, port: number, held: net.Socket[]): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = net.connect({ host, port });
		held.push(socket);
		// Timers come first: after a pause of ours, what was accepted meanwhile is heard before the time is up.
		const timer = setTimeout(() => setImmediate(() => resolve(false)), FULL_AFTER_MS);
		const settle = (accepted: boolean) => {
			clearTimeout(timer);
			resolve(accepted);
		};
		socket.once('connect', () => settle(true));
		socket.on('error', () => settle(false));
	});
}

/**
 * Fills the accept queue of a process that stands still until it takes no more: from then on the kernel drops what comes.
 * Gives what ends the connections that fill it; rejects when the queue takes 16 and more.
 */
export async function fillBacklog(host: string, port: number): Promise<() => void> {
	const held: net.Socket[] = [];
	const empty = () => {
		for (const socket of held) {
			socket.destroy();
		}
	};
	for (let tries = 0; await connects(host, port, held); tries++) {
		if (tries >= FILL_MAX) {
			empty();
			throw new Error(`${host}:${port} still accepts after ${FILL_MAX} connections`);
		}
	}
	return empty;
}
