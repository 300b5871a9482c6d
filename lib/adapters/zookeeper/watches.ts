import type { WatchHandle } from '@/lib/core/ports';
import { type Call, existsCall, getChildrenCall, getDataCall, type Listing, type Value } from './codec';
import { ZooKeeperError } from './error';
import type { WatchEvent } from './wire';

/** Reads under way at a time when everything is read again, so that one reconnect does not fill the connection. */
const READING_MAX = 256;
/** Distinct (kind, path) pairs; each costs the server a watch. */
const WATCHES_MAX = 100_000;
const RETRY_MS = 250;
const RETRY_MS_MAX = 10_000;
const FORBIDDEN_MS = 5_000;
/**
 * Whoever is listed with 10,000 siblings comes and goes with them: each change would list all of them again (200 kB and some
 * 10 ms of this process). So a listing is followed by the next one no sooner than 10 µs a name; a dozen wait for nothing. A
 * child that goes is told by its own data watch, at once.
 */
const LISTING_PAUSE_MS_A_NAME = 0.01;
const LISTING_PAUSE_MS_MAX = 250;
/** ZooKeeper's Watcher.Event.EventType. */
const EVENT = { created: 1, deleted: 2, dataChanged: 3, childrenChanged: 4 } as const;

type Kind = 'children' | 'data';

type Entry = {
	readonly kind: Kind;
	readonly path: string;
	readonly listeners: Set<(value: Listing | Value) => void>;
	readonly readCall: () => Call<Listing | Value>;
	reading: boolean;
	/** Something changed since the read under way began: read once more. */
	stale: boolean;
	failures: number;
	/** Not read again before that (performance.now()). */
	restsUntilMs: number;
	retry: NodeJS.Timeout | null;
};

type Options = {
	/** Sends on the connection of that generation alone. */
	send: <T>(call: Call<T>, generation: number) => Promise<T>;
	generation: () => number | null;
	/** `error` is what a listener threw or why a path cannot be read. */
	onTrouble: (message: string, path: string, error: unknown) => void;
};

/**
 * Keeps watches for as long as they are wanted. ZooKeeper's are one-shot, merge changes and die with the connection, so an
 * event only ever means 'read again': every listener gets whole, fresh values, one entry a path, one read at a time each.
 * After a reconnect each path is read again (a few at a time) instead of one setWatches packet of unbounded size.
 */
export class Watches {
	readonly #entries: Record<Kind, Map<string, Entry>> = { children: new Map(), data: new Map() };
	readonly #due = new Set<Entry>();
	readonly #options: Options;
	#reading = 0;
	#closed = false;

	constructor(options: Options) {
		this.#options = options;
	}

	watchChildren(path: string, onListing: (listing: Listing) => void): WatchHandle {
		return this.#watch('children', path, () => getChildrenCall(path, true), onListing);
	}

	watchData(path: string, onData: (value: Value) => void): WatchHandle {
		return this.#watch('data', path, () => getDataCall(path, true), onData);
	}

