import type { Accusation } from '@/lib/core/accusation';
import { sameAccusation } from '@/lib/core/accusation';
import type { ObserverSelf } from '@/lib/core/observers';
import type { Clock, ZooKeeperPort } from '@/lib/core/ports';
import { ZooKeeperError } from '../zookeeper/client';
import { toPresenceData, toSuspicionData } from './documents';
import { toFolder, toObserverName } from './names';
import { removeFolderIfEmpty, removeOwn, type Whose, writeOwn } from './own-znode';

/** Another try after a failure. */
const RETRY_MS = 1_000;
/** While it accuses somebody: reads something, so that others see its session make progress (observer-progress.ts). */
const TALK_MS = 500;
/** At rest: whether its presence is still there. */
const CHECK_MS = 10_000;
const AT_ONCE = 16;
/** Suffixes tried before the name is given up for now. */
const SUFFIXES_MAX = 64;
/** More would be a flood in everybody's ZooKeeper, and one observer's trouble with its own network most likely. */
const ACCUSATIONS_MAX = 2_000;
const SESSIONS_KEPT = 16;

export type AnnouncerOptions = {
	readonly zk: ZooKeeperPort;
	readonly paths: { readonly observers: string; readonly suspicions: string };
	readonly name: string;
	readonly clock: Clock;
};

/**
 * Keeps this observer's own znodes as they should be: its presence, and one suspicion for each member that it accuses. One
 * loop does all the writing. Invariant: `#written` holds what is there by the present session; whatever else should be
 * there, or should no longer, is in `#dirty`.
 */
export class Announcer {
	readonly #options: AnnouncerOptions;
	readonly #base: string;
	readonly #wanted = new Map<string, Accusation>();
	readonly #written = new Map<string, Accusation>();
	readonly #dirty = new Set<string>();
	readonly #sessions: bigint[] = [];
	readonly #stop = new AbortController();
	readonly #unlisten: () => void;
	#self: ObserverSelf | null = null;
	#selfDirty = false;
	#name: string | null = null;
	#wake = new AbortController();
	#trouble: string | null = null;
	#left = false;
	readonly #running: Promise<void>;

