import type { AuditDraft } from '@/lib/core/audit-entry';
import { isProven } from '@/lib/core/detector';
import type { GuardCheck } from '@/lib/core/guard';
import { incarnationKey } from '@/lib/core/member';
import type { Policy } from '@/lib/core/policy';
import type { Clock } from '@/lib/core/ports';
import {
	type HeldBack,
	judgeCandidates,
	planAttempts,
	type RecoveryCandidate,
	type RecoveryTried,
	retryPauseMs,
	summariseHeld,
} from '@/lib/core/recovery-plan';
import type { Settings } from '@/lib/core/settings';
import { type PurgeDeps, purgeMembers } from './purge-member';
import { lookForRecovery } from './recovery-look';
import { createRefusalLog, isAgedOnly, RECOVERER, reasonOf, toRequest } from './recovery-record';
import type { RollEntry } from './roll';

/** While somebody is proven: how often is looked whether this console holds the latch by now, or a pause is over. */
const TICK_MS = 100;
/** While nobody is. */
const IDLE_MS = 1_000;
/** While something is held back: how often the guards are asked again. */
const LOOK_MS = 1_000;
/** Refusals that are told in one turn: each carries all that it was decided on. */
const TOLD_MAX = 16;
/** Members that go in one request. */
const BATCH_MAX = 200;

export type RecoveryDeps = {
	readonly clock: Clock;
	/** As a purge just now would have them. */
	readonly purgeDeps: () => PurgeDeps;
	/** The cluster's as it is now. */
	readonly policy: () => Policy;
	readonly settings: () => Settings | null;
	readonly record: (draft: AuditDraft) => void;
	readonly onFault: (error: unknown) => void;
};

export type Recovery = {
	/** A member's verdict has changed. */
	turned(entry: RollEntry): void;
	/** It is no longer registered. */
	left(entry: RollEntry): void;
	/** Something that the guards count has changed: they are asked again soon. */
	changed(): void;
	/** What the operators want has changed: whatever waits is tried at once. */
	retry(): void;
	/** What is proven, would be purged, and is not, and why; empty while it is switched off. */
	heldBack(): HeldBack[];
	close(): Promise<void>;
};

/**
 * Purges members that are proven dead or superseded by itself, where policy and registration say so, under all guards, on
 * the console that holds the latch. Begins in the turn after the proof; what is refused or contended is tried again while
 * it is proven. The other consoles look as well: their pages tell what is held back, and whoever gets the latch goes on.
 */
