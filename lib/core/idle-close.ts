/**
 * Servers that close idle connections, learned from the lives of the tripwires held to one endpoint. Such a server closes
 * every tripwire although the member is well; held again at once, it would write a line to the member's log each time.
 */
export type IdleCloseState = {
	/** Lives of the latest tripwires that the peer closed while the session went on, ms, oldest first; at most 5. */
	readonly livesMs: readonly number[];
	/** All such closings since the endpoint was last unlearned. */
	readonly closings: number;
};

export type IdleCloseEvent =
	/** The peer closed a tripwire; `sessionAlive`: a later sweep found the member's session connected or making progress. */
	| { readonly kind: 'closed-by-peer'; readonly heldMs: number; readonly sessionAlive: boolean }
	/** A tripwire has been open for so long and still is. */
	| { readonly kind: 'still-open'; readonly heldMs: number };

export const NOTHING_LEARNED: IdleCloseState = { livesMs: [], closings: 0 };

const LIVES_MAX = 5;
/** One closing may be anything (a proxy's restart); two are a habit. */
const CLOSINGS_MIN = 2;
const OUTLIVED_FACTOR = 4;
const ALIKE_MS = 1_000;
const ALIKE_SHARE = 0.25;
const BACKOFF_MS_MIN = 5_000;
const BACKOFF_MS_MAX = 300_000;

/** A closing with the session gone is a death and teaches nothing; a tripwire that outlives 4 times its kind unlearns all. */
export function learnIdleClose(state: IdleCloseState, event: IdleCloseEvent): IdleCloseState {
	const { heldMs } = event;
	if (!(heldMs >= 0)) return state;
	const usualMs = median(state.livesMs);
	const outlived = usualMs !== null && heldMs > OUTLIVED_FACTOR * usualMs;
	const known = outlived ? NOTHING_LEARNED : state;
	if (event.kind === 'still-open' || !event.sessionAlive) return known;
	return { livesMs: [...known.livesMs, heldMs].slice(-LIVES_MAX), closings: known.closings + 1 };
}

/**
 * How long the endpoint's server keeps an idle connection, ms (the median seen); null while it is not known to close any.
 * A server's own time-out closes after the same time each time; a firewall that resets connections now and then does not,
 * and taking that for a habit would leave the member unwatched.
 */
export function idleMsOf(state: IdleCloseState): number | null {
	return state.closings < CLOSINGS_MIN || !isRegular(state.livesMs) ? null : median(state.livesMs);
}

/** A connection that ended after just this time was closed for being idle; one that ended sooner is news. */
export function isIdleClosing(state: IdleCloseState, heldMs: number): boolean {
	const idleMs = idleMsOf(state);
	return idleMs !== null && heldMs >= idleMs - Math.max(ALIKE_MS, ALIKE_SHARE * idleMs);
}

/** The two latest lives are alike: within a quarter of the longer one, or a second. */
function isRegular(livesMs: readonly number[]): boolean {
	const [before, latest] = livesMs.slice(-2);
	if (before === undefined || latest === undefined) return false;
	return Math.abs(before - latest) <= Math.max(ALIKE_MS, ALIKE_SHARE * Math.max(before, latest));
}

/**
 * How long to wait after a tripwire's end before the next one is held, ms. 0 where nothing is learned. Else
 * max(idle time, 5 s * 2^(closings - 2)), at most 5 min: longer would leave the member unwatched and save no line of a log
 * worth saving. Shorter: noise in the member's log; longer: its death is noticed by the next probe instead of at once.
 */
export function rearmAfterMs(state: IdleCloseState): number {
	const idleMs = idleMsOf(state);
	if (idleMs === null) return 0;
	const doublings = Math.min(state.closings - CLOSINGS_MIN, 16);
	return Math.min(BACKOFF_MS_MAX, Math.max(idleMs, BACKOFF_MS_MIN * 2 ** doublings));
}

/** Of an even number the mean of the two in the middle; null of none. */
function median(values: readonly number[]): number | null {
	const sorted = [...values].sort((a, b) => a - b);
	const upper = sorted[Math.floor(sorted.length / 2)];
	const lower = sorted[Math.ceil(sorted.length / 2) - 1];
	return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}
