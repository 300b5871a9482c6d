import type { ApproveResult, WithdrawResult } from '@/lib/runtime/overrides';
import { ProblemError } from './problem';

type Undone = Extract<ApproveResult | WithdrawResult, { readonly detail: string }>;

/** What was done about a pending override; throws the ProblemError of what was not. */
export function doneOrThrow<R extends ApproveResult | WithdrawResult>(result: R): Exclude<R, Undone> {
	switch (result.kind) {
		case 'unknown':
			throw new ProblemError('override-unknown', sentence(result));
		case 'forbidden':
			throw new ProblemError('forbidden', sentence(result));
		case 'unavailable':
			throw new ProblemError(
				'overrides-unavailable',
				`${sentence(result)} Whether anything changed shows in the list.`,
				{
					retryAfterSeconds: 1,
				},
			);
		default:
			return result as Exclude<R, Undone>;
	}
}

function sentence({ detail }: Undone): string {
	return `${detail.charAt(0).toUpperCase()}${detail.slice(1)}.`;
}
