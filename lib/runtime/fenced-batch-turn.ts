import { MULTI_REMOVALS_MAX } from '../core/fence';
import { type BatchPlan, type BatchSurvey, createBatchRoom, planBatch, surveyMember } from '../core/fence-batch';
import type { MultiResult, ZooKeeperConnection } from '../core/ports';
import { attemptOf, type BatchState, type Fates } from './batch-fates';
import type { BatchMember, BatchRequest, BatchTurn } from './batch-request';
import { type BatchLook, lookAtMany } from './fence-look';
import type { FencedDeleteDeps } from './fence-request';
import { afterLook } from './fence-step';
import { send } from './fenced-multi';

type Candidate = { readonly member: BatchMember; readonly survey: BatchSurvey };

export type SentBatch = {
	readonly plan: BatchPlan;
	readonly members: readonly Candidate[];
	readonly result: MultiResult;
	readonly counters: { readonly version: number; readonly data: Uint8Array };
	readonly decidedAtMs: number;
};

/** The look, then the decision and the write in the turn of the look's last answer; null when nothing was sent. */
export async function lookAndWriteBatch(
	deps: FencedDeleteDeps,
	request: BatchRequest,
	state: BatchState,
	fates: Fates,
	members: readonly BatchMember[],
	connection: ZooKeeperConnection,
): Promise<SentBatch | null> {
	const latch = deps.latch.state();
	if (latch.kind !== 'held') {
		const detail = `the latch is ${latch.kind === 'waiting' ? 'held by another' : 'not known to be held'}`;
		fates.end(members, { kind: 'refused', reason: 'latch-lost', path: null, detail });
		return null;
	}
	const own = { paths: deps.paths, latchPath: latch.path };
	const look = await lookAtMany(connection, own, members, state.czxids);
	if (look.kind !== 'seen') {
		endLook(fates, members, look);
		return null;
	}
	const candidates = surveyAll(state, fates, members, look);
	return candidates.length === 0
		? null
		: decideAndSendBatch(deps, request, state, fates, { connection, latchPath: latch.path, look, candidates });
}

function endLook(fates: Fates, members: readonly BatchMember[], look: Exclude<BatchLook, { kind: 'seen' }>): void {
	const step = afterLook(look);
	if (step.kind === 'again' && step.final.kind !== 'committed' && step.final.kind !== 'nothing') {
		fates.retry(members, step.final);
	} else if (step.kind === 'done' && step.result.kind === 'refused') {
		fates.end(members, step.result);
	}
}

type SeenMany = Extract<BatchLook, { kind: 'seen' }>;

/** Who is still there, and can be fenced. */
function surveyAll(
	state: BatchState,
	fates: Fates,
	members: readonly BatchMember[],
	look: SeenMany,
): readonly Candidate[] {
	const candidates: Candidate[] = [];
	for (const [index, member] of members.entries()) {
		const seen = look.members[index];
		if (seen === undefined || seen.kind === 'stale') {
			fates.end([member], seen ?? { kind: 'stale', reason: 'incarnation-changed', detail: 'it was not looked at' });
			continue;
		}
		const survey = surveyMember(seen.victim, seen.owned, look.ancestors, state.unguardable);
		switch (survey.kind) {
			case 'ready':
				candidates.push({ member, survey });
				break;
			case 'apart':
				fates.end([member], survey);
				break;
			case 'unavailable': {
				const detail = 'no guard can be put under the parent; without one nothing is removed';
				fates.end([member], { kind: 'refused', reason: 'no-permission', path: survey.path, detail });
			}
		}
	}
	return candidates;
}

type Turn = {
	readonly connection: ZooKeeperConnection;
	readonly latchPath: string;
	readonly look: SeenMany;
	readonly candidates: readonly Candidate[];
};

/** One synchronous turn up to the multi's being handed to the client: no await may come before it. */
async function decideAndSendBatch(
	deps: FencedDeleteDeps,
	request: BatchRequest,
	state: BatchState,
	fates: Fates,
	{ connection, latchPath, look, candidates }: Turn,
): Promise<SentBatch | null> {
	const { paths } = deps;
	const decidedAtMs = deps.clock.nowMs();
	const turn = request.openTurn({
		roundTripMs: look.roundTripMs,
		settings: look.settings.data,
		counters: look.counters.data,
	});
	const room = createBatchRoom({ latch: latchPath, ...paths, countersBytes: turn.countersBytes });
	const taken = takeAll(state, fates, candidates, turn, room);
	if (taken.length === 0) {
		return null;
	}
	const members = taken.map(({ member, survey }) => ({ member, survey }));
	const all = members.map(({ member }) => member);
	const counters = turn.counters();
	if (counters === null && all.length > 1) {
		// They have room for fewer, perhaps.
		state.fits = Math.floor(all.length / 2);
		fates.soon(all);
		return null;
	}
	if (counters === null) {
		const detail = 'the purge counters are full: wait for the window to pass';
		fates.end(all, { kind: 'refused', reason: 'counters-busy', path: paths.counters, detail });
		return null;
	}
	const plan = planBatch({
		members: taken,
		latch: { path: latchPath, version: look.latchVersion },
		settings: { path: paths.settings, version: look.settings.version },
		counters: { path: paths.counters, version: look.counters.version, data: counters },
		outboxPath: paths.outbox,
		random: deps.randomHex16(),
	});
	if (plan.kind === 'impossible') {
		fates.end(all, { kind: 'failed', reason: 'internal', detail: plan.detail, unresolved: false });
		return null;
	}
	const result = await send(connection, plan);
	return { plan, members, result, counters: look.counters, decidedAtMs };
}

/** Decides on one after the other until there is no more room; who comes after that is looked at again for the next multi. */
function takeAll(
	state: BatchState,
	fates: Fates,
	candidates: readonly Candidate[],
	turn: BatchTurn,
	room: ReturnType<typeof createBatchRoom>,
): readonly (Candidate & { readonly record: Uint8Array })[] {
	const taken: (Candidate & { record: Uint8Array })[] = [];
	for (const [index, { member, survey }] of candidates.entries()) {
		const decision = turn.decide(member, {
			attempt: attemptOf(state, member),
			strength: survey.strength,
			unguarded: survey.unguarded,
			removes: [survey.victim.path, ...survey.owned.map(({ path }) => path)],
		});
		if (decision.kind === 'wait') {
			fates.wait([member]);
		} else if (decision.kind === 'refuse') {
			const final = { ...decision, kind: 'refused', path: null } as const;
			if (decision.reason === 'evidence-expired') {
				fates.retry([member], final);
			} else {
				fates.end([member], final);
			}
		} else if (room.take(survey, decision.record.byteLength, decision.counterBytes)) {
			decision.take();
			taken.push({ member, survey, record: decision.record });
		} else if (taken.length === 0) {
			// Alone it is too large as well: it has a transaction of its own, which has more room.
			fates.end([member], { kind: 'apart' });
		} else {
			state.fits = Math.max(1, taken.length);
			fates.soon(candidates.slice(index).map((rest) => rest.member));
			return taken;
		}
	}
	state.fits = Math.max(state.fits, nextFits(taken.length));
	return taken;
}

/** All of them fitted: a few more may. */
function nextFits(fitted: number): number {
	return Math.min(MULTI_REMOVALS_MAX, Math.ceil(fitted * 1.5));
}
