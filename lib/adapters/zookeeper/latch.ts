import { randomBytes } from 'node:crypto';
import { ancestorsOf, sequenceOf } from '@/lib/core/fence';
import type { Clock, LatchPort, LatchState, ZnodeStat, ZooKeeperPort } from '@/lib/core/ports';
import { ZooKeeperError } from './error';

/** Pause before a round that failed is repeated while there is a connection; changes of the connection wake it too. */
const RETRY_MS = 500;

type Position = { readonly name: string; readonly holder: string; readonly sessionId: bigint };
type Seen = { readonly generation: number; readonly state: LatchState };

/**
 * Takes part in the election under `parent` (made if need be, with its ancestors) until closed: an ephemeral sequential
 * znode `n-<16 hex>-<10 digits>`, the lowest number holds. The hex is this latch's own, so it finds its znode again
 * whatever became of the answer to its create, and no later znode can ever bear the name that a purge's multi checks.
 *
 * `state()` answers only from what was read over the present connection; from the moment the connection is lost until
 * the position has been read again it is `unknown`. Never throws.
 */
export function holdLatch(zk: ZooKeeperPort, parent: string, clock: Clock): LatchPort {
	return new Latch(zk, parent, clock);
}

class Latch implements LatchPort {
	readonly #zk: ZooKeeperPort;
	readonly #parent: string;
	readonly #clock: Clock;
	readonly #prefix = `n-${randomBytes(8).toString('hex')}-`;
	readonly #stop = new AbortController();
	readonly #stopWatching: () => void;
	#seen: Seen | null = null;
	/** Keeps `sinceMs` while the same znode holds, over reconnects. */
	#held: { readonly path: string; readonly sinceMs: number } | null = null;
	#running: Promise<void> | null = null;
	#again = false;
	#wake = new AbortController();

	constructor(zk: ZooKeeperPort, parent: string, clock: Clock) {
		this.#zk = zk;
		this.#parent = parent;
		this.#clock = clock;
		const unlisten = zk.onState(() => this.#look());
		const watch = zk.watchChildren(parent, () => this.#look());
		this.#stopWatching = () => {
			unlisten();
			watch.close();
		};
	}

	state(): LatchState {
		const connection = this.#zk.state();
		const current = connection.kind === 'connected' && this.#seen?.generation === connection.generation;
		return current && this.#seen !== null && !this.#stop.signal.aborted ? this.#seen.state : { kind: 'unknown' };
	}

	async close(): Promise<void> {
		if (this.#stop.signal.aborted) {
			return;
		}
		this.#stop.abort();
		this.#stopWatching();
		this.#wake.abort();
		await this.#running;
		try {
			await this.#removeOwn();
		} catch (error) {
			// Without a connection it goes with the session; nobody is told that it is still held.
			if (!(error instanceof ZooKeeperError)) {
				throw error;
			}
		}
	}

	/** Reads the position again; one look at a time, and one more when something happened meanwhile. */
	#look(): void {
		this.#again = true;
		this.#wake.abort();
		this.#running ??= this.#run().finally(() => {
			this.#running = null;
			// What happened between the last look's end and here has set the mark but found a run that was over.
			if (this.#again && !this.#stop.signal.aborted && this.#zk.state().kind === 'connected') {
				this.#look();
			}
		});
	}

	async #run(): Promise<void> {
		// The listener that woke this may be called from within the constructor: begin only after it.
		await Promise.resolve();
		while (this.#again && !this.#stop.signal.aborted) {
			this.#again = false;
			this.#wake = new AbortController();
			const connection = this.#zk.state();
			if (connection.kind !== 'connected') {
				return;
			}
			try {
				const state = await this.#round(connection.sessionId);
				this.#seen = { generation: connection.generation, state };
			} catch {
				// Whatever it was: the position is not known, and the next look finds out.
				this.#seen = null;
				this.#again = true;
				await this.#clock.sleep(RETRY_MS, this.#wake.signal);
			}
		}
	}

	/** One look, and whatever it asks for, until this latch has exactly one znode of the present session. */
	async #round(sessionId: bigint): Promise<LatchState> {
		let position = await this.#position(sessionId);
		if (position === null) {
			await this.#createParents();
			await this.#zk.create(`${this.#parent}/${this.#prefix}`, new Uint8Array(0), 'ephemeral-sequential');
			position = await this.#position(sessionId);
		}
		if (position === null) {
			throw new ZooKeeperError('other', this.#parent, { detail: 'the latch was removed as soon as it was made' });
		}
		const path = `${this.#parent}/${position.name}`;
		if (position.name !== position.holder) {
			this.#held = null;
			return { kind: 'waiting', holder: `${this.#parent}/${position.holder}` };
		}
		this.#held = this.#held?.path === path ? this.#held : { path, sinceMs: this.#clock.nowMs() };
		return { kind: 'held', ...this.#held };
	}

	/**
	 * Where this session stands; null when it has no znode. Removes what this latch left over: a second znode, from a
	 * create whose answer was lost, and those of an earlier session that ZooKeeper has not expired yet.
	 */
	async #position(sessionId: bigint): Promise<Position | null> {
		const seen = await this.#zk.onConnection(async (connection) => {
			if (connection.sessionId !== sessionId) {
				throw new ZooKeeperError('connection-changed', this.#parent);
			}
			// This server may lag behind: a create of ours that went through another must be seen.
			await connection.sync();
			const listing = await connection.children(this.#parent);
			const names = (listing?.names ?? []).filter((name) => sequenceOf(name) !== null).sort(bySequence);
			const own = names.filter((name) => name.startsWith(this.#prefix));
			const stats = await Promise.all(own.map((name) => connection.stat(`${this.#parent}/${name}`)));
			return { names, own: own.map((name, index) => ({ name, stat: stats[index] ?? null })) };
		});
		const mine = seen.own.filter(({ stat }) => stat?.ephemeralOwner === sessionId);
		const [kept] = mine;
		const surplus = seen.own.filter((each) => each !== kept && each.stat !== null);
		for (const { name, stat } of surplus) {
			await this.#remove(name, stat);
		}
		const gone = new Set(seen.own.filter((each) => each !== kept).map(({ name }) => name));
		const holder = seen.names.find((name) => !gone.has(name));
		return kept === undefined || holder === undefined ? null : { name: kept.name, holder, sessionId };
	}

	async #createParents(): Promise<void> {
		const missing = [
			...ancestorsOf(this.#parent)
				.filter((path) => path !== '/')
				.reverse(),
			this.#parent,
		];
		for (const path of missing) {
			if ((await this.#zk.stat(path)) !== null) {
				continue;
			}
			try {
				await this.#zk.create(path, new Uint8Array(0), 'persistent');
			} catch (error) {
				if (!(error instanceof ZooKeeperError && error.code === 'node-exists')) {
					throw error;
				}
			}
		}
	}

	async #removeOwn(): Promise<void> {
		const listing = await this.#zk.children(this.#parent);
		for (const name of listing?.names.filter((each) => each.startsWith(this.#prefix)) ?? []) {
			await this.#remove(name, null);
		}
	}

	async #remove(name: string, stat: ZnodeStat | null): Promise<void> {
		try {
			await this.#zk.remove(`${this.#parent}/${name}`, stat?.version ?? -1);
		} catch (error) {
			if (!(error instanceof ZooKeeperError && error.code === 'no-node')) {
				throw error;
			}
		}
	}
}

function bySequence(a: string, b: string): number {
	return (sequenceOf(a) ?? 0) - (sequenceOf(b) ?? 0);
}
