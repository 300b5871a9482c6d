import { isProven } from './detector';
import type { Incarnation } from './member';
import { countedEndpoints, type MemberState } from './member-state';
import type { ReasonCode } from './reason';

/** What a drill measures, in the order in which it is expected to happen. */
export const DRILL_MARKS = [
	/** First sign of its end, whichever that was: a tripwire closed, a refusal, its session on no server. */
	'killed',
	/** The last of its tripwires was closed by the peer. */
	'tripwire-closed',
	/** End of the first round in which every address refused. */
	'refused',
	/** End of the first complete sweep that found its session on no server. */
	'session-gone',
	/** The verdict was dead or superseded. */
	'proven',
	/** Its registration was removed by a purge. */
	'purged',
	/** The same id, path or address was registered by a newer session. */
	'replaced',
	/** The replacement is alive. */
	'alive',
] as const;
export type DrillMark = (typeof DRILL_MARKS)[number];

/** Whole ms since the order; null: it has not happened. */
export type DrillTimeline = Readonly<Record<DrillMark, number | null>>;

export const DRILL_OUTCOMES = ['complete', 'not-replaced', 'not-purged', 'not-dead', 'aborted'] as const;
/**
 * `complete`: purged, replaced, and the replacement is alive. `not-replaced`: purged only. `not-purged`: its registration
 * expired by itself, or is still there. `not-dead`: it did not die, or nobody could prove it. `aborted`: the console that
 * conducted it ended first.
 */
export type DrillOutcome = (typeof DRILL_OUTCOMES)[number];

/** Who is expected to purge: automatic recovery, or a person who was told so beforehand. */
export const DRILL_PURGES = ['automatic', 'by-hand'] as const;
export type DrillPurge = (typeof DRILL_PURGES)[number];

/** What was ordered. Ids of ZooKeeper are 0x-hex. */
export type DrillOrder = {
	readonly drillId: string;
	readonly path: string;
	readonly czxid: string;
	readonly id: string;
	readonly group: string;
	/** Who ordered it, as the audit log names them; of a scheduled one whoever made the schedule. */
	readonly by: string;
	readonly reason: string;
	readonly scheduled: boolean;
	readonly purge: DrillPurge;
	/** ms since the epoch, for display. */
	readonly orderedAtMs: number;
	readonly sessionTimeoutMs: number | null;
	/** Somebody has said that they will start it again. */
	readonly replaced: boolean;
};

/** A drill under way, on this observer's monotonic clock. Immutable. */
export type DrillProgress = {
	readonly incarnation: Incarnation;
	readonly id: string;
	/** host:port as registered and as resolved; who comes next registers one of them again. */
	readonly places: readonly string[];
	readonly sessionTimeoutMs: number | null;
	readonly orderedAtMs: number;
	/** What was seen before is of another time: the order, or a little before it where only its echo was seen. */
	readonly sinceMs: number;
	readonly timeline: DrillTimeline;
	/** Of the proof. */
	readonly reasons: readonly ReasonCode[];
	/** When ZooKeeper would have expired the session by itself, as the leader's table had it once the session was gone. */
	readonly expiresAtMs: number | null;
	readonly leftAtMs: number | null;
	readonly replacement: { readonly path: string; readonly czxid: bigint } | null;
};

/** How long a drill may take at least, and in session time-outs. */
const LIMIT_MS_MIN = 60_000;
const LIMIT_TIMEOUTS = 2;
/** What a purge leaves in the counters may be heard of this much later than the registration's end. */
const PURGE_HEARD_MS_MAX = 2_000;

const NOTHING_YET: DrillTimeline = {
	killed: null,
	'tripwire-closed': null,
	refused: null,
	'session-gone': null,
	proven: null,
	purged: null,
	replaced: null,
	alive: null,
};

export function beginDrill(
	drilled: Pick<DrillProgress, 'incarnation' | 'id' | 'places' | 'sessionTimeoutMs' | 'orderedAtMs' | 'sinceMs'>,
): DrillProgress {
	return { ...drilled, timeline: NOTHING_YET, reasons: [], expiresAtMs: null, leftAtMs: null, replacement: null };
}

