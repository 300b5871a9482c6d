import { RULES } from '../core/policy';
import type { BatchMember, BatchRequest, BatchResult } from './batch-request';
import type { FencedDeleteResult } from './fence-request';

/** What one request has learned on its way; only ever grows, which is why its retries end. */
export type BatchState = {
	/** Ancestors under which a guard is not permitted. */
	readonly unguardable: Set<string>;
	/** czxid of each owned znode at its first look. */
	readonly czxids: Map<string, bigint>;
	/** By path; missing: 1. */
	readonly attempts: Map<string, number>;
	/** How many are looked at together. */
	fits: number;
};

export type BatchQueue = {
	ready: BatchMember[];
	/** Looked at again once everything about them has been verified anew. */
	readonly again: BatchMember[];
};

type Final = Exclude<FencedDeleteResult, { kind: 'committed' }>;

/** What becomes of members that a look or a multi did not remove. */
export type Fates = {
	/** Told, once and for all. */
	end(members: readonly BatchMember[], result: BatchResult): void;
	/** Looked at again at once: nothing was written, and their evidence is as good as before. */
	soon(members: readonly BatchMember[]): void;
	/** Looked at again after a verification, without an attempt counted. */
	wait(members: readonly BatchMember[]): void;
	/** The same with an attempt counted; `final` is told when attempts have run out. */
	retry(members: readonly BatchMember[], final: Final): void;
};

export function sortOut(request: BatchRequest, state: BatchState, queue: BatchQueue): Fates {
	const end = (members: readonly BatchMember[], result: BatchResult) => {
		for (const member of members) {
			request.onDone(member, result);
		}
	};
	return {
		end,
		soon: (members) => queue.ready.unshift(...members),
		wait: (members) => queue.again.push(...members),
		retry(members, final) {
			for (const member of members) {
				const attempts = attemptOf(state, member);
				if (attempts >= RULES.purgeAttemptsMax) {
					end([member], final.kind === 'contended' ? { ...final, attempts } : final);
				} else {
					state.attempts.set(member.incarnation.path, attempts + 1);
					queue.again.push(member);
				}
			}
		},
	};
}

/** From 1. */
export function attemptOf(state: BatchState, member: BatchMember): number {
	return state.attempts.get(member.incarnation.path) ?? 1;
}
