import type { TransitionView } from '@/lib/core/view';

export type Episode = {
	/** When the member stopped being alive, this time; null when that was not seen. */
	readonly firstSignAtMs: number | null;
	/** When it was proven dead or superseded, this time; null when it is not. */
	readonly provenAtMs: number | null;
};

/**
 * What is going on now: the transitions since the member was last alive (oldest first, as they come). 'unknown' at the start of
 * the watch is no sign of anything and does not begin an episode.
 */
export function episodeOf(transitions: readonly TransitionView[]): Episode {
	let firstSignAtMs: number | null = null;
	let provenAtMs: number | null = null;
	for (const transition of transitions) {
		if (transition.to === 'alive' || transition.to === 'unknown') {
			firstSignAtMs = null;
			provenAtMs = null;
			continue;
		}
		if (firstSignAtMs === null) firstSignAtMs = transition.atMs;
		const proven = transition.to === 'dead' || transition.to === 'superseded';
		if (proven) provenAtMs ??= transition.atMs;
		else if (transition.to !== 'left') provenAtMs = null;
	}
	return { firstSignAtMs, provenAtMs };
}
