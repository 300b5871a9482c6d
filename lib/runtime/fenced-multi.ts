import { type FenceStrength, type FenceSurvey, surveyFence } from '../core/fence';
import { type FencePlan, planFence } from '../core/fence-plan';
import { RULES } from '../core/policy';
import type { MultiResult, ZooKeeperConnection } from '../core/ports';
import { type Look, lookAt } from './fence-look';
import type { FencedDeleteDeps, FencedDeleteRequest } from './fence-request';
import {
	afterFailure,
	afterLook,
	type Committed,
	type Job,
	type JobResult,
	type Pursuit,
	refused,
	type Step,
} from './fence-step';
import { isConnected, resolveAttempt } from './resolve-attempt';

/** How long a purge waits for a connection before it tries again. */
export const RECONNECT_MS_MAX = 10_000;
/** How long it tries to find out what became of a multi whose answer was lost: longer than a new election takes. */
export const RESOLVE_MS_MAX = 30_000;

type Sent = {
	readonly plan: FencePlan;
	readonly result: MultiResult;
	readonly overflow: readonly string[];
	readonly counters: { readonly version: number; readonly data: Uint8Array };
	readonly decidedAtMs: number;
};

/** Carries one job through, with at most RULES.purgeAttemptsMax attempts and a whole verification before each retry. */
export async function persist(
	deps: FencedDeleteDeps,
	request: FencedDeleteRequest,
	pursuit: Pursuit,
	job: Job,
): Promise<JobResult> {
	for (let attempt = 1; ; ) {
		const step = await tryOnce(deps, request, pursuit, job, attempt);
		if (step.kind === 'done') {
			return step.result;
		}
		if (step.kind === 'learned') {
			continue;
		}
		if (attempt >= RULES.purgeAttemptsMax) {
			return step.final;
		}
		attempt += 1;
		await isConnected(deps.zk, deps.clock, deps.clock.nowMs() + RECONNECT_MS_MAX);
		const verification = await request.verifyAgain(attempt);
		if (verification.kind === 'refuse') {
			return { kind: 'refused', reason: verification.reason, path: null, detail: verification.detail };
		}
	}
}

async function tryOnce(
	deps: FencedDeleteDeps,
	request: FencedDeleteRequest,
	pursuit: Pursuit,
	job: Job,
	attempt: number,
): Promise<Step> {
	const together = job.owned.filter(({ path }) => !pursuit.left.has(path) && !pursuit.apart.has(path));
	const current = { ...job, owned: together };
	if (job.victim === null && together.length === 0) {
		return { kind: 'done', result: { kind: 'nothing' } };
	}
	let step: Step | { readonly kind: 'sent'; readonly sent: Sent };
	try {
		step = await deps.zk.onConnection((connection) => lookAndWrite(deps, request, pursuit, job, attempt, connection));
	} catch (error) {
		if (!isZooKeeperError(error)) {
			throw error;
		}
		// Only the look rejects (the multi's own rejection is an unknown outcome, below): nothing was sent.
		const detail = error.message;
		return { kind: 'again', final: { kind: 'failed', reason: 'connection', detail, unresolved: false } };
	}
	if (step.kind !== 'sent') {
		return step;
	}
	const { result } = step.sent;
	switch (result.kind) {
		case 'committed':
			return {
				kind: 'done',
				result: committed(deps, pursuit, step.sent, attempt, result.zxid, result.paths.at(-1) ?? null),
			};
		case 'failed':
			return afterFailure(pursuit, current, step.sent.plan, result.index, result.code, attempt);
		case 'unknown':
			return afterUnknown(deps, pursuit, current, step.sent, attempt, result.detail);
	}
}

/** The look, then the decision and the write in the turn of the look's last answer. */
async function lookAndWrite(
	deps: FencedDeleteDeps,
	request: FencedDeleteRequest,
	pursuit: Pursuit,
	job: Job,
	attempt: number,
	connection: ZooKeeperConnection,
): Promise<Step | { readonly kind: 'sent'; readonly sent: Sent }> {
	const latch = deps.latch.state();
	if (latch.kind !== 'held') {
		return refused(
			'latch-lost',
			null,
			`the latch is ${latch.kind === 'waiting' ? 'held by another' : 'not known to be held'}`,
		);
	}
	const look = await lookAt(connection, {
		paths: deps.paths,
		latchPath: latch.path,
		ephemeralOwner: request.incarnation.ephemeralOwner,
		victim: job.victim,
		owned: job.owned,
		czxids: pursuit.czxids,
	});
	if (look.kind !== 'seen') {
		return afterLook(look);
	}
	// What was split off has been looked at all the same: it may show that the session lives.
	const owned = look.owned.filter(({ path }) => !pursuit.left.has(path) && !pursuit.apart.has(path));
	const survey = surveyFence({ ...look, owned, unguardable: pursuit.unguardable });
	if (survey.kind === 'unavailable') {
		return refused(
			'no-permission',
			survey.path,
			'no guard can be put under the parent; without one nothing is removed',
		);
	}
	for (const path of survey.unfenced) {
		pursuit.left.set(path, 'no-permission');
	}
	if (survey.victim === null && survey.owned.length === 0) {
		// What does not even fit into a multi of its own never will.
		for (const path of survey.overflow) {
			pursuit.left.set(path, 'internal');
		}
		return { kind: 'done', result: { kind: 'nothing' } };
	}
	return decideAndSend(deps, request, { job, attempt, connection, latchPath: latch.path, look, survey });
}

