import { systemClock } from '@/lib/adapters/clock';
import { connectZooKeeper, type ZooKeeperOptions } from '@/lib/adapters/zookeeper/client';
import type { ZooKeeperPort, ZooKeeperState } from '@/lib/core/ports';

type Connected = Extract<ZooKeeperState, { kind: 'connected' }>;

/** Resolves when the probe gives something other than null; rejects after `limitMs` (20 s) with `what`. Looks every 10 ms. */
export async function eventually<T>(
	what: string,
	probe: () => T | null | Promise<T | null>,
	limitMs = 20_000,
): Promise<T> {
	const until = systemClock.nowMs() + limitMs;
	for (;;) {
		const value = await probe();
		if (value !== null) return value;
		if (systemClock.nowMs() > until) throw new Error(`not within ${limitMs} ms: ${what}`);
		await systemClock.sleep(10);
	}
}

/** A client for a real ensemble; 4 s sessions unless told otherwise. */
export function openClient(connect: string, options: Partial<ZooKeeperOptions> = {}): ZooKeeperPort {
	return connectZooKeeper({
		connect,
		chroot: '',
		sessionTimeoutMs: 4_000,
		auth: null,
		tls: null,
		clock: systemClock,
		...options,
	});
}

/** The present connection, once there is one that `accept` takes. */
export function connected(
	zooKeeper: ZooKeeperPort,
	accept: (state: Connected) => boolean = () => true,
): Promise<Connected> {
	return eventually('connected', () => {
		const state = zooKeeper.state();
		return state.kind === 'connected' && accept(state) ? state : null;
	});
}

/** Resolves when the client knows that it has no connection. */
export async function disconnected(zooKeeper: ZooKeeperPort): Promise<void> {
	await eventually('disconnected', () => (zooKeeper.state().kind === 'connecting' ? true : null));
}

/** The code of the error that a call rejects with, and whether it may have happened; fails when it does not reject. */
export async function rejection(call: Promise<unknown>): Promise<{ code: unknown; mayHaveHappened: unknown }> {
	const error: unknown = await call.then(
		() => new Error('it resolved'),
		(reason: unknown) => reason,
	);
	if (!(error instanceof Error) || !('code' in error) || !('mayHaveHappened' in error)) throw error;
	return { code: error.code, mayHaveHappened: error.mayHaveHappened };
}
