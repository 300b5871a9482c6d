import net from 'node:net';
import type { Clock } from '../../core/ports';
import { isRefusal } from './server-source';

export type PortAddress = { readonly host: string; readonly port: number };

/**
 * How long the ports of silent servers have refused without a break. A server that a sweep found refusing is looked at
 * again and again until it accepts, so that the time is known when the next sweep needs it.
 */
export type SilenceWatch = {
	/** Looks now: ms since which every port of the server has refused, 0 when since just now; null when one does not. */
	look(server: string): Promise<number | null>;
	close(): Promise<void>;
};

const LOOK_EVERY_MS = 500;
/** Between two looks further apart a server may have served unseen. */
const GAP_MS_MAX = 1_500;
const CONNECT_MS_MAX = 250;

/** `ports` names the client port and, when there is one, the admin port of each server. */
export function createSilenceWatch(ports: ReadonlyMap<string, readonly PortAddress[]>, clock: Clock): SilenceWatch {
	const refusing = new Map<string, { sinceMs: number; lastMs: number }>();
	const stopped = new AbortController();
	let loop: Promise<void> | null = null;

	const look = async (server: string): Promise<number | null> => {
		const lookedAtMs = clock.nowMs();
		const targets = ports.get(server) ?? [];
		const answers = await Promise.all(targets.map((target) => refuses(target, clock)));
		if (targets.length === 0 || !answers.every(Boolean)) {
			refusing.delete(server);
			return null;
		}
		const before = refusing.get(server);
		const unbroken = before !== undefined && lookedAtMs - before.lastMs <= GAP_MS_MAX;
		const sinceMs = unbroken ? before.sinceMs : lookedAtMs;
		refusing.set(server, { sinceMs, lastMs: lookedAtMs });
		return lookedAtMs - sinceMs;
	};
	const keepLooking = async (): Promise<void> => {
		while (refusing.size > 0 && !stopped.signal.aborted) {
			await clock.sleep(LOOK_EVERY_MS, stopped.signal);
			if (!stopped.signal.aborted) await Promise.all([...refusing.keys()].map(look));
		}
		loop = null;
	};
	return {
		async look(server) {
			const refusedForMs = await look(server);
			if (refusedForMs !== null && !stopped.signal.aborted) loop ??= keepLooking();
			return refusedForMs;
		},
		async close() {
			stopped.abort();
			await loop;
		},
	};
}

/** True only for a refusal (by every address of a name); accepting, silence and any other error are not one. */
function refuses(target: PortAddress, clock: Clock): Promise<boolean> {
	return new Promise((resolve) => {
		const done = new AbortController();
		const socket = net.connect(target);
		const finish = (refused: boolean): void => {
			done.abort();
			socket.destroy();
			resolve(refused);
		};
		socket.once('connect', () => finish(false));
		socket.once('error', (error) => finish(isRefusal(error)));
		clock.sleep(CONNECT_MS_MAX, done.signal).then(
			() => finish(false),
			() => finish(false),
		);
	});
}
