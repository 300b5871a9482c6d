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
	connection: 'connecting',
	lastEventAtMs: null,
	clockOffsetMs: 0,
	refusal: null,
};

export type ReceivedEvent =
	| { readonly kind: 'snapshot'; readonly data: SnapshotEvent }
	| { readonly kind: 'change'; readonly data: ChangeEvent };

/**
 * The state after a batch of events, in order. The map is copied once a batch, never changed in place, and a row that did
 * not change keeps its identity, so that its line is not drawn again.
 */
export function receive(before: LiveCluster, events: readonly ReceivedEvent[], nowMs: number): LiveCluster {
	let { cluster, clockOffsetMs } = before;
	let members: Map<string, LiveMember> | null = null;
	for (const event of events) {
		clockOffsetMs = event.data.serverAtMs - nowMs;
		const sentAtMs = event.data.serverAtMs;
		if (event.kind === 'snapshot') {
			cluster = event.data.cluster;
			members = new Map(event.data.members.map((row) => [row.path, { ...row, sentAtMs }]));
			continue;
		}
		cluster = event.data.cluster ?? cluster;
		if (event.data.changed.length === 0 && event.data.removed.length === 0) continue;
		members ??= new Map(before.members);
		for (const path of event.data.removed) members.delete(path);
		for (const row of event.data.changed) members.set(row.path, { ...row, sentAtMs });
	}
	return {
		cluster,
		members: members ?? before.members,
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
