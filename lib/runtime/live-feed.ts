import type { Clock } from '@/lib/core/ports';
import type { ChangeEvent, ClusterView, MemberRow, Pulse } from '@/lib/core/view';
import { isCalm, stillOf, toPulse } from './calm-row';
import type { LiveEvent } from './rollcall';

/** Changes reach the browser within 250 ms: they are gathered this long, so that churn is one event, not hundreds. */
const GATHER_MS = 100;
/** An event is sent at least this often, changes or not, so that a reader can tell silence from calm. */
const BEAT_MS = 2_000;
const RING = 300;
/** Rows kept for readers that come back. */
const RING_ROWS_MAX = 20_000;
/**
 * Members that did nothing but answer once more are looked at so many at a time, oldest first: 10,000 of them every four
 * seconds, in steps that delay neither the members that did change nor the loop that watches them.
 */
const CALM_A_FLUSH = 250;
/** A pulse weighs a tenth of a row. */
const PULSES_A_ROW = 10;
/** Rows that a new reader is told in one turn: some 10 ms of work. Ten thousand at once would make this very observer unwell. */
const ROWS_AT_ONCE = 500;
/** A reader that is away for longer gets a snapshot: nothing is gathered for nobody. */
const UNHEARD_MS_MAX = 30_000;

export type LiveFeed = {
	/** `news`: something else than another answer; told at the next opportunity, whatever else waits. */
	changed(path: string, news?: boolean): void;
	removed(path: string): void;
	clusterChanged(): void;
	/** A snapshot of many members is made in several turns: it comes soon, and everything else after it. */
	subscribe(lastEventId: string | null, listener: (event: LiveEvent) => void): () => void;
	/** Readers just now. */
	listeners(): number;
	close(): void;
};