	/** A connection is there: whatever was set on the one before is gone. */
	connected(): void {
		for (const entries of Object.values(this.#entries)) for (const entry of entries.values()) this.#readSoon(entry);
	}

	onEvent(event: WatchEvent): void {
		const both = event.type === EVENT.created || event.type === EVENT.deleted;
		if (both || event.type === EVENT.childrenChanged) this.#changed('children', event.path);
		if (both || event.type === EVENT.dataChanged) this.#changed('data', event.path);
	}

	close(): void {
		this.#closed = true;
		this.#due.clear();
		for (const entries of Object.values(this.#entries)) {
			for (const entry of entries.values()) if (entry.retry) clearTimeout(entry.retry);
			entries.clear();
		}
	}

	#watch<V extends Listing | Value>(
		kind: Kind,
		path: string,
		readCall: () => Call<V>,
		onValue: (value: V) => void,
	): WatchHandle {
		// Throws for a path that is none, before anything is kept.
		readCall();
		const entries = this.#entries[kind];
		if (entries.size >= WATCHES_MAX && !entries.has(path))
			throw new ZooKeeperError('other', path, { detail: `At most ${WATCHES_MAX} paths are watched.` });
		const fresh: Entry = {
			kind,
			path,
			listeners: new Set(),
			readCall: readCall as () => Call<Listing | Value>,
			reading: false,
			stale: false,
			failures: 0,
			restsUntilMs: 0,
			retry: null,
		};
		const entry = entries.get(path) ?? fresh;
		entries.set(path, entry);
		// A wrapper of its own, so that one function given twice is two listeners. The kind fixes what an entry reads.
		const listener = (value: Listing | Value): void => onValue(value as V);
		entry.listeners.add(listener);
		this.#readSoon(entry);
		return {
			close: () => {
				entry.listeners.delete(listener);
				if (entry.listeners.size > 0) return;
				if (entry.retry) clearTimeout(entry.retry);
				this.#due.delete(entry);
				if (entries.get(path) === entry) entries.delete(path);
			},
		};
	}

	#changed(kind: Kind, path: string): void {
		const entry = this.#entries[kind].get(path);
		if (entry) this.#readSoon(entry);
	}

	#readSoon(entry: Entry): void {
		if (this.#closed || entry.listeners.size === 0) return;
		const restsMs = entry.restsUntilMs - performance.now();
		if (entry.reading) entry.stale = true;
		else if (restsMs > 0) entry.retry ??= setTimeout(() => this.#readAfterAll(entry), restsMs);
		else this.#due.add(entry);
		this.#pump();
	}

	#readAfterAll(entry: Entry): void {
		entry.retry = null;
		this.#readSoon(entry);
	}

	#pump(): void {
		for (const entry of this.#due) {
			const generation = this.#options.generation();
			if (generation === null || this.#reading >= READING_MAX) return;
			this.#due.delete(entry);
			void this.#read(entry, generation);
		}
	}

	/** Never rejects. */
	async #read(entry: Entry, generation: number): Promise<void> {
		entry.reading = true;
		entry.stale = false;
		this.#reading++;
		if (entry.retry) clearTimeout(entry.retry);
		entry.retry = null;
		try {
			const value = await this.#fetch(entry, generation);
			entry.failures = 0;
			entry.restsUntilMs = performance.now() + pauseAfter(value);
			this.#tell(entry, value);
		} catch (error) {
			this.#failed(entry, error);
		} finally {
			entry.reading = false;
			this.#reading--;
			if (entry.stale) this.#readSoon(entry);
			this.#pump();
		}
	}

	/** Leaves a watch for the next change, also for the creation of what does not exist. */
	async #fetch(entry: Entry, generation: number): Promise<Listing | Value> {
		for (;;) {
			const value = await this.#ask(entry, generation);
			if (value !== null && value !== 'forbidden') return value;
			const stat = await this.#options.send(existsCall(entry.path, true), generation);
			if (stat === null) return null;
			// A stat needs no permission: that it is there, and whose, is known of what may not be read too.
			if (value === 'forbidden') return { data: Buffer.alloc(0), stat, forbidden: true };
			// Else it appeared between the two: read it.
		}
	}

	async #ask(entry: Entry, generation: number): Promise<Listing | Value | 'forbidden'> {
		try {
			return await this.#options.send(entry.readCall(), generation);
		} catch (error) {
			if (entry.kind !== 'data' || !isCode(error, 'no-auth')) throw error;
			// Servers may keep events of what may not be read to themselves (CVE-2024-23944): look again by and by.
			if (entry.retry) clearTimeout(entry.retry);
			if (!this.#closed && entry.listeners.size > 0) {
				entry.retry = setTimeout(() => this.#readAfterAll(entry), FORBIDDEN_MS);
			}
			return 'forbidden';
		}
	}

	#tell(entry: Entry, value: Listing | Value): void {
		for (const listener of entry.listeners) {
			try {
				listener(value);
			} catch (error) {
				this.#options.onTrouble('a watch listener threw', entry.path, error);
			}
		}
	}

	#failed(entry: Entry, error: unknown): void {
		// The next connection reads everything again.
		if (isCode(error, 'connection-changed') || isCode(error, 'not-connected') || isCode(error, 'closed')) return;
		const delayMs = Math.min(RETRY_MS * 2 ** entry.failures, RETRY_MS_MAX);
		entry.failures++;
		this.#options.onTrouble(`a watched path cannot be read; again in ${delayMs} ms`, entry.path, error);
		if (this.#closed || entry.listeners.size === 0) return;
		entry.retry = setTimeout(() => this.#readAfterAll(entry), delayMs);
	}
}

function pauseAfter(value: Listing | Value): number {
	const names = value !== null && 'names' in value ? value.names.length : 0;
	return Math.min(names * LISTING_PAUSE_MS_A_NAME, LISTING_PAUSE_MS_MAX);
}

function isCode(error: unknown, code: ZooKeeperError['code']): boolean {
	return error instanceof ZooKeeperError && error.code === code;
}
