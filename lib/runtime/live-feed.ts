import type { Clock } from '@/lib/core/ports';
import type { ChangeEvent, ClusterView, MemberRow, SnapshotEvent } from '@/lib/core/view';
import type { LiveEvent } from './rollcall';

/** Changes reach the browser within 250 ms: they are gathered this long, so that churn is one event, not hundreds. */
const GATHER_MS = 100;
/** An event is sent at least this often, changes or not, so that a reader can tell silence from calm. */
const BEAT_MS = 2_000;
const RING = 300;

export type LiveFeed = {
	changed(path: string): void;
	removed(path: string): void;
	clusterChanged(): void;
	subscribe(lastEventId: string | null, listener: (event: LiveEvent) => void): () => void;
	close(): void;
};

/** Gathers what changed into server-sent events; resumes a reader from the ring, or gives it a snapshot anew. */
export function createLiveFeed(deps: {
	clock: Clock;
	/** Distinguishes this process's positions from another's. */
	epoch: string;
	cluster(): ClusterView;
	rows(): MemberRow[];
	row(path: string): MemberRow | null;
}): LiveFeed {
	const { clock } = deps;
	const listeners = new Set<(event: LiveEvent) => void>();
	const ring: { sequence: number; event: LiveEvent }[] = [];
	const stop = new AbortController();
	let changed = new Set<string>();
	let removed = new Set<string>();
	let clusterDirty = false;
	let sequence = 0;
	let lastCluster = '';
	let lastSentMs = clock.nowMs();

	const idOf = (position: number) => `${deps.epoch}-${position}`;

	function publish(data: ChangeEvent): void {
		sequence += 1;
		lastSentMs = clock.nowMs();
		const event: LiveEvent = { id: idOf(sequence), kind: 'change', data };
		ring.push({ sequence, event });
		ring.splice(0, Math.max(0, ring.length - RING));
		for (const listener of listeners) {
			listener(event);
		}
	}

	function flush(): void {
		const beat = clock.nowMs() - lastSentMs >= BEAT_MS;
		if (changed.size === 0 && removed.size === 0 && !clusterDirty && !beat) {
			return;
		}
		const rows = [...changed].flatMap((path) => deps.row(path) ?? []);
		const gone = [...removed].filter((path) => !changed.has(path) || deps.row(path) === null);
		changed = new Set();
		removed = new Set();
		clusterDirty = false;
		const cluster = deps.cluster();
		const text = JSON.stringify(cluster);
		publish({
			cluster: text === lastCluster ? null : cluster,
			changed: rows,
			removed: gone,
			serverAtMs: Math.round(clock.wallMs()),
		});
		lastCluster = text;
	}

	async function run(): Promise<void> {
		while (!stop.signal.aborted) {
			await clock.sleep(GATHER_MS, stop.signal);
			flush();
		}
	}
	void run();

	function snapshot(): LiveEvent {
		const data: SnapshotEvent = {
			cluster: deps.cluster(),
			members: deps.rows(),
			serverAtMs: Math.round(clock.wallMs()),
		};
		return { id: idOf(sequence), kind: 'snapshot', data };
	}

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

	return {
		changed: (path) => {
			changed.add(path);
		},
		removed: (path) => {
			removed.add(path);
		},
		clusterChanged: () => {
			clusterDirty = true;
		},
		subscribe(lastEventId, listener) {
			for (const event of missedSince(lastEventId) ?? [snapshot()]) {
				listener(event);
			}
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		close: () => stop.abort(),
	};
}
