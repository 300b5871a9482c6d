import type { AuditDraft } from '@/lib/core/audit-entry';
import { isProven, type Transition } from '@/lib/core/detector';
import type { Clock } from '@/lib/core/ports';
import type { DecisionContext } from '@/lib/core/proof';
import { createTokenBuckets } from '@/lib/core/token-buckets';
import type { LeftEntry, RollEntry } from './roll';
import { toVerdictDraft } from './verdict-record';

/** Changes that have no proof to do with, a cluster: a network that flaps must not fill the log, nor keep it from the rest. */
const BURST = 100;
const PER_SECOND = 5;

/**
 * An entry is a flush to disk, in which the whole console may stand still: within the second that a suspicion has to settle in,
 * that voids the proof. So a change short of a proof waits until nothing has changed for longer than a suspicion settles by default.
 */
const CALM_MS = 2_500;
const HELD_MAX_MS = 10_000;

export type VerdictLogDeps = {
	readonly config: { readonly id: string };
	readonly observer: string;
	readonly clock: Clock;
	readonly record: (draft: AuditDraft) => void;
	readonly contextOf: (entry: RollEntry) => DecisionContext;
};

export type VerdictLog = {
	turned(entry: RollEntry, transition: Transition, context: DecisionContext): void;
	left(left: LeftEntry): void;
	/** Writes what waits. What turns or leaves afterwards is written at once. Idempotent. */
	close(): void;
};

/**
 * Every change of verdict into the audit log, with its whole input. To and from a proof: each. All others: a hundred at once,
 * then five a second; what was left out is counted in the next entry. What was never known has not changed: a member's first
 * verdict is no entry. A proof is written at once, what is held goes before it: entries stand in the order of the changes.
 */
export function keepVerdictLog(deps: VerdictLogDeps): VerdictLog {
	const buckets = createTokenBuckets({ capacity: BURST, refillPerSecond: PER_SECOND, keysMax: 1 });
	const closing = new AbortController();
	let leftOut = 0;
	let held: AuditDraft[] = [];
	let heldSinceMs = 0;
	let lastTurnAtMs = 0;
	let isWaiting = false;

	function writeHeld(): void {
		const drafts = held;
		held = [];
		for (const draft of drafts) {
			deps.record(draft);
		}
	}

	async function writeOnceCalm(): Promise<void> {
		isWaiting = true;
		while (held.length > 0) {
			const dueAtMs = Math.min(lastTurnAtMs + CALM_MS, heldSinceMs + HELD_MAX_MS);
			const waitMs = dueAtMs - deps.clock.nowMs();
			if (waitMs > 0) {
				await deps.clock.sleep(waitMs, closing.signal);
			}
			if (waitMs <= 0 || closing.signal.aborted) {
				writeHeld();
			}
		}
		isWaiting = false;
	}

	function write(draft: AuditDraft, isOfProof: boolean): void {
		lastTurnAtMs = deps.clock.nowMs();
		heldSinceMs = held.length === 0 ? lastTurnAtMs : heldSinceMs;
		held.push(draft);
		if (isOfProof || closing.signal.aborted) {
			writeHeld();
		} else if (!isWaiting) {
			void writeOnceCalm();
		}
	}

	function note(entry: RollEntry, transition: Transition, context: DecisionContext): void {
		if (transition.from === 'unknown') {
			return;
		}
		const isOfProof = isProven(transition.to) || isProven(transition.from);
		if (!isOfProof && !buckets.take('changes', deps.clock.nowMs()).taken) {
			leftOut += 1;
			return;
		}
		const leftOutBefore = leftOut;
		leftOut = 0;
		write(toVerdictDraft(deps, { context, entry, transition, leftOutBefore }), isOfProof);
	}

	return {
		turned: note,
		left(left) {
			const { incarnation, verdict: from } = left.entry.state;
			const transition: Transition = { incarnation, atMs: left.leftAtMs, from, to: 'left', reasons: [left.how] };
			note(left.entry, transition, deps.contextOf(left.entry));
		},
		close() {
			closing.abort();
			writeHeld();
		},
	};
}