export function recoverAutomatically(deps: RecoveryDeps): Recovery {
	const { clock } = deps;
	const stop = new AbortController();
	const proven = new Map<string, RollEntry>();
	const tried = new Map<string, RecoveryTried>();
	const askedAtMs = new Map<string, number>();
	const refusals = createRefusalLog();
	const underWay = new Set<Promise<void>>();
	let held = new Map<string, readonly GuardCheck[]>();
	/** Registrations that attempts under way remove. */
	let going = 0;
	let scheduled = false;
	let heldLatch = false;
	let nextAtMs = 0;

	/** The roll is still folding evidence: several that are proven by one sweep go together. */
	function soon(): void {
		if (!scheduled && !stop.signal.aborted) {
			scheduled = true;
			queueMicrotask(() => {
				scheduled = false;
				try {
					look();
				} catch (error) {
					deps.onFault(error);
				}
			});
		}
	}

	function forget(entry: RollEntry): void {
		const key = incarnationKey(entry.registration.incarnation);
		proven.delete(key);
		tried.delete(key);
		askedAtMs.delete(key);
		held.delete(key);
		refusals.forget(entry);
	}

	function isSwitchedOn({ config }: RollEntry): boolean {
		const own = deps.settings()?.registrations[config.path]?.automaticRecovery ?? config.automaticRecovery;
		return own && deps.policy().automaticRecovery;
	}

	/** Proven, switched on, and of no session of which a registration goes already. */
	function considered(): RollEntry[] {
		const busy = new Set<bigint>();
		for (const [key, entry] of proven) {
			if (tried.get(key)?.running) {
				busy.add(entry.state.incarnation.ephemeralOwner);
			}
		}
		return [...proven.values()].filter(
			(entry) => isSwitchedOn(entry) && !busy.has(entry.state.incarnation.ephemeralOwner),
		);
	}

	function look(): void {
		if (stop.signal.aborted) {
			return;
		}
		const purge = deps.purgeDeps();
		const nowMs = clock.nowMs();
		const { candidates, judge } = lookForRecovery(purge, considered());
		const judged = judgeCandidates(candidates, going, askedAtMs, judge);
		for (const key of judged.asked) {
			askedAtMs.set(key, nowMs);
		}
		const before = held;
		held = new Map(judged.held);
		for (const key of judged.unasked) {
			held.set(key, before.get(key) ?? []);
		}
		nextAtMs = judged.unasked.length > 0 ? nowMs : nowMs + LOOK_MS;
		heldLatch = purge.latch().kind === 'held';
		if (heldLatch) {
			const untold = recordHeld(purge, judged.held);
			const plan = planAttempts(judged.free, tried, nowMs);
			nextAtMs = untold ? nowMs : Math.min(nextAtMs, plan.nextAtMs ?? nextAtMs);
			begin(purge, plan.attempt);
		}
	}

	/** True: there is more to tell in the next turn. */
	function recordHeld(purge: PurgeDeps, checks: ReadonlyMap<string, readonly GuardCheck[]>): boolean {
		let told = 0;
		for (const [key, guards] of checks) {
			if (told === TOLD_MAX) {
				return true;
			}
			const entry = proven.get(key);
			const draft = entry ? refusals.toldOf(purge, entry, guards) : null;
			if (draft) {
				deps.record(draft);
				told += 1;
			}
		}
		return false;
	}

	/** Those of one reason in one request, for it stands in each record; first attempts apart from further ones. */
	function begin(purge: PurgeDeps, chosen: readonly RecoveryCandidate[]): void {
		const requests = new Map<string, RecoveryCandidate[]>();
		for (const candidate of chosen) {
			const entry = proven.get(candidate.key);
			if (entry) {
				const kind = `${tried.has(candidate.key)} ${reasonOf(entry)}`;
				requests.set(kind, [...(requests.get(kind) ?? []), candidate]);
			}
		}
		for (const candidates of requests.values()) {
			for (let start = 0; start < candidates.length; start += BATCH_MAX) {
				const work: Promise<void> = attempt(purge, candidates.slice(start, start + BATCH_MAX))
					.catch(deps.onFault)
					.finally(() => {
						underWay.delete(work);
						soon();
					});
				underWay.add(work);
			}
		}
	}

	async function attempt(purge: PurgeDeps, candidates: readonly RecoveryCandidate[]): Promise<void> {
		const entries = candidates.flatMap(({ key }) => proven.get(key) ?? []);
		const again = candidates.some(({ key }) => tried.has(key));
		const planned = candidates.reduce((sum, candidate) => sum + candidate.going, 0);
		going += planned;
		for (const { key } of candidates) {
			tried.set(key, { running: true, failures: tried.get(key)?.failures ?? 0, retryAtMs: 0 });
		}
		try {
			const options = { by: 'automatic', freshFirst: again } as const;
			const { outcomes } = await purgeMembers(refusals.attach(purge, again), toRequest(entries), RECOVERER, options);
			for (const [index, entry] of entries.entries()) {
				settle(entry, outcomes[index], again);
			}
		} finally {
			going -= planned;
			for (const entry of entries) {
				settle(entry, undefined, again);
			}
		}
	}

	/** Once for each attempt: what has been settled is not running any more. */
	function settle(entry: RollEntry, outcome: { outcome: string; detail: string } | undefined, again: boolean): void {
		const key = incarnationKey(entry.registration.incarnation);
		const known = tried.get(key);
		if (!known?.running) {
			return;
		}
		// Gone, or gone as far as it can be.
		if (outcome?.outcome === 'purged' || outcome?.outcome === 'partial') {
			forget(entry);
			return;
		}
		const nowMs = clock.nowMs();
		// Evidence that has aged on the way is gathered anew at once: that is no failure.
		const aged = !again && outcome?.outcome === 'refused' && isAgedOnly(outcome.detail);
		const failures = known.failures + (aged ? 0 : 1);
		const retryAtMs = aged ? nowMs : nowMs + retryPauseMs(failures);
		tried.set(key, { running: false, failures, retryAtMs });
	}

	async function run(): Promise<void> {
		while (!stop.signal.aborted) {
			await clock.sleep(proven.size > 0 ? TICK_MS : IDLE_MS, stop.signal);
			if (proven.size === 0) {
				continue;
			}
			if (heldLatch !== (deps.purgeDeps().latch().kind === 'held')) {
				retry();
			} else if (clock.nowMs() >= nextAtMs) {
				soon();
			}
		}
	}

	/** At the next tick: many changes at once are one. */
	function changed(): void {
		nextAtMs = 0;
	}

	function retry(): void {
		if (proven.size === 0) {
			return;
		}
		for (const [key, known] of tried) {
			tried.set(key, { ...known, retryAtMs: 0 });
		}
		soon();
	}

	const running = run();
	return {
		turned(entry) {
			if (isProven(entry.state.verdict) && entry.state.incarnation.ephemeralOwner !== 0n) {
				proven.set(incarnationKey(entry.registration.incarnation), entry);
				soon();
			} else if (proven.has(incarnationKey(entry.registration.incarnation))) {
				forget(entry);
				changed();
			}
		},
		left(entry) {
			if (proven.has(incarnationKey(entry.registration.incarnation))) {
				forget(entry);
				soon();
			}
		},
		changed,
		retry,
		heldBack: () => summariseHeld(held),
		async close() {
			stop.abort();
			await running;
			await Promise.allSettled(underWay);
		},
	};
}
