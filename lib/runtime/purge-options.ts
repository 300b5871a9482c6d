import { randomUUID } from 'node:crypto';
import type { StampedEntry } from '@/lib/core/counters';
import type { Requester } from '@/lib/core/guard';
import { parseHexId, toHex } from '@/lib/core/ids';
import type { LatchPort } from '@/lib/core/ports';
import type { TakeoverClaim } from '@/lib/core/prove-takeover';
import type { FencePaths } from './fence-look';
import type { GuardQuestion } from './guards-now';
import type { RecordDeps, Task } from './purge-record';
import type { FindAttempts } from './resolve-attempt';
import type { RollEntry } from './roll';

export type PurgeDeps = RecordDeps & {
	readonly latchPort: LatchPort;
	readonly paths: FencePaths;
	readonly findAttempts: FindAttempts;
	/** Records wait in the outbox until the returned function is called (OutboxDrain). */
	readonly holdRecords: () => () => void;
	/** The counters' stamps by the own clock, shared with whoever watches them. */
	readonly stamped: () => readonly StampedEntry[];
	readonly onCommitted: (entry: RollEntry, attempt: string, committedAtMs: number, late: boolean) => void;
};

/** Who wants it, where it is not an operator, and how. */
export type PurgeOptions = {
	/** `human` when it is not said. */
	readonly by?: Requester;
	/** What the member shows that starts in this one's place; for the requester `takeover`. */
	readonly claimOf?: (entry: RollEntry) => TakeoverClaim | null;
	/**
	 * Names the attempt for a member (its path, its czxid in 0x-hex): 1 to 200 characters, different for each request and
	 * incarnation, the same whenever and wherever this request is carried out. A request that is carried out again, by
	 * another console after the first was killed, then finds what it has done already and does not do it twice. Random
	 * when it is not said.
	 */
	readonly attemptOf?: ((path: string, czxid: string) => string) | null;
	/**
	 * false: no fresh round and sweep first when the evidence at hand proves everybody this very instant (a proof has just
	 * been completed). Its age binds all the same, in the turn of the write. true when it is not said.
	 */
	readonly freshFirst?: boolean;
};

export function attemptIdOf(options: PurgeOptions, path: string, czxid: bigint): string {
	return options.attemptOf?.(path, toHex(czxid)) ?? randomUUID();
}

/** The id that a request names, however its czxid is written; null when it is none. */
export function namedAttempt(options: PurgeOptions, member: { path: string; czxid: string }): string | null {
	const czxid = parseHexId(member.czxid);
	return czxid === null ? null : (options.attemptOf?.(member.path, toHex(czxid)) ?? null);
}

/** What the guards of this member's purge are asked, without its fence. */
export function questionOf(task: Task, options: PurgeOptions): Omit<GuardQuestion, 'fence'> {
	const { request, identity, entry, gathered, planned } = task;
	return {
		gathered,
		planned,
		override: request.override ?? false,
		role: identity.role,
		asker: identity.actor,
		approved: request.approved ?? null,
		secondPersonNeeded: request.secondPersonNeeded ?? false,
		approval: request.approval ?? null,
		requester: options.by ?? 'human',
		claim: options.claimOf?.(entry) ?? null,
	};
}
