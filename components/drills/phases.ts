import type { DrillMark, DrillTimeline } from '@/lib/core/drill';

/** A bar of the timeline: from where the phase before ended to its own mark. */
export type Phase = {
	readonly mark: DrillMark;
	readonly fromMs: number;
	/** Null: it has not come to its end. */
	readonly toMs: number | null;
	/** Moments within it, the earliest first. */
	readonly ticks: readonly { readonly mark: DrillMark; readonly atMs: number }[];
};

const PHASES: readonly { readonly mark: DrillMark; readonly ticks: readonly DrillMark[] }[] = [
	{ mark: 'killed', ticks: [] },
	{ mark: 'tripwire-closed', ticks: [] },
	{ mark: 'proven', ticks: ['refused', 'session-gone'] },
	{ mark: 'purged', ticks: [] },
	{ mark: 'replaced', ticks: [] },
	{ mark: 'alive', ticks: [] },
];

/** The bars of a timeline. The first that has not ended begins where the last one did; those after it have not begun. */
export function toPhases(timeline: DrillTimeline): Phase[] {
	let fromMs = 0;
	return PHASES.map(({ mark, ticks }) => {
		const toMs = timeline[mark];
		const phase = {
			mark,
			// A replacement may come before the purge: its bar is then a moment.
			fromMs: toMs === null ? fromMs : Math.min(fromMs, toMs),
			toMs,
			ticks: ticks
				.flatMap((tick) => {
					const atMs = timeline[tick];
					return atMs === null ? [] : [{ mark: tick, atMs }];
				})
				.toSorted((a, b) => a.atMs - b.atMs),
		};
		fromMs = toMs ?? fromMs;
		return phase;
	});
}

/** What the whole width stands for: the last mark, or the time that has passed, and some air. */
export function scaleMs(timeline: DrillTimeline, elapsedMs: number | null): number {
	const known = Object.values(timeline).flatMap((atMs) => atMs ?? []);
	return Math.max(500, ...known, elapsedMs ?? 0) * 1.06;
}

/** The first mark of the timeline's bars that has not come; null: all have. */
export function nextMark(timeline: DrillTimeline): DrillMark | null {
	return PHASES.find(({ mark }) => timeline[mark] === null)?.mark ?? null;
}
