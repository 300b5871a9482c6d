import { RULES } from './policy';
import type { Sweep } from './ports';
import { pingIntervalMs } from './verdict';

/** How another observer's session got on, by this observer's sweeps. Times are its monotonic ms. */
export type ObserverProgress = {
	/** The latest sweep's listing of it; empty when it was not listed. */
	readonly reading: readonly { readonly key: string; readonly packetsReceived: number }[];
	/** Start of the sweep of that reading. */
	readonly readAtMs: number;
	readonly timeoutMs: number | null;
	/** Packets rose on one connection between two sweeps: `sinceMs` and `atMs` are their starts. */
	readonly progress: { readonly sinceMs: number; readonly atMs: number } | null;
};

/** Folds one sweep in. Whoever is not listed, or listed over another connection, makes no progress by that. */
export function nextProgress(before: ObserverProgress | null, sweep: Sweep, sessionId: bigint): ObserverProgress {
	const atMs = sweep.summary.startedAtMs;
	const connections = sweep.sessions.get(sessionId)?.connections ?? [];
	const reading = connections.map(({ serverId, connectionKey, packetsReceived }) => ({
		key: `${serverId} ${connectionKey}`,
		packetsReceived,
	}));
	const rose = reading.some((now) =>
		before?.reading.some((then) => then.key === now.key && now.packetsReceived > then.packetsReceived),
	);
	return {
		reading,
		readAtMs: atMs,
		timeoutMs: connections.at(-1)?.sessionTimeoutMs ?? before?.timeoutMs ?? null,
		progress: before && rose ? { sinceMs: before.readAtMs, atMs } : (before?.progress ?? null),
	};
}

/** Listed by the last sweep, and heard of within two of its ping intervals before that. */
export function isLive({ reading, readAtMs, timeoutMs, progress }: ObserverProgress): boolean {
	return (
		reading.length > 0 &&
		timeoutMs !== null &&
		progress !== null &&
		readAtMs - progress.atMs <= 2 * pingIntervalMs(timeoutMs)
	);
}

/**
 * The time since which it is known to have made progress, for its votes; null: it did not lately. An observer that accuses
 * somebody reads something every half second, so that its packets rise from sweep to sweep: one that stopped is cut
 * off, and its accusations only stand until its session expires. The start of the earlier of the two sweeps: what rose
 * between them may have risen just after that, and the accusation itself was a packet too.
 */
export function votingProgressMs({ reading, readAtMs, progress }: ObserverProgress): number | null {
	const lately = progress !== null && readAtMs - progress.atMs <= RULES.suspicionAgeMsMax;
	return reading.length > 0 && lately ? progress.sinceMs : null;
}
