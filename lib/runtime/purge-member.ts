import type { Identity } from '@/lib/core/ports';
import type { OutcomeReason } from '@/lib/core/purge-plan';
import type { OutcomesView } from '@/lib/core/purge-view';
import type { CarriedRequest } from '@/lib/core/second-person';
import { findEarlier } from './earlier-purge';
import { gatherAll } from './gather-all';
import { type Gathered, toFenceCheck } from './gather-purge';
import { crowdNow } from './guards-now';
import { standsAtHand } from './judge-purge';
import { gatherEvidence, pathsOf, plannedPaths, requestedEntry } from './plan-purge';
import { goesInBatch, purgeBatch } from './purge-batch';
import { purgeOne } from './purge-one';
import { type PurgeDeps, type PurgeOptions, questionOf } from './purge-options';
import { conclude, goneAlongOutcome, type Outcome, type Result, refusedOutcome, staleOutcome } from './purge-record';
import { refuseEarly } from './refuse-early';
import type { RollEntry } from './roll';

export type { PurgeDeps, PurgeOptions } from './purge-options';

type Named = { readonly path: string; readonly czxid: string };
type Found = { readonly member: Named; readonly entry: RollEntry | null };

/**
 * Purges what the request names, each member under all guards evaluated again here however the request arrived. Many go
 * together in few transactions; those whose sessions own more go one after another. Never rejects for what ZooKeeper or a
 * guard says: each member has its outcome, in the order of the request.
 */
export async function purgeMembers(
	deps: PurgeDeps,
	request: CarriedRequest,
	identity: Identity,
	options: PurgeOptions = {},
): Promise<OutcomesView> {
	const outcomes = new Map<Named, Promise<Outcome>>();
	const tell = ({ member, entry }: Found, result: Result) => {
		// Each waits for its record by itself, beside all the others and the purge of the rest.
		outcomes.set(member, conclude(deps, request, identity, member, entry, result));
	};
	const earlier = await findEarlier(deps, request.members, options);
	for (const [member, result] of earlier) {
		tell({ member, entry: null }, result);
	}
	const wanted = request.members.filter((member) => !earlier.has(member));
	if (wanted.length > 0) {
		const gone: [Found, Result][] = [];
		const tellOrAsk = (found: Found, result: Result) => {
			if (result.kind === 'stale') {
				gone.push([found, result]);
			} else {
				tell(found, result);
			}
		};
		const work = { request: { ...request, members: wanted }, named: request.members.length, identity, options };
		await carryOut(deps, work, tellOrAsk);
		// The very same request may have been carried out elsewhere meanwhile.
		const members = gone.map(([{ member }]) => member);
		const meanwhile = await findEarlier(deps, members, options);
		for (const [found, result] of gone) {
			tell(found, meanwhile.get(found.member) ?? result);
		}
	}
	const told = await Promise.all(request.members.map((member) => outcomes.get(member)));
	return { outcomes: told.filter((outcome) => outcome !== undefined) };
}

type Work = {
	readonly request: CarriedRequest;
	/** How many members it named at first, which is what its confirmation states. */
	readonly named: number;
	readonly identity: Identity;
	readonly options: PurgeOptions;
};

type Tell = (found: Found, result: Result) => void;

