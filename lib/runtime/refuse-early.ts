import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GuardCheck } from '@/lib/core/guard';
import { guardsPass } from '@/lib/core/guards';
import { checkFence, type Gathered, toFenceCheck } from './gather-purge';
import { crowdNow, guardsNow, withCheck } from './guards-now';
import { failing, isLapsed, refusalReason } from './judge-purge';
import { type PurgeDeps, type PurgeOptions, questionOf } from './purge-options';
import { type Result, refusedOutcome, type Task } from './purge-record';
import type { RollEntry } from './roll';

/** Judged in one turn, and whose fences are looked at together. */
const AT_ONCE = 100;

/**
 * Of many members, those against whom something speaks that no waiting mends, each with every guard: told at once, so that
 * nobody is looked at, one after another, in vain. Whoever is not among them is judged again in the turn of the write.
 */
export async function refuseEarly(
	deps: PurgeDeps,
	task: Pick<Task, 'request' | 'identity' | 'planned'>,
	members: ReadonlyMap<RollEntry, Gathered>,
	options: PurgeOptions,
): Promise<Map<RollEntry, Result>> {
	const refused = new Map<RollEntry, Result>();
	const all = [...members];
	for (let start = 0; start < all.length; start += AT_ONCE) {
		const crowd = crowdNow(deps.membership);
		const hopeless: { entry: RollEntry; guards: GuardCheck[] }[] = [];
		for (const [entry, gathered] of all.slice(start, start + AT_ONCE)) {
			const asked = questionOf({ ...task, entry, gathered }, options);
			const guards = guardsNow(deps, entry, { ...asked, crowd, fence: toFenceCheck('full', 0) });
			if (!guardsPass(guards) && !isLapsed(entry, guards)) {
				hopeless.push({ entry, guards });
			}
		}
		const fences = await Promise.all(hopeless.map(({ entry }) => checkFence(deps, entry)));
		for (const [index, { entry, guards }] of hopeless.entries()) {
			const fence = fences[index];
			const told = fence ? withCheck(guards, fence) : guards;
			refused.set(entry, { ...refusedOutcome(refusalReason(told)), detail: failing(told), guards: told });
		}
		await nextTurn();
	}
	return refused;
}
