import {
	type FenceStrength,
	type FenceSurvey,
	type FenceTarget,
	guardPair,
	MULTI_BYTES_MAX,
	MULTI_REMOVALS_MAX,
	surveyFence,
} from './fence';
import { classifyMeaning, countersOp, type FenceFailure, type FencePlanInput, sizeOf } from './fence-plan';
import type { ZnodeStat, ZooKeeperErrorCode, ZooKeeperOp } from './ports';

/**
 * One multi for many registrations, each of a session of its own: everything that a single one's fence rests on
 * (fence-plan.ts) for each of them, and once what they share: latch, settings, counters, and the guard under each common
 * ancestor. It commits for all of them or for none; its first failing index says whom that concerns.
 */

/** One registration of the batch, with the few other ephemerals of its session that go along. */
export type BatchSurvey = {
	readonly kind: 'ready';
	readonly victim: FenceTarget;
	readonly owned: readonly FenceTarget[];
	readonly strength: FenceStrength;
	readonly guards: Extract<FenceSurvey, { kind: 'ready' }>['guards'];
	readonly unguarded: readonly string[];
};

export type MemberSurvey =
	| BatchSurvey
	/** No guard under the victim's parent: it is not removed. */
	| { readonly kind: 'unavailable'; readonly path: string }
	/** What its session owns does not fit or cannot be fenced: it needs transactions of its own. */
	| { readonly kind: 'apart' };

/** Which guards this member needs. `ancestors` and `unguardable` are those of the whole batch. Pure. */
export function surveyMember(
	victim: FenceTarget,
	owned: readonly FenceTarget[],
	ancestors: ReadonlyMap<string, ZnodeStat>,
	unguardable: ReadonlySet<string>,
): MemberSurvey {
	const survey = surveyFence({ victim, owned, ancestors, unguardable });
	if (survey.kind === 'unavailable') {
		return survey;
	}
	if (survey.overflow.length > 0 || survey.unfenced.length > 0) {
		return { kind: 'apart' };
	}
	const { strength, guards, unguarded } = survey;
	return { kind: 'ready', victim, owned: survey.owned, strength, guards, unguarded };
}

/** What a batch has taken so far; `take` answers whether one more member fits, and counts it if so. */
export type BatchRoom = {
	/** `recordBytes`: its audit record; `counterBytes`: what the counters grow by. */
	take(survey: BatchSurvey, recordBytes: number, counterBytes: number): boolean;
};

/** `paths`: Rollcall's own znodes in the multi; `countersBytes`: the counters as they are without anybody of the batch. */
export function createBatchRoom(paths: {
	readonly latch: string;
	readonly settings: string;
	readonly counters: string;
	readonly outbox: string;
	readonly countersBytes: number;
}): BatchRoom {
	const guarded = new Set<string>();
	const emptyRecordBytes = bytesOfPath(paths.outbox);
	let bytes = [paths.latch, paths.settings, paths.counters].reduce(
		(sum, path) => sum + bytesOfPath(path),
		paths.countersBytes,
	);
	let removals = 0;
	return {
		take(survey, recordBytes, counterBytes) {
			const targets = [survey.victim, ...survey.owned];
			const fresh = survey.guards.filter((guard) => !guarded.has(guard.path));
			const more =
				targets.reduce((sum, target) => sum + sizeOf(removalOf(target)), 0) +
				fresh.reduce((sum, { path, count }) => sum + pairBytes(path, count), 0) +
				recordBytes +
				emptyRecordBytes +
				counterBytes;
			if (removals + targets.length > MULTI_REMOVALS_MAX || bytes + more > MULTI_BYTES_MAX) {
				return false;
			}
			bytes += more;
			removals += targets.length;
			for (const { path } of fresh) {
				guarded.add(path);
			}
			return true;
		},
	};
}

/** Any: only its length matters here. */
const SOME_RANDOM = '0000000000000000';

function bytesOfPath(path: string): number {
	return sizeOf({ kind: 'check', path, version: 0 });
}

function pairBytes(path: string, count: number): number {
	return guardPair(path, count, SOME_RANDOM).reduce((sum, op) => sum + sizeOf(op), 0);
}

/** What one operation of the batch's multi is for. `victim(s)`: paths of the registrations that it concerns. */
export type BatchMeaning =
	| { readonly kind: 'latch' | 'settings' | 'counters'; readonly path: string }
	| {
			readonly kind: 'guard';
			readonly path: string;
			/** Registrations that need it themselves. */
			readonly victims: readonly string[];
			/** Registrations of which another znode of the session needs it. */
			readonly owners: readonly string[];
	  }
	| { readonly kind: 'victim' | 'owned' | 'outbox'; readonly path: string; readonly victim: string };

export type BatchPlan = {
	readonly kind: 'planned';
	readonly ops: readonly ZooKeeperOp[];
	/** One per operation. */
	readonly meanings: readonly BatchMeaning[];
	/** Upper estimate of the request's size. */
	readonly bytes: number;
};

export type BatchPlanInput = Pick<FencePlanInput, 'latch' | 'settings' | 'random'> & {
	readonly members: readonly { readonly survey: BatchSurvey; readonly record: Uint8Array }[];
	readonly counters: { readonly path: string; readonly version: number; readonly data: Uint8Array };
	/** Folder and prefix of the records. */
	readonly outboxPath: string;
};

