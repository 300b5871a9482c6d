import type { Clock, ZooKeeperConnection, ZooKeeperPort } from '../core/ports';

/** What was found of an attempt: its record, in the outbox or already in the database. */
export type FoundAttempt = {
	/** The record's znode; null when it is in the database by now. */
	readonly outboxPath: string | null;
	readonly zxid: bigint | null;
};

/**
 * Looks for the records with these keys, in the outbox first and then in the database: records move that way only, so one
 * that is in neither, in that order, was never written. Gives those found. Rejects when either cannot be read.
 */
export type FindAttempts = (
	attemptIds: readonly string[],
	connection: ZooKeeperConnection,
) => Promise<ReadonlyMap<string, FoundAttempt>>;

export type UnknownAttempt = {
	/** Of every record that the multi writes. */
	readonly ids: readonly string[];
	/** The counters as the attempt saw them; its multi sets or checks them at this version. */
	readonly counters: { readonly path: string; readonly version: number; readonly data: Uint8Array };
};

export type Resolution =
	/** All of its records were found. */
	| { readonly kind: 'committed'; readonly found: ReadonlyMap<string, FoundAttempt> }
	/** It did not commit and never will. `found`: records of the same ids that another multi has written. */
	| { readonly kind: 'void'; readonly found: ReadonlyMap<string, FoundAttempt> }
	| { readonly kind: 'undecided'; readonly detail: string };

type Deps = { readonly zk: ZooKeeperPort; readonly clock: Clock; readonly findAttempts: FindAttempts };

const PAUSE_MS = 100;

/**
 * Finds out what became of a multi whose answer was lost. Reading alone would not do: the request may still lie in a
 * dead server's queue and commit after the look. Two things rule that out. The look happens only once the session is
 * attached again (to another server: the leader then refuses what still arrives from the old one with SessionMoved) or
 * has been replaced (the old latch is gone, and the multi checks it). And the attempt is made void: its multi needs the
 * counters at the version it saw, so a write that raises this version leaves it nothing to commit on. If that write
 * finds the version raised already, the attempt's time is over as well, and its record, there or not, tells which.
 */
export async function resolveAttempt(deps: Deps, attempt: UnknownAttempt, deadlineMs: number): Promise<Resolution> {
	const { zk, clock } = deps;
	let detail = 'ZooKeeper was not reached again in time';
	while (clock.nowMs() < deadlineMs && (await isConnected(zk, clock, deadlineMs))) {
		try {
			const resolution = await zk.onConnection((connection) => settle(connection, attempt, deps.findAttempts));
			if (resolution.kind !== 'undecided') {
				return resolution;
			}
			detail = resolution.detail;
		} catch (error) {
			detail = error instanceof Error ? error.message : String(error);
		}
		await clock.sleep(PAUSE_MS);
	}
	return { kind: 'undecided', detail };
}

async function settle(
	connection: ZooKeeperConnection,
	attempt: UnknownAttempt,
	find: FindAttempts,
): Promise<Resolution> {
	const { ids } = attempt;
	const { path, data, version } = attempt.counters;
	await connection.sync();
	const early = await find(ids, connection);
	if (isWhole(early, ids)) {
		return { kind: 'committed', found: early };
	}
	const voided = await connection.multi([{ kind: 'set', path, data, version }]);
	if (voided.kind === 'committed') {
		// Whatever was found before is somebody else's: a multi writes all of its records or none.
		return { kind: 'void', found: early };
	}
	if (voided.kind === 'failed' && voided.code === 'bad-version') {
		await connection.sync();
		const late = await find(ids, connection);
		return { kind: isWhole(late, ids) ? 'committed' : 'void', found: late };
	}
	return { kind: 'undecided', detail: voided.kind === 'failed' ? `${path}: ${voided.code}` : voided.detail };
}

function isWhole(found: ReadonlyMap<string, FoundAttempt>, ids: readonly string[]): boolean {
	return ids.every((id) => found.has(id));
}

/** Waits until there is a connection; false when there is none by `deadlineMs` (monotonic), or never will be. */
export async function isConnected(zk: ZooKeeperPort, clock: Clock, deadlineMs: number): Promise<boolean> {
	const arrived = new AbortController();
	const stop = zk.onState((state) => {
		if (state.kind !== 'connecting') {
			arrived.abort();
		}
	});
	await clock.sleep(Math.max(0, deadlineMs - clock.nowMs()), arrived.signal);
	stop();
	return zk.state().kind === 'connected';
}