/** Takes what the member's state has come to; each mark keeps the first time at which it was seen. */
export function observeDrilled(progress: DrillProgress, state: MemberState): DrillProgress {
	const counted = countedEndpoints(state);
	const since = (atMs: number | undefined): number | null =>
		atMs !== undefined && atMs >= progress.sinceMs ? atMs : null;
	const closed = counted.flatMap(({ closedByPeer }) => since(closedByPeer?.atMs) ?? []);
	const isOpen = counted.some(({ tripwire }) => tripwire.state === 'open');
	const refusedAtMs = since(state.refusals[0]?.finishedAtMs);
	const goneAtMs = since(state.session.goneRun[0]?.finishedAtMs);
	const provenAtMs = isProven(state.verdict) ? since(state.sinceMs) : null;
	const signs = [...closed, refusedAtMs, goneAtMs, provenAtMs].flatMap((atMs) => atMs ?? []);
	const { state: session, expiresInMs, expiresReadAtMs } = state.session;
	const known =
		session === 'gone' && expiresInMs !== null && expiresReadAtMs !== null && expiresReadAtMs >= progress.sinceMs;
	const marked = mark(progress, {
		killed: signs.length > 0 ? Math.min(...signs) : null,
		'tripwire-closed': closed.length > 0 && !isOpen ? Math.max(...closed) : null,
		refused: refusedAtMs,
		'session-gone': goneAtMs,
		proven: provenAtMs,
	});
	return {
		...marked,
		reasons: progress.timeline.proven === null && provenAtMs !== null ? [...state.reasons] : progress.reasons,
		expiresAtMs: known ? expiresReadAtMs + expiresInMs : progress.expiresAtMs,
	};
}

/** Its registration is gone. */
export function drilledLeft(progress: DrillProgress, atMs: number): DrillProgress {
	return { ...progress, leftAtMs: progress.leftAtMs ?? atMs };
}

/** It is known that a purge removed the registration, whoever did it. */
export function drilledPurged(progress: DrillProgress): DrillProgress {
	return progress.leftAtMs === null ? progress : mark(progress, { purged: progress.leftAtMs });
}

/** Whether a registration stands in the drilled one's place: newer, and of the same path, id or address. */
export function isReplacement(
	progress: Pick<DrillProgress, 'incarnation' | 'id' | 'places'>,
	candidate: { readonly incarnation: Incarnation; readonly id: string; readonly places: readonly string[] },
): boolean {
	const { incarnation } = candidate;
	const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/'));
	const sameId = candidate.id === progress.id && parentOf(incarnation.path) === parentOf(progress.incarnation.path);
	return (
		incarnation.czxid > progress.incarnation.czxid &&
		incarnation.ephemeralOwner !== progress.incarnation.ephemeralOwner &&
		(incarnation.path === progress.incarnation.path ||
			sameId ||
			candidate.places.some((place) => progress.places.includes(place)))
	);
}

/** The first replacement counts, unless it leaves before it was alive. */
export function replacementJoined(progress: DrillProgress, incarnation: Incarnation, atMs: number): DrillProgress {
	if (progress.replacement !== null) {
		return progress;
	}
	const { path, czxid } = incarnation;
	return { ...mark(progress, { replaced: atMs }), replacement: { path, czxid } };
}

export function isThatReplacement(progress: DrillProgress, { path, czxid }: Incarnation): boolean {
	return progress.replacement?.path === path && progress.replacement.czxid === czxid;
}

export function observeReplacement(
	progress: DrillProgress,
	state: Pick<MemberState, 'verdict' | 'sinceMs'>,
): DrillProgress {
	return state.verdict === 'alive' ? mark(progress, { alive: state.sinceMs }) : progress;
}

export function replacementLeft(progress: DrillProgress): DrillProgress {
	return progress.timeline.alive === null
		? { ...progress, replacement: null, timeline: { ...progress.timeline, replaced: null } }
		: progress;
}

/** How long the drill may take, ms. */
export function drillLimitMs(sessionTimeoutMs: number | null): number {
	return Math.max(LIMIT_MS_MIN, LIMIT_TIMEOUTS * (sessionTimeoutMs ?? 0));
}

/** How it ended, once it has: when the replacement is alive, or when its time is over. Never 'aborted'. */
export function outcomeOfDrill(progress: DrillProgress, nowMs: number): DrillOutcome | null {
	const { timeline, leftAtMs } = progress;
	const isOver = nowMs - progress.orderedAtMs >= drillLimitMs(progress.sessionTimeoutMs);
	if (leftAtMs === null) {
		return isOver ? (timeline.proven === null ? 'not-dead' : 'not-purged') : null;
	}
	const isBack = timeline.alive !== null;
	if (timeline.purged !== null) {
		return isBack ? 'complete' : isOver ? 'not-replaced' : null;
	}
	return isOver || (isBack && nowMs - leftAtMs > PURGE_HEARD_MS_MAX) ? 'not-purged' : null;
}

/** What the session time-out would have cost, ms since the order; null: never seen. */
export function expiryAfterMs(progress: DrillProgress): number | null {
	return progress.expiresAtMs === null ? null : Math.round(progress.expiresAtMs - progress.orderedAtMs);
}

function mark(progress: DrillProgress, seen: Partial<Record<DrillMark, number | null>>): DrillProgress {
	const timeline = { ...progress.timeline };
	for (const name of DRILL_MARKS) {
		const atMs = seen[name];
		if (timeline[name] === null && atMs !== undefined && atMs !== null) {
			timeline[name] = Math.max(0, Math.round(atMs - progress.orderedAtMs));
		}
	}
	return { ...progress, timeline };
}
