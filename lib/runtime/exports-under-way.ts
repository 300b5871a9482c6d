import type { ExportState, ExportView } from '@/lib/core/export-view';
import type { Clock } from '@/lib/core/ports';

/** So long after its end an export can still be asked about. */
const KEPT_MS = 60_000;
/** More at a time are not kept: of the oldest nothing is known any more. */
const KEPT_MAX = 200;

/** What the writing of one export tells of itself. */
export type ExportTrack = {
	/** Another entry was written, this one of the log. */
	wrote(sequence: number): void;
	/** The first word counts: what was done is not cut off when its connection closes. */
	end(state: 'done' | 'cut-off' | 'failed'): void;
};

export type ExportsUnderWay = {
	/** @param until sequence of the last entry that it can hold */
	begin(owner: string, id: string, until: number): ExportTrack;
	view(owner: string, id: string): ExportView;
};

type Export = {
	state: ExportState;
	entries: number;
	firstSequence: number | null;
	lastSequence: number;
	readonly until: number;
	endedAtMs: number | null;
};

function shareOf({ state, firstSequence, lastSequence, until }: Export): number {
	if (state === 'done') return 1;
	if (firstSequence === null) return 0;
	return Math.min(1, (lastSequence - firstSequence + 1) / Math.max(1, until - firstSequence + 1));
}

/** Exports as they are written, by who asked for them and the id that they gave: each sees their own. In memory alone. */
export function createExportsUnderWay(clock: Pick<Clock, 'nowMs'>): ExportsUnderWay {
	const kept = new Map<string, Export>();
	const keyOf = (owner: string, id: string) => `${id} ${owner}`;

	function forget(): void {
		for (const [key, { endedAtMs }] of kept) {
			if (endedAtMs !== null && clock.nowMs() - endedAtMs > KEPT_MS) kept.delete(key);
		}
		for (const key of kept.keys()) {
			if (kept.size <= KEPT_MAX) break;
			kept.delete(key);
		}
	}
	return {
		begin(owner, id, until) {
			const one: Export = {
				state: 'running',
				entries: 0,
				firstSequence: null,
				lastSequence: 0,
				until,
				endedAtMs: null,
			};
			kept.delete(keyOf(owner, id));
			kept.set(keyOf(owner, id), one);
			forget();
			return {
				wrote(sequence) {
					one.entries += 1;
					one.firstSequence ??= sequence;
					one.lastSequence = sequence;
				},
				end(state) {
					if (one.state !== 'running') return;
					one.state = state;
					one.endedAtMs = clock.nowMs();
				},
			};
		},
		view(owner, id) {
			forget();
			const one = kept.get(keyOf(owner, id));
			if (one === undefined) return { state: 'unknown', entries: 0, share: 0 };
			return { state: one.state, entries: one.entries, share: shareOf(one) };
		},
	};
}
