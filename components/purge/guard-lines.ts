import type { GuardCode, GuardName, GuardResult } from '@/lib/core/guard';
import type { GuardView, PlanView } from '@/lib/core/purge-view';

export type PlannedMemberView = PlanView['plan']['members'][number];

/** One line of the dialog's guard list: a guard's worst result over the members of the plan. */
export type GuardLine = {
	readonly guard: GuardName;
	readonly result: GuardResult;
	readonly code: GuardCode;
	readonly facts: Readonly<Record<string, string | number>>;
	/** Ids of the members with this result, when others of the plan have a better one; else empty. */
	readonly only: readonly string[];
};

/** Worst first. `inactive` binds nobody, so that any enforced result outweighs it. */
const SEVERITY: Readonly<Record<GuardResult, number>> = { fail: 0, unknown: 1, pass: 2, inactive: 3 };

/** Folds the guards of every planned member into one line a guard, in the order in which the server names them. */
export function toGuardLines(members: readonly PlannedMemberView[]): GuardLine[] {
	const byGuard = new Map<GuardName, { id: string; check: GuardView }[]>();
	for (const member of members) {
		for (const check of member.guards) {
			const found = byGuard.get(check.guard);
			if (found === undefined) {
				byGuard.set(check.guard, [{ id: member.id, check }]);
			} else {
				found.push({ id: member.id, check });
			}
		}
	}
	return [...byGuard.values()].flatMap((checks) => {
		const worst = checks.reduce((a, b) => (SEVERITY[b.check.result] < SEVERITY[a.check.result] ? b : a), {
			...(checks[0] as (typeof checks)[number]),
		});
		const { guard, result, code, facts } = worst.check;
		const same = checks.filter((each) => each.check.result === result);
		return [{ guard, result, code, facts, only: same.length === checks.length ? [] : same.map((each) => each.id) }];
	});
}

/** How many active guards say no, and how many could not be decided (which is a no as well). */
export function countBlocking(lines: readonly GuardLine[]): { failing: number; unknown: number } {
	return {
		failing: lines.filter((line) => line.result === 'fail').length,
		unknown: lines.filter((line) => line.result === 'unknown').length,
	};
}

/** Milliseconds until ZooKeeper removes the first and the last of the members by itself; null when any is unknown. */
export function toExpiry(
	members: readonly PlannedMemberView[],
	agedMs: number,
): { firstMs: number; lastMs: number } | null {
	const left: number[] = [];
	for (const member of members) {
		if (member.expiresInMs === null) {
			return null;
		}
		left.push(Math.max(0, member.expiresInMs - agedMs));
	}
	return left.length === 0 ? null : { firstMs: Math.min(...left), lastMs: Math.max(...left) };
}
