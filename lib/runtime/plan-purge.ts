import type { GuardCheck } from '@/lib/core/guard';
import { parseHexId, toHex } from '@/lib/core/ids';
import type { Identity } from '@/lib/core/ports';
import type { GuardView, PlanView, PurgeRequest } from '@/lib/core/purge-view';
import { checkFences, gatherAll } from './gather-all';
import type { Gathered, PurgeGround } from './gather-purge';
import { crowdNow, guardsNow } from './guards-now';
import type { RollEntry } from './roll';

/** A sentence for outsiders; the console renders its own from `code` and `facts`. */
export function toGuardView(check: GuardCheck): GuardView {
	const facts = Object.entries(check.facts).map(([name, value]) => `${name} ${value}`);
	return { ...check, facts: { ...check.facts }, detail: [check.code, ...facts].join(', ') };
}

/** The registered incarnation that a request names; null when it is no longer (or was never) on the roll. */
export function requestedEntry(ground: PurgeGround, wanted: { path: string; czxid: string }): RollEntry | null {
	const entry = ground.membership.roll.entries.get(wanted.path);
	return entry && entry.registration.incarnation.czxid === parseHexId(wanted.czxid) ? entry : null;
}

/** Registrations that the request would remove, all of their sessions' own included, each once. */
export function plannedPaths(gathered: ReadonlyMap<RollEntry, Gathered>): Set<string> {
	return new Set([...gathered].flatMap(([entry, own]) => pathsOf(entry, own)));
}

/** The registration itself, and each that goes with it. */
export function pathsOf(entry: RollEntry, { siblings }: Gathered): string[] {
	return [entry.registration.incarnation.path, ...(siblings ?? []).map((sibling) => sibling.path)];
}

/**
 * Two sweeps for an override, whose members are not swept every 500 ms; one otherwise. The round comes first, so
 * that the evidence is as fresh as the guards will say.
 */
export async function gatherEvidence(ground: PurgeGround, paths: readonly string[], override: boolean): Promise<void> {
	await ground.membership.freshEvidence(paths);
	if (override) {
		await ground.membership.sweeps.next();
	}
}

/** Dry run: fresh evidence, every guard's result, everything that would go. Writes nothing. */
export async function planPurge(ground: PurgeGround, request: PurgeRequest, identity: Identity): Promise<PlanView> {
	const override = request.override ?? false;
	await gatherEvidence(
		ground,
		request.members.map((member) => member.path),
		override,
	);
	const found = request.members.map((wanted) => ({ wanted, entry: requestedEntry(ground, wanted) }));
	const entries = found.flatMap(({ entry }) => entry ?? []);
	const gathered = await gatherAll(ground, entries);
	const fences = await checkFences(ground, entries);
	const planned = plannedPaths(gathered).size;
	// In one turn from here on: all are judged on the same counters, members and groups.
	const crowd = crowdNow(ground.membership);
	const members = found.map(({ wanted, entry }): PlanView['plan']['members'][number] => {
		const own = entry ? gathered.get(entry) : undefined;
		const fence = entry ? fences.get(entry) : undefined;
		if (!entry || !own || !fence) {
			return goneMember(wanted);
		}
		const guards = guardsNow(ground, entry, {
			gathered: own,
			fence,
			planned,
			override,
			role: identity.role,
			asker: identity.actor,
			approval: request.approval ?? null,
			requester: 'human',
			mayRelay: true,
			crowd,
		});
		return toPlanned(entry, own, guards, ground.clock.nowMs());
	});
	return { plan: { members } };
}

function toPlanned(
	entry: RollEntry,
	gathered: Gathered,
	guards: GuardCheck[],
	nowMs: number,
): PlanView['plan']['members'][number] {
	const { incarnation, id } = entry.registration;
	const { expiresInMs, expiresReadAtMs } = entry.state.session;
	return {
		path: incarnation.path,
		id,
		czxid: toHex(incarnation.czxid),
		ephemeralOwner: toHex(incarnation.ephemeralOwner),
		verdict: entry.state.verdict,
		reasons: [...entry.state.reasons],
		owned: gathered.owned ?? [],
		expiresInMs:
			expiresInMs === null || expiresReadAtMs === null
				? null
				: Math.max(0, Math.round(expiresInMs - (nowMs - expiresReadAtMs))),
		guards: guards.map(toGuardView),
	};
}

/** The incarnation that was asked about is not registered any more: nothing is left to purge. */
function goneMember(wanted: { path: string; czxid: string }): PlanView['plan']['members'][number] {
	const check: GuardCheck = { guard: 'verdict', result: 'fail', code: 'not-proven', facts: { verdict: 'left' } };
	return {
		path: wanted.path,
		id: wanted.path.slice(wanted.path.lastIndexOf('/') + 1),
		czxid: wanted.czxid,
		ephemeralOwner: toHex(0n),
		verdict: 'left',
		reasons: [],
		owned: [],
		expiresInMs: null,
		guards: [toGuardView(check)],
	};
}
