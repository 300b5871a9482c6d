import { isLive, nextProgress, type ObserverProgress, votingProgressMs } from '@/lib/core/observer-progress';
import type { Presence } from '@/lib/core/observers';
import type { Clock, Sweep } from '@/lib/core/ports';
import type { KnownObserver } from '@/lib/core/proof';

/** Without a sweep for this long nobody's session is known to live. */
const SWEEP_AGE_MS_MAX = 15_000;

export type ObserverSessions = ReturnType<typeof trackObserverSessions>;

/** How the sessions of the other observers get on, and who of them watches whom. */
export function trackObserverSessions(deps: { clock: Clock; presences(): readonly Presence[] }) {
	const { clock } = deps;
	let progress = new Map<bigint, ObserverProgress>();
	let sweptAtMs = Number.NEGATIVE_INFINITY;
	/** Those that live, by whom they watch; null: to be made anew. Asked for with each atom of evidence. */
	let index: {
		readonly ofAll: readonly KnownObserver[];
		readonly ofPath: ReadonlyMap<string, KnownObserver[]>;
	} | null = null;

	const recent = () => clock.nowMs() - sweptAtMs <= SWEEP_AGE_MS_MAX;

	function live(sessionId: bigint): boolean | null {
		const known = progress.get(sessionId);
		return known && recent() ? isLive(known) : null;
	}

	function makeIndex() {
		const ofAll: KnownObserver[] = [];
		const ofPath = new Map<string, KnownObserver[]>();
		for (const { name, failureDomain, watches, sessionId } of deps.presences()) {
			if (live(sessionId) !== true) {
				continue;
			}
			if (watches === 'all') {
				ofAll.push({ name, failureDomain });
				continue;
			}
			for (const path of watches) {
				const watchers = ofPath.get(path) ?? [];
				watchers.push({ name, failureDomain });
				ofPath.set(path, watchers);
			}
		}
		return { ofAll, ofPath };
	}

	return {
		/** true: it makes progress; false: it does not; null: not known. */
		live,
		votingProgressMs(sessionId: bigint): number | null {
			const known = progress.get(sessionId);
			return known && recent() ? votingProgressMs(known) : null;
		},
		/** Others that live and watch the member at this path. */
		watchersOf(path: string): readonly KnownObserver[] {
			if (!recent()) {
				return [];
			}
			index ??= makeIndex();
			const own = index.ofPath.get(path);
			return own ? [...index.ofAll, ...own] : index.ofAll;
		},
		presencesChanged(): void {
			index = null;
		},
		/** Not being listed says something in a complete sweep only. */
		swept(sweep: Sweep): void {
			const next = new Map<bigint, ObserverProgress>();
			for (const { sessionId } of deps.presences()) {
				const before = progress.get(sessionId) ?? null;
				const listed = (sweep.sessions.get(sessionId)?.connections.length ?? 0) > 0;
				const known = listed || sweep.summary.complete ? nextProgress(before, sweep, sessionId) : before;
				if (known) {
					next.set(sessionId, known);
				}
			}
			const wasRecent = recent();
			const flipped =
				[...next].some(([id, now]) => isLive(now) !== isLiveIn(progress, id)) || next.size !== progress.size;
			progress = next;
			sweptAtMs = sweep.summary.finishedAtMs;
			// Who watches whom changes with who lives, and not with each sweep.
			if (flipped || !wasRecent) {
				index = null;
			}
		},
	};
}

function isLiveIn(progress: ReadonlyMap<bigint, ObserverProgress>, id: bigint): boolean {
	const known = progress.get(id);
	return known !== undefined && isLive(known);
}