	constructor(options: AnnouncerOptions) {
		this.#options = options;
		this.#base = toObserverName(options.name);
		this.#unlisten = options.zk.onState((state) => {
			if (state.kind === 'connected') this.#beginSession(state.sessionId);
		});
		this.#running = this.#run();
	}

	get name(): string | null {
		return this.#options.zk.state().kind === 'connected' ? this.#name : null;
	}

	get trouble(): string | null {
		const many = this.#left ? `more than ${ACCUSATIONS_MAX} members are accused: the others are not told` : null;
		return this.#trouble ?? many;
	}

	isOwn(sessionId: bigint): boolean {
		return this.#sessions.includes(sessionId);
	}

	announce(self: ObserverSelf): void {
		this.#self = self;
		this.#selfDirty = true;
		this.#wake.abort();
	}

	accuse(accusation: Accusation): void {
		const { path } = accusation.incarnation;
		if (!this.#wanted.has(path) && this.#wanted.size >= ACCUSATIONS_MAX) {
			this.#left = true;
			return;
		}
		this.#wanted.set(path, accusation);
		this.#touch(path);
	}

	withdraw(memberPath: string): void {
		if (this.#wanted.delete(memberPath)) {
			this.#left = false;
			this.#touch(memberPath);
		}
	}

	async close(): Promise<void> {
		if (this.#stop.signal.aborted) return;
		this.#unlisten();
		this.#stop.abort();
		this.#wake.abort();
		await this.#running;
		if (this.#options.zk.state().kind !== 'connected') return;
		// With the session's end they would go too; this way nobody counts them until then.
		this.#wanted.clear();
		await inTurns([...this.#written.keys()], (path) => this.#settle(path));
		const name = this.#name;
		if (name !== null) {
			const { zk, paths } = this.#options;
			await inTurns([`${paths.observers}/${name}`], (path) => removeOwn(zk, path, this.#whose));
		}
	}

	#touch(memberPath: string): void {
		if (!sameAccusation(this.#wanted.get(memberPath) ?? null, this.#written.get(memberPath) ?? null)) {
			this.#dirty.add(memberPath);
			this.#wake.abort();
		}
	}

	#beginSession(sessionId: bigint): void {
		if (this.#sessions.at(-1) !== sessionId) {
			this.#sessions.push(sessionId);
			this.#sessions.splice(0, this.#sessions.length - SESSIONS_KEPT);
			for (const path of [...this.#written.keys(), ...this.#wanted.keys()]) this.#dirty.add(path);
			this.#name = null;
			this.#selfDirty = this.#self !== null;
		}
		this.#wake.abort();
	}

	readonly #whose: Whose = (sessionId) => {
		if (sessionId === this.#sessions.at(-1)) return 'present';
		return this.isOwn(sessionId) ? 'earlier' : 'other';
	};

	#suspicionPath(memberPath: string): string {
		return `${this.#options.paths.suspicions}/${toFolder(memberPath)}/${this.#name ?? this.#base}`;
	}

	/** Never rejects. */
	async #run(): Promise<void> {
		const { zk, clock } = this.#options;
		// The listener above calls back from within the constructor: begin only after it.
		await Promise.resolve();
		let pauseMs = 0;
		while (!this.#stop.signal.aborted) {
			this.#wake = new AbortController();
			if (zk.state().kind === 'connected') {
				pauseMs = (await this.#round()) ? this.#pauseMs() : RETRY_MS;
			} else {
				pauseMs = CHECK_MS;
			}
			await clock.sleep(pauseMs, this.#wake.signal);
		}
	}

	#pauseMs(): number {
		return this.#wanted.size > 0 ? TALK_MS : CHECK_MS;
	}

	/** False when something is left to be done. */
	async #round(): Promise<boolean> {
		try {
			await this.#keepPresence();
			if (this.#name === null) return this.#self === null;
			const failures = await inTurns([...this.#dirty], (path) => this.#settle(path));
			const [first] = failures;
			if (first !== undefined) throw first;
			this.#trouble = null;
			return true;
		} catch (error) {
			this.#trouble = describe(error);
			return false;
		}
	}

	/** Also when nothing is to be written it is looked at: somebody may have removed it, and looking is a sign of life. */
	async #keepPresence(): Promise<void> {
		const { zk, paths } = this.#options;
		const self = this.#self;
		const sessionId = this.#sessions.at(-1);
		if (self === null) return;
		if (this.#name !== null && !this.#selfDirty) {
			const stat = await zk.stat(`${paths.observers}/${this.#name}`);
			if (stat?.ephemeralOwner === sessionId) return;
		}
		const data = toPresenceData(self);
		const names = this.#name === null ? this.#candidates() : [this.#name, ...this.#candidates()];
		for (const name of names) {
			const result = await writeOwn(zk, { path: `${paths.observers}/${name}`, data, folder: null }, this.#whose);
			if (this.#sessions.at(-1) !== sessionId) throw new ZooKeeperError('connection-changed', null);
			if (result === 'written') {
				this.#rename(name);
				this.#selfDirty = this.#self !== self;
				return;
			}
		}
		throw new ZooKeeperError('node-exists', paths.observers, { detail: `every name like ${this.#base} is taken` });
	}

	#candidates(): string[] {
		return [this.#base, ...Array.from({ length: SUFFIXES_MAX }, (_, index) => `${this.#base}-${index + 2}`)];
	}

	/** What was written under another name is somebody else's now, or goes with the session. */
	#rename(name: string): void {
		if (this.#name !== name) {
			this.#name = name;
			this.#written.clear();
			for (const path of this.#wanted.keys()) this.#dirty.add(path);
		}
	}

	async #settle(memberPath: string): Promise<void> {
		const { zk, paths } = this.#options;
		const accusation = this.#wanted.get(memberPath);
		const path = this.#suspicionPath(memberPath);
		const folder = `${paths.suspicions}/${toFolder(memberPath)}`;
		const sessionId = this.#sessions.at(-1);
		this.#dirty.delete(memberPath);
		try {
			if (accusation) {
				const data = toSuspicionData(accusation, this.#self?.failureDomain ?? 'default');
				const result = await writeOwn(zk, { path, data, folder }, this.#whose);
				if (result === 'taken') throw new ZooKeeperError('node-exists', path);
				if (this.#sessions.at(-1) !== sessionId) throw new ZooKeeperError('connection-changed', path);
				this.#written.set(memberPath, accusation);
			} else {
				await removeOwn(zk, path, this.#whose);
				this.#written.delete(memberPath);
				await removeFolderIfEmpty(zk, folder);
			}
		} catch (error) {
			this.#dirty.add(memberPath);
			throw error;
		}
	}
}

/** What failed. A few at a time, so that a mass death does not hold up everything else on the connection. */
async function inTurns(paths: readonly string[], work: (path: string) => Promise<void>): Promise<unknown[]> {
	const failures: unknown[] = [];
	for (let start = 0; start < paths.length && failures.length === 0; start += AT_ONCE) {
		const results = await Promise.allSettled(paths.slice(start, start + AT_ONCE).map(work));
		failures.push(...results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])));
	}
	return failures;
}

/** null: it passes with the connection's own trouble. */
function describe(error: unknown): string | null {
	const passing = ['not-connected', 'connection-changed', 'connection-loss', 'closed', 'deadline', 'session-expired'];
	if (error instanceof ZooKeeperError && passing.includes(error.code)) return null;
	return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}
