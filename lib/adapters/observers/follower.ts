import type { Presence, Suspicion } from '@/lib/core/observers';
import type { Clock, WatchedData, WatchHandle, ZnodeStat, ZooKeeperPort } from '@/lib/core/ports';
import { ZooKeeperError } from '../zookeeper/client';
import { parsePresence, parseSuspicion, type SuspicionDocument } from './documents';
import { type FollowedChildren, followChildren } from './follow-children';
import { memberPathOf } from './names';
import { removeEmptyFolder } from './own-znode';

const PRESENCES_MAX = 16_384;
const FOLDERS_MAX = 4_096;
const OBSERVERS_OF_MEMBER_MAX = 64;
const SUSPICIONS_MAX = 8_192;
const READ_AT_ONCE = 256;

type Entry = {
	readonly path: string;
	readonly memberPath: string;
	readonly observer: string;
	readonly document: SuspicionDocument;
	readonly stat: ZnodeStat;
	readAtMs: number;
};

export type FollowerOptions = {
	readonly zk: ZooKeeperPort;
	readonly paths: { readonly observers: string; readonly suspicions: string };
	readonly clock: Clock;
	readonly isOwn: (sessionId: bigint) => boolean;
	readonly onPresence: () => void;
	readonly onSuspicion: (memberPath: string) => void;
};

/** Follows what the other observers wrote. What is not as an observer writes it is as if it were not there. */
export class Follower {
	readonly #options: FollowerOptions;
	readonly #presences = new Map<string, Presence>();
	/** By member path, then by the suspicion's own path. */
	readonly #suspicions = new Map<string, Map<string, Entry>>();
	readonly #observers: FollowedChildren;
	readonly #folders: FollowedChildren;
	readonly #crowded = new Set<string>();
	/** Suspicions watched, readable or not. */
	#watched = 0;
	#closed = false;

