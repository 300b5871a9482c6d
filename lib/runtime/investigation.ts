import { isProven } from '@/lib/core/detector';
import { hasFailures, type MemberState } from '@/lib/core/member-state';
import { RULES } from '@/lib/core/policy';
import type { Clock } from '@/lib/core/ports';

/** Just above what verdicts.md demands between a proof's rounds: from the end of one to the start of the next. */
const ROUND_PAUSE_MS = RULES.roundGapMsMin + 5;
/** A suspicion is looked into at this pace for this long, whatever the session says; later only while it is gone. */
const EAGER_MS = 5_000;
const BACK_OFF_MS_MAX = 5_000;
const PAUSE_MS_MIN = 20;
/** Rounds of one investigation that do not wait for their pause: a server that closes every connection gives news for ever. */
const EARLY_MAX = 3;

export type InvestigationDeps = {
	readonly clock: Clock;
	/** Of the watch: aborts when it ends. */
	readonly signal: AbortSignal;
	/** A look at every address, with the reference check. Null: nothing could be asked. */
	round(): Promise<{ readonly timedOut: boolean } | null>;
	/** Resolves when a sweep that started after now has been folded in, or there will be none. Never rejects. */
	sweepAfterNow(): Promise<void>;
	state(): MemberState | null;
	/** Told of the state after each sweep. */
	onSwept(state: MemberState): void;
	/** Pause between looks at one of whom as many are looked at now. */
	crowdPauseMs(proven: boolean): number;
	onFault(error: unknown): void;
};

export type Investigation = {
	isUnderWay(): boolean;
	/** Look now: rounds and sweeps follow each other until the matter is decided. */
	suspect(): void;
	/** A connection that it had just made was closed by the peer: the next round is not waited for. */
	news(): void;
	/** One look, and no more of it unless the session is gone too. */
	lookOnce(): void;
	/** The member is well again, or something happened that an older suspicion did not know of. */
	forget(): void;
	close(): void;
};

/** The eager part of a watch: rounds and sweeps in turn for as long as a suspicion is undecided, one at a time. */
export function createInvestigation(deps: InvestigationDeps): Investigation {
	const { clock, signal } = deps;
	let underWay = false;
	/** Onset of the present suspicion; null while the member is well. */
	let suspectedSinceMs: number | null = null;
	let hurry = new AbortController();
	let early = 0;

	/** Worth another look at once: the session is gone, or the suspicion is young. Else the pace of rest will do. */
	function undecided(state: MemberState): boolean {
		if (state.verdict === 'alive' && !hasFailures(state)) {
			suspectedSinceMs = null;
			return false;
		}
		suspectedSinceMs ??= clock.nowMs();
		return state.session.state === 'gone' || clock.nowMs() - suspectedSinceMs < EAGER_MS;
	}

	/** Round, sweep, round, sweep … until alive again, or connected in spite of all for a while. */
	async function investigate(): Promise<void> {
		let pauseMs: number = ROUND_PAUSE_MS;
		while (!signal.aborted) {
			hurry = new AbortController();
			const asked = await deps.round();
			const endedAtMs = clock.nowMs();
			await unlessHurried(deps.sweepAfterNow(), hurry.signal);
			const state = deps.state();
			if (state) {
				deps.onSwept(state);
			}
			if (!state || signal.aborted || !undecided(state)) {
				return;
			}
			// A probe that timed out is not repeated at once: that would manufacture the evidence.
			// They all go on from the same sweep, but must not all knock in the same turn.
			const crowdMs = deps.crowdPauseMs(isProven(state.verdict));
			pauseMs = asked?.timedOut ? Math.min(pauseMs * 2, BACK_OFF_MS_MAX) : Math.max(ROUND_PAUSE_MS, crowdMs);
			await clock.sleep(Math.max(pauseMs - (clock.nowMs() - endedAtMs), PAUSE_MS_MIN), hurry.signal);
		}
	}

	function suspect(): void {
		if (underWay || signal.aborted) {
			return;
		}
		underWay = true;
		early = 0;
		// The loop at rest goes on at its own pace afterwards: woken at once it would ask again, and so for ever.
		void investigate()
			.catch(deps.onFault)
			.finally(() => {
				underWay = false;
			});
	}

	return {
		isUnderWay: () => underWay,
		suspect,
		news() {
			if (underWay && early < EARLY_MAX) {
				early += 1;
				hurry.abort();
			}
		},
		lookOnce() {
			if (underWay || signal.aborted) {
				return;
			}
			void deps
				.round()
				.then(deps.sweepAfterNow)
				.then(() => {
					if (deps.state()?.session.state === 'gone') {
						suspect();
					}
				})
				.catch(deps.onFault);
		},
		forget() {
			suspectedSinceMs = null;
		},
		close: () => hurry.abort(),
	};
}

/** Resolves with the work, or as soon as the signal aborts. The work never rejects. */
function unlessHurried(work: Promise<void>, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) {
			resolve();
			return;
		}
		const hurried = () => resolve();
		signal.addEventListener('abort', hurried, { once: true });
		void work.then(() => {
			signal.removeEventListener('abort', hurried);
			resolve();
		});
	});
}
