import { classifyFailure, type FencePlan } from '../core/fence-plan';
import type { Incarnation } from '../core/member';
import { RULES } from '../core/policy';
import type { OutcomeReason, OwnedZnode } from '../core/purge-plan';
import type { Look } from './fence-look';
import type { FencedDeleteResult } from './fence-request';

/** One multi to be carried through: the registration with what goes along, or a part of the rest. */
export type Job = {
	readonly part: 'registration' | 'rest';
	readonly victim: { readonly incarnation: Incarnation; readonly dataVersion: number } | null;
	readonly owned: readonly OwnedZnode[];
	readonly attemptId: string;
};

/** What one purge has learned on its way; only ever grows while a job runs, which is why its retries end. */
export type Pursuit = {
	/** Ancestors under which a guard is not permitted. */
	readonly unguardable: Set<string>;
	/** czxid of each owned znode at its first look. */
	readonly czxids: Map<string, bigint>;
	readonly left: Map<string, OutcomeReason>;
	/** To be removed each by itself, since they contend. */
	readonly apart: Set<string>;
	/** To be removed in further multis, for size. */
	readonly overflow: Set<string>;
};

export type Committed = Omit<Extract<FencedDeleteResult, { kind: 'committed' }>, 'left'> & {
	readonly left: readonly [];
};
export type JobResult = Committed | Exclude<FencedDeleteResult, { kind: 'committed' }> | { readonly kind: 'nothing' };

export type Step =
	| { readonly kind: 'done'; readonly result: JobResult }
	/** Something about the tree was learned; nothing was written, and the evidence is as good as before. */
	| { readonly kind: 'learned' }
	/** Everything is verified again; `final` is the outcome when attempts have run out. */
	| { readonly kind: 'again'; readonly final: JobResult };

/** What a look that saw no removable registration means. */
export function afterLook(look: Exclude<Look, { kind: 'seen' }>): Step {
	switch (look.kind) {
		case 'slow': {
			const detail = `the leader took ${Math.round(look.roundTripMs)} ms; a purge needs less than ${RULES.leaderRoundTripMsMax}`;
			return { kind: 'again', final: refused('leader-slow', null, detail).result };
		}
		case 'stale':
			return { kind: 'done', result: look };
		case 'refused':
			return refused(look.reason, look.path, look.detail);
	}
}

/** What a multi that did nothing means for the job; what it teaches goes into the pursuit. */
export function afterFailure(
	pursuit: Pursuit,
	job: Job,
	plan: FencePlan,
	index: number,
	code: Parameters<typeof classifyFailure>[2],
	attempt: number,
): Step {
	const failure = classifyFailure(plan, index, code);
	switch (failure.kind) {
		case 'refused':
			return refused(failure.reason, failure.path, `ZooKeeper answered ${code} at ${failure.path}`);
		case 'stale':
			return { kind: 'done', result: { ...failure, detail: `ZooKeeper answered ${code} at the registration` } };
		case 'failed':
			return { kind: 'done', result: { ...failure, reason: 'internal', unresolved: false } };
		case 'contended':
			return { kind: 'again', final: { ...failure, attempts: attempt } };
		case 'unguardable':
			pursuit.unguardable.add(failure.path);
			return { kind: 'learned' };
		case 'denied':
			pursuit.left.set(failure.path, 'no-permission');
			return { kind: 'learned' };
		case 'split':
			// One that is by itself already cannot be split any further: it is retried like a registration.
			if (job.victim === null && job.owned.length === 1) {
				return {
					kind: 'again',
					final: { kind: 'contended', reason: 'parent-busy', path: failure.path, attempts: attempt },
				};
			}
			for (const path of failure.paths) {
				pursuit.apart.add(path);
			}
			return { kind: 'learned' };
	}
}

export function refused(reason: OutcomeReason, path: string | null, detail: string) {
	const result = { kind: 'refused', reason, path, detail } as const;
	return { kind: 'done', result } as const;
}
