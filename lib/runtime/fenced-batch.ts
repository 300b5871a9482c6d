import { type BatchPlan, classifyBatchFailure } from '../core/fence-batch';
import type { ZooKeeperErrorCode } from '../core/ports';
import { attemptOf, type BatchQueue, type BatchState, type Fates, sortOut } from './batch-fates';
import type { BatchMember, BatchRequest } from './batch-request';
import type { FencedDeleteDeps } from './fence-request';
import { lookAndWriteBatch, type SentBatch } from './fenced-batch-turn';
import { isZooKeeperError, RECONNECT_MS_MAX, RESOLVE_MS_MAX } from './fenced-multi';
import { type FoundAttempt, isConnected, resolveAttempt } from './resolve-attempt';

/** Looked at together at first; later as many as fitted into the last multi, by the size of their records. */
const FIRST_LOOK = 100;

/**
 * Removes many registrations, each exactly in the incarnation that its evidence is about, in as few multis as their records
 * allow: each multi under all the rules of `fencedDelete`, for all of its members or for none. Whoever cannot go (stale,
 * refused, contended) is taken out of it, and the others are looked at again. Never rejects for anything that ZooKeeper does;
 * every member is told of once.
 */
export async function fencedBatch(deps: FencedDeleteDeps, request: BatchRequest): Promise<void> {
	const state: BatchState = { unguardable: new Set(), czxids: new Map(), attempts: new Map(), fits: FIRST_LOOK };
	const queue: BatchQueue = { ready: [...request.members], again: [] };
	while (queue.ready.length + queue.again.length > 0) {
		if (queue.ready.length === 0) {
			await isConnected(deps.zk, deps.clock, deps.clock.nowMs() + RECONNECT_MS_MAX);
			await request.verifyAgain(queue.again);
			queue.ready = queue.again.splice(0);
		}
		const next = queue.ready.splice(0, state.fits);
		const standing = new Set(request.standing(next));
		queue.again.push(...next.filter((member) => !standing.has(member)));
		if (standing.size > 0) {
			await tryBatch(deps, request, state, queue, [...standing]);
		}
	}
}

/** One look and one multi at most; each of `members` is told of, or in the queue again. */
async function tryBatch(
	deps: FencedDeleteDeps,
	request: BatchRequest,
	state: BatchState,
	queue: BatchQueue,
	members: readonly BatchMember[],
): Promise<void> {
	const fates = sortOut(request, state, queue);
	let sent: SentBatch | null;
	try {
		sent = await deps.zk.onConnection((connection) =>
			lookAndWriteBatch(deps, request, state, fates, members, connection),
		);
	} catch (error) {
		if (!isZooKeeperError(error)) {
			throw error;
		}
		// Only the look rejects: nothing was sent.
		fates.retry(members, { kind: 'failed', reason: 'connection', detail: error.message, unresolved: false });
		return;
	}
	if (sent === null) {
		return;
	}
	switch (sent.result.kind) {
		case 'committed':
			tellCommitted(deps, request, state, sent, sent.result.zxid);
			return;
		case 'failed':
			afterFailure(state, fates, sent, sent.result.index, sent.result.code);
			return;
		case 'unknown':
			await afterUnknown(deps, request, state, fates, sent, sent.result.detail);
	}
}

function tellCommitted(
	deps: FencedDeleteDeps,
	request: BatchRequest,
	state: BatchState,
	sent: SentBatch,
	zxid: bigint | null,
	found: ReadonlyMap<string, FoundAttempt> = new Map(),
): void {
	const committedAtMs = deps.clock.nowMs();
	for (const { member, survey } of sent.members) {
		const record = found.get(member.attemptId);
		request.onDone(member, {
			kind: 'committed',
			zxid: record?.zxid ?? zxid,
			outboxPath: record?.outboxPath ?? null,
			removed: [survey.victim.path, ...survey.owned.map(({ path }) => path)],
			left: [],
			strength: survey.strength,
			attempts: attemptOf(state, member),
			decidedAtMs: sent.decidedAtMs,
			committedAtMs,
		});
	}
}

/** The failing index names whom it concerns; with all the others nothing is wrong. */
function afterFailure(state: BatchState, fates: Fates, sent: SentBatch, index: number, code: ZooKeeperErrorCode): void {
	const all = sent.members.map(({ member }) => member);
	const told = classifyBatchFailure(sent.plan, index, code);
	if (told.kind === 'unguardable') {
		state.unguardable.add(told.path);
		fates.soon(all);
		return;
	}
	const concerned = new Set(told.kind === 'all' ? all.map(({ incarnation }) => incarnation.path) : told.victims);
	const some = all.filter(({ incarnation }) => concerned.has(incarnation.path));
	const others = all.filter(({ incarnation }) => !concerned.has(incarnation.path));
	fates.soon(others);
	if (told.kind === 'apart') {
		fates.end(some, { kind: 'apart' });
		return;
	}
	const { failure } = told;
	const where = meaningPath(sent.plan, index);
	switch (failure.kind) {
		case 'contended':
			fates.retry(some, { ...failure, attempts: 0 });
			return;
		case 'refused':
			fates.end(some, { ...failure, detail: `ZooKeeper answered ${code} at ${failure.path}` });
			return;
		case 'stale':
			fates.end(some, { ...failure, detail: `ZooKeeper answered ${code} at ${where}` });
			return;
		case 'failed':
			fates.end(some, { ...failure, reason: 'internal', unresolved: false });
	}
}

function meaningPath(plan: BatchPlan, index: number): string {
	return plan.meanings[index]?.path ?? '';
}

/** All of them committed together or none did; what another multi has done meanwhile under the same ids is done as well. */
async function afterUnknown(
	deps: FencedDeleteDeps,
	request: BatchRequest,
	state: BatchState,
	fates: Fates,
	sent: SentBatch,
	lost: string,
): Promise<void> {
	const counters = { path: deps.paths.counters, ...sent.counters };
	const ids = sent.members.map(({ member }) => member.attemptId);
	const resolution = await resolveAttempt(deps, { ids, counters }, deps.clock.nowMs() + RESOLVE_MS_MAX);
	if (resolution.kind === 'undecided') {
		const detail = `${lost}; whether it committed could not be found out: ${resolution.detail}`;
		const all = sent.members.map(({ member }) => member);
		fates.end(all, { kind: 'failed', reason: 'connection', detail, unresolved: true });
		return;
	}
	const { found } = resolution;
	const done = sent.members.filter(({ member }) => found.has(member.attemptId));
	const open = sent.members.filter(({ member }) => !found.has(member.attemptId)).map(({ member }) => member);
	tellCommitted(deps, request, state, { ...sent, members: done }, null, found);
	fates.retry(open, { kind: 'failed', reason: 'connection', detail: lost, unresolved: false });
}
