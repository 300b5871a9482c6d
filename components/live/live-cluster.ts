import type { ChangeEvent, ClusterView, MemberRow, SnapshotEvent } from '@/lib/core/view';

/** A row with the console's wall clock at which it was sent: its `expiresInMs` and `lastHeardMsAgo` count from there. */
export type LiveMember = MemberRow & { readonly sentAtMs: number };

/**
 * `live`: events arrive. `connecting`: none has come yet. `stale`: they have stopped; what is held is old and is shown as old.
 */
export type Connection = 'live' | 'connecting' | 'stale';

/** Why the stream cannot be had at all, when trying again will not help by itself. */
export type StreamRefusal = 'signed-out' | 'forbidden' | 'not-found';

export type LiveCluster = {
	readonly cluster: ClusterView | null;
	readonly members: ReadonlyMap<string, LiveMember>;
	/**
	 * Rises when a member comes, goes, or changes its verdict or incarnation. Most changes are of latency alone: what depends on
	 * verdicts only (order, board, groups) is worked out again when this has risen, not 8 times a second.
	 */
	readonly verdictsVersion: number;
	readonly connection: Connection;
	/** This browser's Date.now() at the last event; null before the first. */
	readonly lastEventAtMs: number | null;
	/** Add to Date.now() to get the console's clock. Wall clocks of different machines are never compared otherwise. */
	readonly clockOffsetMs: number;
	readonly refusal: StreamRefusal | null;
};

export const NOTHING_YET: LiveCluster = {
	cluster: null,
	members: new Map(),
	verdictsVersion: 0,
	connection: 'connecting',
	lastEventAtMs: null,
	clockOffsetMs: 0,
	refusal: null,
};

export type ReceivedEvent =
	| { readonly kind: 'snapshot'; readonly data: SnapshotEvent }
	| { readonly kind: 'change'; readonly data: ChangeEvent };

const OFFSET_NEWS_MS = 200;

function isNews(before: LiveMember | undefined, row: MemberRow): boolean {
	return before?.verdict !== row.verdict || before.czxid !== row.czxid || before.provable !== row.provable;
}

/**
 * The state after a batch of events, in order. The map is copied once a batch, never changed in place, and a row that did
 * not change keeps its identity, so that its line is not drawn again.
 */
export function receive(before: LiveCluster, events: readonly ReceivedEvent[], nowMs: number): LiveCluster {
	let { cluster, clockOffsetMs, verdictsVersion } = before;
	let members: Map<string, LiveMember> | null = null;
	for (const event of events) {
		const offsetMs = event.data.serverAtMs - nowMs;
		// A few milliseconds of the way here are no news, and would make every age tremble.
		if (Math.abs(offsetMs - clockOffsetMs) > OFFSET_NEWS_MS || before.cluster === null) clockOffsetMs = offsetMs;
		const sentAtMs = event.data.serverAtMs;
		if (event.kind === 'snapshot') {
			cluster = event.data.cluster;
			verdictsVersion++;
			members = new Map(event.data.members.map((row) => [row.path, { ...row, sentAtMs }]));
			continue;
		}
		cluster = event.data.cluster ?? cluster;
		if (event.data.changed.length === 0 && event.data.removed.length === 0) continue;
		members ??= new Map(before.members);
		if (event.data.removed.length > 0 || event.data.changed.some((row) => isNews(members?.get(row.path), row))) {
			verdictsVersion++;
		}
		for (const path of event.data.removed) members.delete(path);
		for (const row of event.data.changed) members.set(row.path, { ...row, sentAtMs });
	}
	return {
		cluster,
		members: members ?? before.members,
		verdictsVersion,
		connection: cluster ? 'live' : 'connecting',
		lastEventAtMs: nowMs,
		clockOffsetMs,
		refusal: null,
	};
}

/** The same data, now known to be old. */
export function lose(before: LiveCluster, refusal: StreamRefusal | null = null): LiveCluster {
	return { ...before, connection: before.cluster ? 'stale' : 'connecting', refusal };
}