/** Gathers what changed into server-sent events; resumes a reader from the ring, or gives it a snapshot anew. */
export function createLiveFeed(deps: {
	clock: Clock;
	/** Distinguishes this process's positions from another's. */
	epoch: string;
	cluster(): ClusterView;
	/** Of all registered members. */
	paths(): string[];
	row(path: string): MemberRow | null;
	/** A fault of this program or of a listener; the feed goes on. */
	onFault(error: unknown): void;
}): LiveFeed {
	const { clock } = deps;
	const listeners = new Set<(event: LiveEvent) => void>();
	const ring: { sequence: number; rows: number; event: LiveEvent }[] = [];
	const stop = new AbortController();
	/** What is to be told of, in the order in which it came up: at once, and when its turn comes. */
	let changed = new Set<string>();
	const calm = new Set<string>();
	let removed = new Set<string>();
	/** What every listener knows of a member, but for its pulse (stillOf). */
	const told = new Map<string, string>();
	let clusterDirty = false;
	let sequence = 0;
	let lastCluster = '';
	let ringRows = 0;
	let lastSentMs = clock.nowMs();
	let lastHeardMs = Number.NEGATIVE_INFINITY;
	let unheard = false;

	const idOf = (position: number) => `${deps.epoch}-${position}`;

	function publish(data: ChangeEvent): void {
		sequence += 1;
		lastSentMs = clock.nowMs();
		const event: LiveEvent = { id: idOf(sequence), kind: 'change', data };
		ring.push({ sequence, rows: data.changed.length + data.pulses.length / PULSES_A_ROW, event });
		ringRows += data.changed.length + data.pulses.length / PULSES_A_ROW;
		while (ring.length > RING || (ringRows > RING_ROWS_MAX && ring.length > 1)) {
			ringRows -= ring.shift()?.rows ?? 0;
		}
		for (const listener of listeners) {
			try {
				listener(event);
			} catch (error) {
				listeners.delete(listener);
				deps.onFault(error);
			}
		}
	}

	/** Nobody listens, and whoever did has been gone for long: what changes is not told, and who comes gets a snapshot. */
	function isUnheard(): boolean {
		if (listeners.size > 0) {
			lastHeardMs = clock.nowMs();
		}
		return clock.nowMs() - lastHeardMs > UNHEARD_MS_MAX;
	}

	function forget(): void {
		// The position moves on, so that nobody resumes across the gap.
		sequence += unheard ? 0 : 1;
		unheard = true;
		ring.length = 0;
		ringRows = 0;
		changed.clear();
		calm.clear();
		removed.clear();
		told.clear();
	}

	/** The whole row where anything but its pulse is another than was told; sorted into the event that is being made. */
	function tell(path: string, into: { changed: MemberRow[]; pulses: Pulse[] }, serverAtMs: number): void {
		const row = deps.row(path);
		if (row === null) {
			return;
		}
		const still = stillOf(row);
		if (isCalm(row) && told.get(path) === still) {
			into.pulses.push(toPulse(row, serverAtMs));
			return;
		}
		told.set(path, still);
		into.changed.push(row);
	}

	function takeCalm(): string[] {
		const taken: string[] = [];
		for (const path of calm) {
			if (taken.length >= CALM_A_FLUSH) {
				break;
			}
			calm.delete(path);
			taken.push(path);
		}
		return taken;
	}

	function flush(): void {
		if (isUnheard()) {
			forget();
			return;
		}
		const beat = clock.nowMs() - lastSentMs >= BEAT_MS;
		if (changed.size === 0 && calm.size === 0 && removed.size === 0 && !clusterDirty && !beat) {
			return;
		}
		const serverAtMs = Math.round(clock.wallMs());
		const rows = { changed: [] as MemberRow[], pulses: [] as Pulse[] };
		const gone = [...removed].filter((path) => deps.row(path) === null);
		for (const path of [...changed, ...takeCalm()]) {
			tell(path, rows, serverAtMs);
		}
		changed = new Set();
		removed = new Set();
		clusterDirty = false;
		const cluster = deps.cluster();
		const text = JSON.stringify(cluster);
		publish({
			cluster: text === lastCluster ? null : cluster,
			...rows,
			removed: gone,
			serverAtMs,
		});
		lastCluster = text;
	}

	async function run(): Promise<void> {
		while (!stop.signal.aborted) {
			await clock.sleep(GATHER_MS, stop.signal);
			try {
				flush();
			} catch (error) {
				deps.onFault(error);
			}
		}
	}
	void run();

	/** Events after the given position, or null when the ring no longer reaches back to it. */
	function missedSince(lastEventId: string | null): LiveEvent[] | null {
		if (lastEventId === null || !lastEventId.startsWith(`${deps.epoch}-`)) {
			return null;
		}
		const position = Number(lastEventId.slice(deps.epoch.length + 1));
		const oldest = ring[0]?.sequence ?? sequence + 1;
		if (!Number.isInteger(position) || position > sequence || position < oldest - 1) {
			return null;
		}
		return ring.filter((kept) => kept.sequence > position).map((kept) => kept.event);
	}

	/** Where others know more or less than a new reader will, what is pending is told to all of them in full. */
	function rowForReader(path: string, isOnly: boolean): MemberRow | null {
		const row = deps.row(path);
		if (changed.has(path) || calm.has(path)) {
			told.delete(path);
		} else if (isOnly && row !== null) {
			told.set(path, stillOf(row));
		}
		return row;
	}

	/**
	 * Gives a new reader the snapshot, and then what came up while it was made: each event has whole rows, so that what was
	 * gathered sooner than another row is made good by the events behind it. Never rejects.
	 */
	async function welcome(reader: Reader): Promise<void> {
		const isOnly = listeners.size === 0 && ring.length === 0;
		const id = idOf(sequence);
		// Of the first row: none is shown as fresher than it is.
		const serverAtMs = Math.round(clock.wallMs());
		listeners.add(reader.take);
		const members: MemberRow[] = [];
		for (const [index, path] of deps.paths().entries()) {
			if (index > 0 && index % ROWS_AT_ONCE === 0) {
				await clock.sleep(0, stop.signal);
				if (!listeners.has(reader.take)) {
					return;
				}
			}
			const row = rowForReader(path, isOnly);
			if (row !== null) {
				members.push(row);
			}
		}
		reader.begin({ id, kind: 'snapshot', data: { cluster: deps.cluster(), members, serverAtMs } });
	}

	return {
		changed(path, news = true) {
			if (news) {
				calm.delete(path);
				changed.add(path);
			} else if (!changed.has(path)) {
				calm.add(path);
			}
		},
		removed(path) {
			calm.delete(path);
			told.delete(path);
			removed.add(path);
		},
		clusterChanged: () => {
			clusterDirty = true;
		},
		subscribe(lastEventId, listener) {
			const missed = missedSince(lastEventId);
			const reader = readerOf(listener, missed === null);
			for (const event of missed ?? []) {
				listener(event);
			}
			if (missed === null) {
				welcome(reader).catch((error: unknown) => {
					listeners.delete(reader.take);
					deps.onFault(error);
				});
			} else {
				listeners.add(reader.take);
			}
			unheard = false;
			lastHeardMs = clock.nowMs();
			return () => {
				isUnheard();
				listeners.delete(reader.take);
			};
		},
		listeners: () => listeners.size,
		close: () => stop.abort(),
	};
}

type Reader = {
	/** Its place among the listeners. */
	take(event: LiveEvent): void;
	/** What it is told first; from then on it gets what comes. */
	begin(event: LiveEvent): void;
};

/** `waits`: what comes is kept for it until it has begun. */
function readerOf(listener: (event: LiveEvent) => void, waits: boolean): Reader {
	let waiting: LiveEvent[] | null = waits ? [] : null;
	return {
		take(event) {
			if (waiting === null) {
				listener(event);
			} else {
				waiting.push(event);
			}
		},
		begin(event) {
			const kept = waiting ?? [];
			waiting = null;
			for (const each of [event, ...kept]) {
				listener(each);
			}
		},
	};
}
