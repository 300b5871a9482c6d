import type { Clock, MultiResult, ZnodeStat, ZooKeeperConnection, ZooKeeperOp } from '@/lib/core/ports';
import { type Call, existsCall, getChildrenCall, getDataCall, multiCall, toStat } from './codec';
import { toErrorCode, ZooKeeperError } from './error';
import { jute } from './library';

/** Rejects with ZooKeeperError. */
export type Send = <T>(call: Call<T>) => Promise<T>;

/** The reads of both ports; null where there is no znode. */
export function readsOver(send: Send) {
	return {
		stat: (path: string): Promise<ZnodeStat | null> => sendCall(send, () => existsCall(path, false)),
		read: (path: string) => sendCall(send, () => getDataCall(path, false)),
		children: (path: string) => sendCall(send, () => getChildrenCall(path, false)),
	};
}

/** Building a call throws for a malformed path: as a rejection, like every other error. */
export async function sendCall<T>(send: Send, build: () => Call<T>): Promise<T> {
	return await send(build());
}

/** Codes in the results of a failed transaction: those before the failing operation, and those after it. */
const OK = 0;
const AFTER_THE_FAILED = -2;

function toMultiResult(results: readonly jute.TransactionResult[]): MultiResult {
	const failed = results.some((result) => result.type === jute.OP_CODES.ERROR);
	if (!failed) {
		const zxid = results.find((result) => result.stat !== undefined)?.stat;
		const paths = results.map((result) => result.path ?? null);
		return { kind: 'committed', paths, zxid: zxid === undefined ? null : toStat(zxid).mzxid };
	}
	const blamed = results.findIndex(({ err }) => err !== undefined && err !== OK && err !== AFTER_THE_FAILED);
	const index = blamed === -1 ? results.findIndex(({ err }) => err === AFTER_THE_FAILED) : blamed;
	return { kind: 'failed', index, code: toErrorCode(results[index]?.err ?? OK) };
}

/**
 * Runs a transaction. Rejects only when nothing was done (not connected, malformed, session expired); a request that left
 * and got no answer is `unknown`.
 */
export async function runMulti(send: Send, ops: readonly ZooKeeperOp[], owned: boolean): Promise<MultiResult> {
	try {
		return toMultiResult(await send(multiCall(ops, owned)));
	} catch (error) {
		if (error instanceof ZooKeeperError && error.mayHaveHappened) return { kind: 'unknown', detail: error.message };
		throw error;
	}
}

/**
 * A round trip to the leader: the client has no sync, and a transaction, even one that only checks and even one that fails,
 * is ordered by the leader and answered by this server after everything before it.
 */
export async function syncOver(send: Send, clock: Clock): Promise<{ roundTripMs: number }> {
	const startedAtMs = clock.nowMs();
	const result = await runMulti(send, [{ kind: 'check', path: '/', version: -1 }], false);
	if (result.kind === 'unknown') throw new ZooKeeperError('connection-changed', null, { detail: result.detail });
	return { roundTripMs: clock.nowMs() - startedAtMs };
}

/** `send` must be bound to one connection. `owned`: what is created belongs to the session's credentials. */
export function connectionOver(send: Send, sessionId: bigint, owned: boolean, clock: Clock): ZooKeeperConnection {
	return {
		sessionId,
		...readsOver(send),
		sync: () => syncOver(send, clock),
		multi: (ops) => runMulti(send, ops, owned),
	};
}