	constructor(options: FollowerOptions) {
		this.#options = options;
		const { zk, paths } = options;
		this.#observers = followChildren(zk, paths.observers, {
			max: () => PRESENCES_MAX,
			open: (name) => this.#followPresence(name),
		});
		this.#folders = followChildren(zk, paths.suspicions, {
			max: () => FOLDERS_MAX,
			open: (folder) => this.#followFolder(folder),
		});
	}

	/** One a session: the first by name counts, so that one process is never several observers. */
	presences(): Presence[] {
		const bySession = new Map<bigint, Presence>();
		for (const presence of this.#presences.values()) {
			const first = bySession.get(presence.sessionId);
			if (!this.#options.isOwn(presence.sessionId) && (!first || presence.name < first.name)) {
				bySession.set(presence.sessionId, presence);
			}
		}
		return [...bySession.values()];
	}

	/** Only of observers that are present, by the very session that announced them. */
	suspicionsOf(memberPath: string): Suspicion[] {
		const entries = this.#suspicions.get(memberPath);
		if (!entries) return [];
		const bySession = new Map<bigint, Suspicion>();
		for (const { observer, document, stat, readAtMs } of entries.values()) {
			const presence = this.#presences.get(observer);
			const counts = presence?.sessionId === stat.ephemeralOwner && !this.#options.isOwn(stat.ephemeralOwner);
			const first = bySession.get(stat.ephemeralOwner);
			if (presence && counts && (!first || observer < first.observer)) {
				const { czxid, ephemeralOwner, refused, timedOut, tripwireHeldMs } = document;
				bySession.set(stat.ephemeralOwner, {
					incarnation: { path: memberPath, czxid, ephemeralOwner },
					observer,
					sessionId: stat.ephemeralOwner,
					failureDomain: presence.failureDomain,
					refused,
					timedOut,
					tripwireHeldMs,
					readAtMs,
				});
			}
		}
		return [...bySession.values()];
	}

	suspected(): string[] {
		return [...this.#suspicions.keys()];
	}

	get trouble(): string | null {
		const found: string[] = [];
		if (this.#observers.excess() > 0) found.push(`more than ${PRESENCES_MAX} observers are announced`);
		if (this.#folders.excess() > 0 || this.#watched >= SUSPICIONS_MAX)
			found.push(`more than ${FOLDERS_MAX} members, or ${SUSPICIONS_MAX} times one, are accused by others`);
		if (this.#crowded.size > 0)
			found.push(`${this.#crowded.size} members have more than ${OBSERVERS_OF_MEMBER_MAX} accusers`);
		return found.length === 0 ? null : `${found.join('; ')}: what is more is not followed`;
	}

	/**
	 * Confirms what is known; a change comes by its watch, which ZooKeeper tells before it answers a later read. Rejects
	 * without a connection: then nothing was confirmed.
	 */
	async reread(memberPaths: readonly string[]): Promise<void> {
		const entries = memberPaths.flatMap((path) => [...(this.#suspicions.get(path)?.values() ?? [])]);
		if (entries.length === 0) return;
		const { zk, clock } = this.#options;
		await zk.onConnection(async (connection) => {
			await connection.sync();
			for (let start = 0; start < entries.length; start += READ_AT_ONCE) {
				const some = entries.slice(start, start + READ_AT_ONCE);
				const askedAtMs = clock.nowMs();
				const stats = await Promise.all(some.map(({ path }) => connection.stat(path)));
				some.forEach((entry, index) => {
					const stat = stats[index];
					if (stat?.czxid === entry.stat.czxid && stat.mzxid === entry.stat.mzxid) entry.readAtMs = askedAtMs;
				});
			}
		});
	}

	close(): void {
		this.#closed = true;
		this.#observers.close();
		this.#folders.close();
	}

	#followPresence(name: string): WatchHandle {
		const { zk, paths, onPresence } = this.#options;
		const forget = () => {
			if (this.#presences.delete(name) && !this.#closed) onPresence();
		};
		const handle = zk.watchData(`${paths.observers}/${name}`, (value) => {
			const self = value ? parsePresence(value.data) : null;
			if (value && self && value.stat.ephemeralOwner !== 0n) {
				this.#presences.set(name, { ...self, name, sessionId: value.stat.ephemeralOwner });
				onPresence();
			} else {
				forget();
			}
		});
		return {
			close: () => {
				handle.close();
				forget();
			},
		};
	}

	#followFolder(folder: string): WatchHandle {
		const { zk, paths } = this.#options;
		const path = `${paths.suspicions}/${folder}`;
		const left = () => Math.max(0, SUSPICIONS_MAX - this.#watched);
		let open = 0;
		const children = followChildren(zk, path, {
			max: () => Math.min(OBSERVERS_OF_MEMBER_MAX, open + left()),
			open: (observer) => {
				open += 1;
				const handle = this.#followSuspicion(folder, observer);
				return {
					close: () => {
						open -= 1;
						handle.close();
					},
				};
			},
			onListing: (listing) => {
				if (listing && listing.names.length > OBSERVERS_OF_MEMBER_MAX) this.#crowded.add(folder);
				else this.#crowded.delete(folder);
				if (listing?.names.length === 0) this.#removeEmpty(path, listing.stat.version);
			},
		});
		return {
			close: () => {
				children.close();
				this.#crowded.delete(folder);
			},
		};
	}

	#followSuspicion(folder: string, observer: string): WatchHandle {
		const { zk, paths } = this.#options;
		const path = `${paths.suspicions}/${folder}/${observer}`;
		let known: string | null = null;
		const forget = () => {
			if (known !== null) this.#forget(known, path);
			known = null;
		};
		this.#watched += 1;
		const handle = zk.watchData(path, (value) => {
			const entry = value ? this.#toEntry(folder, observer, value) : null;
			if (known !== entry?.memberPath) forget();
			if (entry) {
				known = entry.memberPath;
				this.#remember(entry);
			}
		});
		return {
			close: () => {
				this.#watched -= 1;
				handle.close();
				forget();
			},
		};
	}

	#toEntry(folder: string, observer: string, { data, stat }: WatchedData): Entry | null {
		const document = stat.ephemeralOwner === 0n ? null : parseSuspicion(data);
		const memberPath = document ? memberPathOf(folder, document.path ?? null) : null;
		if (document === null || memberPath === null) return null;
		const path = `${this.#options.paths.suspicions}/${folder}/${observer}`;
		return { path, memberPath, observer, document, stat, readAtMs: this.#options.clock.nowMs() };
	}

	#remember(entry: Entry): void {
		const entries = this.#suspicions.get(entry.memberPath) ?? new Map<string, Entry>();
		entries.set(entry.path, entry);
		this.#suspicions.set(entry.memberPath, entries);
		if (!this.#closed) this.#options.onSuspicion(entry.memberPath);
	}

	#forget(memberPath: string, path: string): void {
		const entries = this.#suspicions.get(memberPath);
		if (!entries?.delete(path)) return;
		if (entries.size === 0) this.#suspicions.delete(memberPath);
		if (!this.#closed) this.#options.onSuspicion(memberPath);
	}

	/** In the background; without a connection or the permission it stays until somebody else notices. */
	#removeEmpty(path: string, version: number): void {
		removeEmptyFolder(this.#options.zk, path, version).catch((error: unknown) => {
			if (!(error instanceof ZooKeeperError)) throw error;
		});
	}
}
