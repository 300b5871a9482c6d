import type { GuardCheck } from '@/lib/core/guard';
import { checkFence, type Gathered, gatherOwned, type PurgeGround } from './gather-purge';
import type { RollEntry } from './roll';

/** Whose znodes are read at the same time. */
const GATHERED_AT_ONCE = 64;
const GATHERED_TRIES = 5;

/** What the sessions own; asked again, after another sweep, of those of whom the last one did not tell. */
export async function gatherAll(ground: PurgeGround, entries: readonly RollEntry[]): Promise<Map<RollEntry, Gathered>> {
	const gathered = new Map<RollEntry, Gathered>();
	let open = entries;
	for (let tries = 1; open.length > 0; tries += 1) {
		for (let start = 0; start < open.length; start += GATHERED_AT_ONCE) {
			const some = open.slice(start, start + GATHERED_AT_ONCE);
			const owned = await Promise.all(some.map((entry) => gatherOwned(ground, entry)));
			for (const [index, entry] of some.entries()) {
				const own = owned[index];
				if (own) {
					gathered.set(entry, own);
				}
			}
		}
		open = open.filter((entry) => gathered.get(entry)?.owned === null);
		if (tries === GATHERED_TRIES || ground.zk.state().kind !== 'connected') {
			break;
		}
		if (open.length > 0) {
			await ground.membership.sweeps.next();
		}
	}
	return gathered;
}

/** The fence of each, as far as stats can tell, many at a time. */
export async function checkFences(
	ground: PurgeGround,
	entries: readonly RollEntry[],
): Promise<ReadonlyMap<RollEntry, GuardCheck>> {
	const fences = new Map<RollEntry, GuardCheck>();
	for (let start = 0; start < entries.length; start += GATHERED_AT_ONCE) {
		const some = entries.slice(start, start + GATHERED_AT_ONCE);
		const checks = await Promise.all(some.map((entry) => checkFence(ground, entry)));
		for (const [index, check] of checks.entries()) {
			const entry = some[index];
			if (entry) {
				fences.set(entry, check);
			}
		}
	}
	return fences;
}