/** The multi, in the order of the single one: purger, permission, counters, guards, removals, records. Pure. */
export function planBatch(input: BatchPlanInput): BatchPlan | { readonly kind: 'impossible'; readonly detail: string } {
	const { latch, settings, counters, members, outboxPath } = input;
	if (members.length === 0) {
		return { kind: 'impossible', detail: 'nothing to remove: an empty transaction would succeed and say nothing' };
	}
	const steps: { op: ZooKeeperOp; meaning: BatchMeaning }[] = [
		{ op: { kind: 'check', ...latch }, meaning: { kind: 'latch', path: latch.path } },
		{ op: { kind: 'check', ...settings }, meaning: { kind: 'settings', path: settings.path } },
		{ op: countersOp(counters), meaning: { kind: 'counters', path: counters.path } },
	];
	for (const { path, count, victims, owners } of mergeGuards(members.map(({ survey }) => survey))) {
		const meaning: BatchMeaning = { kind: 'guard', path, victims, owners };
		steps.push(...guardPair(path, count, input.random).map((op) => ({ op, meaning })));
	}
	let removals = 0;
	for (const { survey } of members) {
		const victim = survey.victim.path;
		for (const target of [survey.victim, ...survey.owned]) {
			const kind = target === survey.victim ? 'victim' : 'owned';
			steps.push({ op: removalOf(target), meaning: { kind, path: target.path, victim } });
			removals += 1;
		}
	}
	for (const { survey, record } of members) {
		steps.push({
			op: { kind: 'create', path: outboxPath, data: record, mode: 'persistent-sequential' },
			meaning: { kind: 'outbox', path: outboxPath, victim: survey.victim.path },
		});
	}
	const bytes = steps.reduce((sum, step) => sum + sizeOf(step.op), 0);
	if (bytes > MULTI_BYTES_MAX || removals > MULTI_REMOVALS_MAX) {
		return {
			kind: 'impossible',
			detail: `${removals} znodes in ${bytes} bytes; a multi may hold ${MULTI_REMOVALS_MAX} in ${MULTI_BYTES_MAX}`,
		};
	}
	return { kind: 'planned', ops: steps.map(({ op }) => op), meanings: steps.map(({ meaning }) => meaning), bytes };
}

type MergedGuard = { path: string; count: number; victims: string[]; owners: string[] };

/** Each ancestor once, however many need it: a second pair of the same name would find the first one's create counted. */
function mergeGuards(surveys: readonly BatchSurvey[]): MergedGuard[] {
	const merged = new Map<string, MergedGuard>();
	for (const { victim, guards } of surveys) {
		for (const { path, count, forVictim } of guards) {
			const guard = merged.get(path) ?? { path, count, victims: [], owners: [] };
			merged.set(path, guard);
			(forVictim ? guard.victims : guard.owners).push(victim.path);
		}
	}
	return [...merged.values()];
}

function removalOf(target: FenceTarget): ZooKeeperOp {
	return { kind: 'delete', path: target.path, version: target.stat.version };
}

/** What a multi that did nothing means, and for whom; the others of the batch are looked at again. */
export type BatchFailure =
	/** Concerns everybody in it. */
	| { readonly kind: 'all'; readonly failure: Extract<FenceFailure, { kind: 'refused' | 'contended' | 'failed' }> }
	| {
			readonly kind: 'some';
			readonly victims: readonly string[];
			readonly failure: Extract<FenceFailure, { kind: 'refused' | 'stale' | 'contended' | 'failed' }>;
	  }
	/** What else these sessions own stands in the way: they go on in transactions of their own. */
	| { readonly kind: 'apart'; readonly victims: readonly string[] }
	/** The guard is not permitted here: leave this ancestor out. */
	| { readonly kind: 'unguardable'; readonly path: string };

/** Reads the failing index of a batch's multi. Whatever is not understood fails for all; nothing here ever means success. Pure. */
export function classifyBatchFailure(plan: BatchPlan, index: number, code: ZooKeeperErrorCode): BatchFailure {
	const meaning = plan.meanings[index];
	if (meaning === undefined) {
		const detail = `ZooKeeper failed operation ${index} of ${plan.ops.length} with ${code}`;
		return { kind: 'all', failure: { kind: 'failed', detail } };
	}
	const failure = classifyMeaning(toSingle(meaning), code);
	switch (failure.kind) {
		case 'unguardable':
			return failure;
		case 'split':
		case 'denied':
			return { kind: 'apart', victims: ownersOf(meaning) };
		case 'stale':
			return { kind: 'some', victims: ownersOf(meaning), failure };
		case 'refused':
		case 'contended':
		case 'failed':
			break;
	}
	switch (meaning.kind) {
		case 'guard':
			// One that only the sessions' other znodes need must not stand in the registrations' way.
			return meaning.victims.length === 0
				? { kind: 'apart', victims: meaning.owners }
				: { kind: 'some', victims: ownersOf(meaning), failure };
		case 'victim':
			return { kind: 'some', victims: ownersOf(meaning), failure };
		case 'owned':
			return { kind: 'apart', victims: ownersOf(meaning) };
		case 'latch':
		case 'settings':
		case 'counters':
		case 'outbox':
			return { kind: 'all', failure };
	}
}

function toSingle(meaning: BatchMeaning): Parameters<typeof classifyMeaning>[0] {
	return meaning.kind === 'guard'
		? { kind: 'guard', path: meaning.path, forVictim: meaning.victims.length > 0, forOwned: meaning.owners }
		: { kind: meaning.kind, path: meaning.path };
}

/** Registrations that the operation concerns, each once. */
function ownersOf(meaning: BatchMeaning): readonly string[] {
	switch (meaning.kind) {
		case 'guard':
			return [...new Set([...meaning.victims, ...meaning.owners])];
		case 'victim':
		case 'owned':
		case 'outbox':
			return [meaning.victim];
		case 'latch':
		case 'settings':
		case 'counters':
			return [];
	}
}