async function carryOut(deps: PurgeDeps, work: Work, tell: Tell): Promise<void> {
	const { request, identity, options } = work;
	if (options.freshFirst !== false || !everybodyStands(deps, work)) {
		const paths = request.members.map((member) => member.path);
		await gatherEvidence(deps, paths, request.override ?? false);
	}
	const found = request.members.map((member): Found => ({ member, entry: requestedEntry(deps, member) }));
	const entries = found.flatMap(({ entry }) => entry ?? []);
	const formal = refuseFormally(work, entries);
	const gathered = formal ? new Map<RollEntry, Gathered>() : await gatherAll(deps, entries);
	const planned = plannedPaths(gathered);
	const early =
		gathered.size > 1
			? await refuseEarly(deps, { request, identity, planned: planned.size }, gathered, options)
			: new Map<RollEntry, Result>();
	for (const entry of early.keys()) {
		gathered.delete(entry);
	}
	const rest = await batchFirst(deps, work, { found, gathered, planned, tell });
	for (const each of rest) {
		const { member, entry } = each;
		const own = entry ? gathered.get(entry) : undefined;
		const refused = entry ? early.get(entry) : undefined;
		if (!entry) {
			tell(each, staleOutcome());
		} else if (refused) {
			tell(each, refused);
		} else if (formal || !own) {
			tell(each, refusedOutcome(formal ?? 'internal'));
		} else if (!planned.has(member.path)) {
			tell(each, goneAlongOutcome());
		} else {
			const result = await purgeOne(deps, { request, identity, entry, gathered: own, planned: planned.size }, options);
			tell(each, result);
			// Only what is gone, and so counted by now, leaves the plan: more than the radius is refused as a whole.
			if (result.kind === 'purged' || result.kind === 'partial') {
				for (const path of pathsOf(entry, own).filter((each) => !result.left.includes(each))) {
					planned.delete(path);
				}
			}
		}
	}
}

/** What the form of the request itself forbids. */
function refuseFormally({ request, named, options }: Work, entries: readonly RollEntry[]): OutcomeReason | null {
	if (!request.reason?.trim()) {
		return 'reason-missing';
	}
	if (options.by !== undefined && options.by !== 'human') {
		// Nobody has typed anything.
		return null;
	}
	const expected = named === 1 ? entries[0]?.registration.id : String(named);
	// A single member that is gone has no id to type: its outcome is stale.
	return expected === undefined || request.confirm === expected ? null : 'confirm-mismatch';
}

/** Everybody is proven on evidence that is young enough, this very instant; the turn of the write asks it all again. */
function everybodyStands(deps: PurgeDeps, { request, identity, options }: Work): boolean {
	const crowd = crowdNow(deps.membership);
	const gathered = { owned: null, siblings: null };
	return request.members.every((member) => {
		const entry = requestedEntry(deps, member);
		if (!entry) {
			return false;
		}
		const asked = questionOf({ request, identity, entry, gathered, planned: request.members.length }, options);
		return standsAtHand(deps, entry, { ...asked, crowd, fence: toFenceCheck('full', 0) });
	});
}

/** Purges together those that can go together, when they are several; gives all that are still to be told of, in order. */
async function batchFirst(
	deps: PurgeDeps,
	{ request, identity, options }: Work,
	purge: {
		readonly found: readonly Found[];
		readonly gathered: ReadonlyMap<RollEntry, Gathered>;
		readonly planned: Set<string>;
		readonly tell: Tell;
	},
): Promise<readonly Found[]> {
	const { found, gathered, planned, tell } = purge;
	const byEntry = new Map<RollEntry, Found>();
	const members: { entry: RollEntry; gathered: Gathered }[] = [];
	for (const each of found) {
		const own = each.entry ? gathered.get(each.entry) : undefined;
		if (each.entry && own && goesInBatch(own) && !byEntry.has(each.entry)) {
			byEntry.set(each.entry, each);
			members.push({ entry: each.entry, gathered: own });
		}
	}
	if (members.length < 2) {
		return found;
	}
	const results = new Map<Found, Result>();
	function onResult(entry: RollEntry, result: Result | 'apart'): void {
		const each = byEntry.get(entry);
		if (each && result !== 'apart') {
			results.set(each, result);
		}
	}
	const release = deps.holdRecords();
	try {
		await purgeBatch(deps, { request, identity, members, planned, onResult }, options);
	} finally {
		release();
		// Only now: whoever is told of is waited for until it is recorded.
		for (const [each, result] of results) {
			tell(each, result);
		}
	}
	return found.filter((each) => !results.has(each));
}