type Turn = {
	readonly job: Job;
	readonly attempt: number;
	readonly connection: ZooKeeperConnection;
	readonly latchPath: string;
	readonly look: Extract<Look, { kind: 'seen' }>;
	readonly survey: Extract<FenceSurvey, { kind: 'ready' }>;
};

/** One synchronous turn up to the multi's being handed to the client: no await may come before it. */
async function decideAndSend(
	deps: FencedDeleteDeps,
	request: FencedDeleteRequest,
	{ job, attempt, connection, latchPath, look, survey }: Turn,
): Promise<Step | { readonly kind: 'sent'; readonly sent: Sent }> {
	const { paths } = deps;
	const decidedAtMs = deps.clock.nowMs();
	const decision = request.decideNow({
		attemptId: job.attemptId,
		attempt,
		roundTripMs: look.roundTripMs,
		strength: survey.strength,
		unguarded: survey.unguarded,
		part: job.part,
		removes: [...(survey.victim === null ? [] : [survey.victim.path]), ...survey.owned.map((target) => target.path)],
		settings: look.settings.data,
		counters: look.counters.data,
	});
	if (decision.kind === 'refuse') {
		const step = refused(decision.reason, null, decision.detail);
		return decision.reason === 'evidence-expired' ? { kind: 'again', final: step.result } : step;
	}
	const plan = planFence({
		survey,
		latch: { path: latchPath, version: look.latchVersion },
		settings: { path: paths.settings, version: look.settings.version },
		counters: { path: paths.counters, version: look.counters.version, data: decision.counters },
		outbox: { path: paths.outbox, data: decision.outbox },
		random: deps.randomHex16(),
	});
	if (plan.kind === 'impossible') {
		return { kind: 'done', result: { kind: 'failed', reason: 'internal', detail: plan.detail, unresolved: false } };
	}
	const result = await send(connection, plan);
	return { kind: 'sent', sent: { plan, result, overflow: survey.overflow, counters: look.counters, decidedAtMs } };
}

/** Whatever goes wrong once a multi may have been sent is an unknown outcome, never a failure. */
export async function send(connection: ZooKeeperConnection, plan: Pick<FencePlan, 'ops'>): Promise<MultiResult> {
	try {
		return await connection.multi(plan.ops);
	} catch (error) {
		return { kind: 'unknown', detail: error instanceof Error ? error.message : String(error) };
	}
}

async function afterUnknown(
	deps: FencedDeleteDeps,
	pursuit: Pursuit,
	job: Job,
	sent: Sent,
	attempt: number,
	lost: string,
): Promise<Step> {
	const counters = { path: deps.paths.counters, ...sent.counters };
	const deadlineMs = deps.clock.nowMs() + RESOLVE_MS_MAX;
	const resolution = await resolveAttempt(deps, { ids: [job.attemptId], counters }, deadlineMs);
	switch (resolution.kind) {
		case 'committed': {
			const { zxid, outboxPath } = resolution.found.get(job.attemptId) ?? { zxid: null, outboxPath: null };
			return { kind: 'done', result: committed(deps, pursuit, sent, attempt, zxid, outboxPath) };
		}
		case 'void':
			return { kind: 'again', final: { kind: 'failed', reason: 'connection', detail: lost, unresolved: false } };
		case 'undecided': {
			const detail = `${lost}; whether it committed could not be found out: ${resolution.detail}`;
			return { kind: 'done', result: { kind: 'failed', reason: 'connection', detail, unresolved: true } };
		}
	}
}

function committed(
	deps: FencedDeleteDeps,
	pursuit: Pursuit,
	sent: Sent,
	attempts: number,
	zxid: bigint | null,
	outboxPath: string | null,
): Committed {
	for (const path of sent.overflow) {
		pursuit.overflow.add(path);
	}
	const strength: FenceStrength = sent.plan.strength;
	return {
		kind: 'committed',
		zxid,
		outboxPath,
		removed: sent.plan.removes,
		left: [],
		strength,
		attempts,
		decidedAtMs: sent.decidedAtMs,
		committedAtMs: deps.clock.nowMs(),
	};
}

/** The port's errors carry a code; anything else is a fault of this program and must not pass for one of ZooKeeper's. */
export function isZooKeeperError(error: unknown): error is Error {
	return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
