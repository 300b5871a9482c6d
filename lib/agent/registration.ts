import { toHex } from '@/lib/core/ids';
import type { Clock, WatchHandle, ZnodeStat, ZooKeeperPort } from '@/lib/core/ports';
import { ensure } from '@/lib/runtime/prepare-root';

const RETRY_MS = 1_000;

export type RegistrationState =
	/** The znode is there and belongs to the present session. */
	| { readonly kind: 'registered'; readonly path: string; readonly sessionId: bigint; readonly czxid: bigint }
	/** Somebody else's znode is in its place: never deleted; registered once it has gone. */
	| { readonly kind: 'foreign'; readonly path: string; readonly ephemeralOwner: bigint }
	/** An earlier session's of this agent is still there until ZooKeeper expires it. */
	| { readonly kind: 'expiring'; readonly path: string; readonly ephemeralOwner: bigint }
	| { readonly kind: 'unregistered'; readonly path: string; readonly problem: string | null };

export type KeptRegistration = {
	/** Removes the registration if it is this agent's, and does not make it again. Never rejects. */
	close(): Promise<void>;
};

/**
 * Keeps an ephemeral znode registered: made with its missing parents, and again whenever it or its session has gone. What
 * somebody else has registered there is left alone, whoever that is. `onChange` is called when the kind of state or the
 * znode changes.
 */
export function keepRegistered(deps: {
	readonly zk: ZooKeeperPort;
	readonly path: string;
	readonly data: Uint8Array;
	readonly clock: Clock;
	readonly onChange: (state: RegistrationState) => void;
}): KeptRegistration {
	const { zk, path, clock } = deps;
	const stop = new AbortController();
	const sessions = new Set<bigint>();
	let state: RegistrationState = { kind: 'unregistered', path, problem: null };
	let wake = new AbortController();
	let watch: WatchHandle | null = null;

	function become(next: RegistrationState): void {
		const changed = describe(next) !== describe(state);
		state = next;
		if (changed && !stop.signal.aborted) {
			deps.onChange(next);
		}
	}

	function ownSession(): bigint | null {
		const connection = zk.state();
		return connection.kind === 'connected' ? connection.sessionId : null;
	}

	function toState(stat: ZnodeStat, sessionId: bigint): RegistrationState {
		if (stat.ephemeralOwner === sessionId) {
			return { kind: 'registered', path, sessionId, czxid: stat.czxid };
		}
		const kind = sessions.has(stat.ephemeralOwner) ? 'expiring' : 'foreign';
		return { kind, path, ephemeralOwner: stat.ephemeralOwner };
	}

	/** One look, and a create where there is nothing. Rejects with a ZooKeeperError. */
	async function settle(sessionId: bigint): Promise<void> {
		const stat = await zk.stat(path);
		if (stat === null) {
			await ensure(zk, path, deps.data, 'ephemeral');
		}
		const found = stat ?? (await zk.stat(path));
		// Over another session meanwhile: the next look tells.
		if (found !== null && ownSession() === sessionId) {
			become(toState(found, sessionId));
		}
	}

	async function removeOwn(): Promise<void> {
		const stat = ownSession() === null ? null : await zk.stat(path);
		if (stat !== null && stat.ephemeralOwner === ownSession()) {
			await zk.remove(path, stat.version);
		}
	}

	/** Never rejects. */
	async function run(): Promise<void> {
		await Promise.resolve();
		while (!stop.signal.aborted) {
			wake = new AbortController();
			const sessionId = ownSession();
			try {
				if (sessionId === null) {
					become({ kind: 'unregistered', path, problem: null });
				} else {
					sessions.add(sessionId);
					await settle(sessionId);
				}
			} catch (error) {
				const problem = error instanceof Error ? error.message : String(error);
				become({ kind: 'unregistered', path, problem: problem.slice(0, 500) });
			}
			// A change is told by the watch; this is for what failed.
			const settled = state.kind === 'registered' && state.sessionId === ownSession();
			await clock.sleep(settled ? 10 * RETRY_MS : RETRY_MS, wake.signal);
		}
	}

	const unlisten = zk.onState(() => wake.abort());
	watch = zk.watchData(path, () => wake.abort());
	const running = run();

	return {
		async close() {
			stop.abort();
			unlisten();
			watch?.close();
			wake.abort();
			await running;
			// What cannot be removed goes with the session, whose end follows.
			await removeOwn().catch(() => undefined);
		},
	};
}

function describe(state: RegistrationState): string {
	switch (state.kind) {
		case 'registered':
			return `registered ${toHex(state.sessionId)} ${toHex(state.czxid)}`;
		case 'unregistered':
			return `unregistered ${state.problem}`;
		default:
			return `${state.kind} ${toHex(state.ephemeralOwner)}`;
	}
}
