import type { ChangeEvent, ClusterView, MemberRow, Pulse, SnapshotEvent } from '@/lib/core/view';

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
	/**
	 * What a console that has just started knows so far, while it has not read the whole membership: until then the members
	 * it replaces are shown, as old, and keep their places.
	 */
	readonly arriving: ReadonlyMap<string, LiveMember> | null;
};

export const NOTHING_YET: LiveCluster = {
	cluster: null,
	members: new Map(),
	verdictsVersion: 0,
	connection: 'connecting',
	lastEventAtMs: null,
	clockOffsetMs: 0,
	refusal: null,
	arriving: null,
};

export type ReceivedEvent =
	| { readonly kind: 'snapshot'; readonly data: SnapshotEvent }
	| { readonly kind: 'change'; readonly data: ChangeEvent };

const OFFSET_NEWS_MS = 200;
/** As in MemberRow.recentRttMs. */
const RECENT_ROUNDS = 28;
/** The same answer told twice differs by rounding; two answers are a second apart at least. */
const ANSWER_NEWS_MS = 500;

function isNews(before: LiveMember | undefined, row: MemberRow): boolean {
	return before?.verdict !== row.verdict || before.czxid !== row.czxid || before.provable !== row.provable;
}

/** The row after another answer. */
export function feelPulse(row: LiveMember, pulse: Pulse, serverAtMs: number): LiveMember {
	const [, rttMs, answeredMsAgo, lastHeardMsAgo, expiresInMs] = pulse;
	const answeredAtMs = serverAtMs - answeredMsAgo;
	const isAnother = answeredAtMs - (row.lastAnsweredAtMs ?? 0) > ANSWER_NEWS_MS;
	return {
		...row,
		rttMs,
		recentRttMs: isAnother ? [...row.recentRttMs, rttMs].slice(-RECENT_ROUNDS) : row.recentRttMs,
		lastAnsweredAtMs: isAnother ? answeredAtMs : row.lastAnsweredAtMs,
		session: { ...row.session, lastHeardMsAgo, expiresInMs },
		sentAtMs: serverAtMs,
	};
}

/** Whether an event tells of nothing but answers, which can wait for a second; everything else is shown at once. */
export function isCalmEvent(event: ReceivedEvent): boolean {
	return event.kind === 'change' && event.data.changed.length === 0 && event.data.removed.length === 0;
}

type Taking = {
	cluster: ClusterView | null;
	members: ReadonlyMap<string, LiveMember>;
	/** A copy of `members` that this batch may write into. */
	draft: Map<string, LiveMember> | null;
	arriving: Map<string, LiveMember> | null;
	verdictsVersion: number;
};

function takeSnapshot(taking: Taking, data: SnapshotEvent): void {
	taking.cluster = data.cluster;
	const members = new Map(data.members.map((row) => [row.path, { ...row, sentAtMs: data.serverAtMs }]));
	if (!data.cluster.ensemble.following && taking.members.size > 0) {
		taking.arriving = members;
		return;
	}
	taking.arriving = null;
	taking.members = members;
	taking.draft = members;
	taking.verdictsVersion++;
}

function takeChange(taking: Taking, data: ChangeEvent): void {
	taking.cluster = data.cluster ?? taking.cluster;
	if (data.changed.length + data.removed.length + data.pulses.length > 0) {
		if (!taking.arriving) taking.draft ??= new Map(taking.members);
		const into = taking.arriving ?? taking.draft ?? new Map();
		if (!taking.arriving) taking.members = into;
		const isVisible = into === taking.draft;
		if (isVisible && (data.removed.length > 0 || data.changed.some((row) => isNews(into.get(row.path), row)))) {
			taking.verdictsVersion++;
		}
		for (const path of data.removed) into.delete(path);
		for (const row of data.changed) into.set(row.path, { ...row, sentAtMs: data.serverAtMs });
		for (const pulse of data.pulses) {
			const row = into.get(pulse[0]);
			if (row) into.set(row.path, feelPulse(row, pulse, data.serverAtMs));
		}
	}
	if (taking.arriving && taking.cluster?.ensemble.following) {
		taking.members = taking.arriving;
		taking.draft = taking.arriving;
		taking.arriving = null;
		taking.verdictsVersion++;
	}
}

/**
 * The state after a batch of events, in order. The map is copied once a batch, never changed in place, and a row that did
 * not change keeps its identity, so that its line is not drawn again.
 */
export function receive(before: LiveCluster, events: readonly ReceivedEvent[], nowMs: number): LiveCluster {
	let { clockOffsetMs } = before;
	const taking: Taking = {
		cluster: before.cluster,
		members: before.members,
		draft: null,
		arriving: before.arriving ? new Map(before.arriving) : null,
		verdictsVersion: before.verdictsVersion,
	};
	for (const event of events) {
		const offsetMs = event.data.serverAtMs - nowMs;
		// A few milliseconds of the way here are no news, and would make every age tremble.
		if (Math.abs(offsetMs - clockOffsetMs) > OFFSET_NEWS_MS || before.cluster === null) clockOffsetMs = offsetMs;
		if (event.kind === 'snapshot') takeSnapshot(taking, event.data);
		else takeChange(taking, event.data);
	}
	const { cluster, members, arriving, verdictsVersion } = taking;
	// The counts belong to the members that are shown.
	const counts = arriving ? before.cluster?.counts : undefined;
	return {
		cluster: cluster && counts ? { ...cluster, counts } : cluster,
		members,
		verdictsVersion,
		connection: cluster === null ? 'connecting' : arriving ? 'stale' : 'live',
		lastEventAtMs: arriving ? before.lastEventAtMs : nowMs,
		clockOffsetMs,
		refusal: null,
		arriving,
	};
}

/** The same data, now known to be old. */
export function lose(before: LiveCluster, refusal: StreamRefusal | null = null): LiveCluster {
	return { ...before, connection: before.cluster ? 'stale' : 'connecting', refusal };
}
