import type { Actor } from './audit-entry';
import { canonicalJson } from './canonical-json';
import { judgeRadius } from './counters';
import type { GuardCheck } from './guard';
import { type GuardRecord, toSiblings } from './guard-record';
import { decideGuards, guardsPass } from './guards';
import { toJson } from './json';
import { decideLeaving } from './leaving';
import type { MemberState } from './member-state';
import type { LatchState } from './ports';
import type { DecisionContext } from './proof';
import type { ReasonCode, Verdict } from './reason';
import { judgeRecovery } from './recovery-guards';
import type { PendingOverride } from './second-person';
import { decideVerdict } from './verdict';

/** The evidence that a decision rested on, and when (monotonic ms of the observer that decided). */
export type DecisionInput = {
	readonly state: MemberState;
	readonly context: DecisionContext;
	readonly nowMs: number;
};

/** What a record says was decided, and what the core decides on the same input now. Texts for people. */
export type Difference = { readonly what: string; readonly recorded: string; readonly replayed: string };

export type RecordedVerdict = {
	readonly from: Verdict;
	readonly to: Verdict;
	readonly reasons: readonly ReasonCode[];
	/** `state`: after the change. */
	readonly input: DecisionInput;
};

/**
 * A change of verdict again. The state that was recorded has the verdict in it already, and holds the proof that had just been
 * completed (hold.ts). A proof that is held changes no verdict: it is let go of here, and the evidence has to prove it anew.
 */
export function replayVerdict({ from, to, reasons, input }: RecordedVerdict): Difference[] {
	const { state, context, nowMs } = input;
	if (to === 'left') {
		const how = decideLeaving(state, nowMs);
		return [...differ('from', from, state.verdict), ...differ('reasons', reasons.join(', '), how)];
	}
	const again = decideVerdict({ ...state, held: null }, context, nowMs);
	return [
		...differ('verdict', to, again.verdict),
		...differ('reasons', reasons.join(', '), again.reasons.join(', ')),
		...differ("the state's verdict", state.verdict, again.verdict),
		...differ("the state's reasons", state.reasons.join(', '), again.reasons.join(', ')),
		...differ('since when', String(state.sinceMs), String(nowMs)),
	];
}

export type RecordedPurge = {
	readonly outcome: string;
	readonly reason: string;
	readonly guards: readonly GuardCheck[];
	readonly input: DecisionInput & { readonly asked: GuardRecord };
	readonly override: boolean;
	readonly approval: { readonly members: number } | null;
	readonly approved: PendingOverride | null;
	/** Whoever asked: the entry's actor. */
	readonly asker: Actor;
	/** How the transaction that was written was fenced; null: none was. */
	readonly strength: 'full' | 'weak' | null;
};

/**
 * The guards of a purge again, each on what was recorded for it. What only ZooKeeper could tell in that instant (who held the
 * latch, which ancestors could be guarded) is taken as recorded; what follows from it is not.
 */
export function replayPurge(recorded: RecordedPurge): Difference[] {
	const again = decideAgain(recorded);
	const passes = guardsPass(again);
	const refusedByGuard = recorded.reason === 'guard' || recorded.reason === 'second-person-needed';
	const isExpired = again.some(({ guard, result }) => guard === 'evidence-age' && result !== 'pass');
	return [
		...compareGuards(recorded.guards, again),
		...(isRemoval(recorded.outcome) && !passes ? differ('outcome', recorded.outcome, 'refused') : []),
		...(refusedByGuard && passes ? differ('reason', recorded.reason, 'every guard passes') : []),
		...(recorded.reason === 'evidence-expired' && !isExpired
			? differ('reason', recorded.reason, 'the evidence is young enough')
			: []),
		...(recorded.reason === 'committed' ? differ('outcome', recorded.outcome, 'purged') : []),
	];
}

/** Something was removed: no guard may have been against it. */
export function isRemoval(outcome: string): boolean {
	return outcome === 'purged' || outcome === 'partial';
}

function decideAgain(recorded: RecordedPurge): GuardCheck[] {
	const { input, override, approval, approved, asker } = recorded;
	const { state, context, nowMs, asked } = input;
	const { policy } = context;
	return decideGuards({
		state,
		context,
		nowMs,
		override,
		role: asked.role,
		asker,
		approved,
		secondPersonNeeded: asked.secondPersonNeeded,
		siblings: toSiblings(asked.siblings),
		claim: asked.claim,
		latch: latchAgain(asked, recorded.guards),
		fence: fenceAgain(recorded),
		blastRadius: judgeRadius(asked.radius, {
			planned: asked.planned,
			policy,
			approval: asked.role === 'admin' ? approval : null,
		}),
		recovery: judgeRecovery(asked.by, policy, asked.recovery),
	});
}

/** Its znode's name stands in the guard's own facts. */
function latchAgain({ latch }: GuardRecord, guards: readonly GuardCheck[]): LatchState {
	const facts = guards.find(({ guard }) => guard === 'latch')?.facts;
	switch (latch) {
		case 'held':
			return { kind: 'held', path: String(facts?.path ?? ''), sinceMs: 0 };
		case 'waiting':
			return { kind: 'waiting', holder: String(facts?.holder ?? '') };
		case 'unknown':
			return { kind: 'unknown' };
	}
}

function fenceAgain({ guards, strength }: RecordedPurge): GuardCheck {
	const recorded = guards.find(({ guard }) => guard === 'fence');
	const facts = recorded?.facts ?? {};
	const built =
		strength ?? (recorded?.code === 'fence-full' ? 'full' : recorded?.code === 'fence-weak' ? 'weak' : null);
	if (built !== null) {
		return { guard: 'fence', result: 'pass', code: built === 'full' ? 'fence-full' : 'fence-weak', facts };
	}
	const result = recorded?.result === 'unknown' ? 'unknown' : 'fail';
	return { guard: 'fence', result, code: 'fence-unavailable', facts };
}

function compareGuards(recorded: readonly GuardCheck[], again: readonly GuardCheck[]): Difference[] {
	const names = (guards: readonly GuardCheck[]) => guards.map(({ guard }) => guard).join(', ');
	if (names(recorded) !== names(again)) {
		return differ('guards', names(recorded), names(again));
	}
	return again.flatMap((check, index) => {
		const before = recorded[index];
		return before ? differ(`guard ${check.guard}`, toText(before), toText(check)) : [];
	});
}

function toText({ result, code, facts }: GuardCheck): string {
	return `${result}, ${code} ${canonicalJson(toJson(facts))}`;
}

function differ(what: string, recorded: string, replayed: string): Difference[] {
	return recorded === replayed ? [] : [{ what, recorded, replayed }];
}
