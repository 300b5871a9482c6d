import { randomUUID } from 'node:crypto';
import type { AuditDraft } from '@/lib/core/audit-entry';
import { goneForMs } from '@/lib/core/conditions';
import { isProvenAnew } from '@/lib/core/guards';
import { toHex } from '@/lib/core/ids';
import { toJson } from '@/lib/core/json';
import type { Clock, Identity } from '@/lib/core/ports';
import {
	isRefusedForGood,
	judgeTakeover,
	missingFromClaim,
	type TakeoverClaim,
	vetoesOfTakeover,
} from '@/lib/core/prove-takeover';
import type { OutcomesView, PurgeRequest } from '@/lib/core/purge-view';
import type { ReasonCode } from '@/lib/core/reason';
import type { TakeoverRequest, TakeoverResult, TakeoverView } from '@/lib/core/takeover-view';
import type { Membership } from './membership';
import type { RollEntry } from './roll';
import { findPredecessors } from './takeover-claim';

export type ClaimOf = (entry: RollEntry) => TakeoverClaim;

export type TakeOverDeps = {
	readonly cluster: string;
	readonly membership: Membership;
	readonly clock: Clock;
	readonly audit: { append(draft: AuditDraft): Promise<unknown> };
	/** Has the purge done under all guards of a takeover, by this console or by whoever holds the latch. */
	readonly carryOut: (request: PurgeRequest, identity: Identity, claimOf: ClaimOf) => Promise<OutcomesView>;
};

/** Who asks, what he shows for each registration in his place, and for how long is looked for a proof. */
export type TakeoverRequester = {
	readonly identity: Identity;
	/** As this side sees it; null: not known. */
	readonly ip: string | null;
	readonly claimOf: ClaimOf;
	/** How long is looked for a proof or a sign of life, ms. */
	readonly lookMs: number;
	/** Until the answer, the purge included, ms. */
	readonly withinMs: number;
};

/** A sign of life counts when it is still there on another look, this much later: servers list the dead for some 40 ms. */
const ALIVE_AGAIN_MS = 300;

type Standing = {
	readonly result: 'proven' | 'alive' | 'refused' | 'unknown';
	readonly reasons: readonly ReasonCode[];
};
type Evidence = TakeoverView['evidence'][number];

/**
 * Clears a starting member's place of its predecessors: looks until each is proven gone, or shown to live, or the time is
 * over, and purges those that are proven, unless one lives. Answers within `withinMs`; a purge that takes longer goes on,
 * and is recorded. Every answer is in the audit log. Never rejects for what ZooKeeper, a guard or the log says.
 */
export async function takeOver(
	deps: TakeOverDeps,
	request: TakeoverRequest,
	requester: TakeoverRequester,
): Promise<TakeoverView> {
	const { clock } = deps;
	const inTime = new AbortController();
	const late = clock.sleep(requester.withinMs, inTime.signal).then(() => answer('unknown', LATE, requester, []));
	const done = decide(deps, request, requester).then((view) => record(deps, request, requester, view));
	const view = await Promise.race([done, late]);
	inTime.abort();
	return view;
}

const LATE = 'It takes longer than an answer may: ask again, or look into the audit log.';

async function decide(
	deps: TakeOverDeps,
	request: TakeoverRequest,
	requester: TakeoverRequester,
): Promise<TakeoverView> {
	const { roll, registry } = deps.membership;
	const untilMs = deps.clock.nowMs() + requester.lookMs;
	const entries = findPredecessors(roll, request);
	if (entries.length === 0) {
		return registry.complete()
			? answer('not-registered', 'Nobody is registered there.', requester, [])
			: answer('unknown', 'The registrations have not been read in full yet: ask again.', requester, []);
	}
	const standings = await lookUntilDecided(deps, entries, requester.claimOf, untilMs);
	const evidence = entries.map((entry, index) => toEvidence(entry, standings[index] ?? UNKNOWN));
	const worst = (['alive', 'refused', 'unknown'] as const).find((result) => standings.some((s) => s.result === result));
	if (worst !== undefined) {
		const of = evidence.find((each) => each.result === worst);
		return answer(worst, `${of?.path}: ${of?.reasons.join(', ')}.`, requester, evidence);
	}
	return purgeThem(deps, entries, evidence, requester);
}

const UNKNOWN: Standing = { result: 'unknown', reasons: ['nothing-observed'] };

/** Looks again and again until each is decided, or the time is over. */
async function lookUntilDecided(
	deps: TakeOverDeps,
	entries: readonly RollEntry[],
	claimOf: ClaimOf,
	untilMs: number,
): Promise<Standing[]> {
	const { clock, membership } = deps;
	const livesSinceMs = new Map<RollEntry, number>();
	for (;;) {
		for (const { registration } of entries) {
			membership.lookAt(registration.incarnation.path);
		}
		await settledBy(clock, membership.sweeps.next(), untilMs);
		const nowMs = clock.nowMs();
		const standings = entries.map((entry) => standingOf(deps, entry, claimOf(entry)));
		const decided = standings.every(({ result }, index) => {
			const entry = entries[index];
			if (result !== 'alive' || entry === undefined) {
				return result !== 'unknown';
			}
			livesSinceMs.set(entry, livesSinceMs.get(entry) ?? nowMs);
			return nowMs - (livesSinceMs.get(entry) ?? nowMs) >= ALIVE_AGAIN_MS;
		});
		if (decided || nowMs >= untilMs) {
			return standings;
		}
	}
}

function standingOf({ membership, clock }: TakeOverDeps, entry: RollEntry, claim: TakeoverClaim): Standing {
	const { state } = entry;
	const context = membership.roll.contextOf(entry);
	const { proven, missing } = judgeTakeover(state, context, claim);
	if (proven !== null) {
		return { result: 'proven', reasons: [proven, 'session-gone'] };
	}
	const unclaimed = missingFromClaim(state, context, claim);
	if (unclaimed.length === 0 && isProvenAnew(state, context, clock.nowMs())) {
		return { result: 'proven', reasons: state.reasons };
	}
	const lives = vetoesOfTakeover(state, claim);
	if (lives.length > 0) {
		return { result: 'alive', reasons: lives };
	}
	const final = isRefusedForGood(state, unclaimed, claim);
	return { result: final ? 'refused' : 'unknown', reasons: missing };
}

async function purgeThem(
	deps: TakeOverDeps,
	entries: readonly RollEntry[],
	evidence: readonly Evidence[],
	requester: TakeoverRequester,
): Promise<TakeoverView> {
	const [only] = entries;
	const request: PurgeRequest = {
		members: evidence.map(({ path, czxid }) => ({ path, czxid })),
		reason: 'takeover at start-up',
		confirm: entries.length === 1 && only ? only.registration.id : String(entries.length),
	};
	const { outcomes } = await deps.carryOut(request, requester.identity, requester.claimOf);
	const told = evidence.map((each) => {
		const outcome = outcomes.find(({ path }) => path === each.path);
		return { ...each, result: toResult(outcome?.outcome), guards: outcome?.guards ?? [] };
	});
	const worst = (['refused', 'unknown', 'purged'] as const).find((result) => told.some((t) => t.result === result));
	const details = outcomes.map(({ path, outcome, detail }) => `${path}: ${outcome}, ${detail}`);
	return answer(worst ?? 'not-registered', `${details.join('; ')}.`, requester, told);
}

/** Stale: that incarnation has gone by itself meanwhile, or its member is back; what is there now, the next request tells. */
function toResult(outcome: OutcomesView['outcomes'][number]['outcome'] | undefined): TakeoverResult {
	switch (outcome) {
		case 'purged':
		case 'partial':
			return 'purged';
		case 'refused':
			return 'refused';
		default:
			return 'unknown';
	}
}

function toEvidence({ registration, state }: RollEntry, standing: Standing): Evidence {
	const { path, czxid } = registration.incarnation;
	return {
		path,
		id: registration.id,
		czxid: toHex(czxid),
		result: standing.result === 'proven' ? 'purged' : standing.result,
		verdict: state.verdict,
		reasons: [...standing.reasons],
		session: {
			state: state.session.state,
			remoteIp: state.session.remoteIp,
			goneForMs: Math.round(goneForMs(state)),
		},
		guards: [],
	};
}

function answer(
	result: TakeoverResult,
	detail: string,
	{ ip }: TakeoverRequester,
	evidence: readonly Evidence[],
): TakeoverView {
	return { result, detail: detail.slice(0, 2_000), requesterIp: ip, evidence: [...evidence] };
}

/** What cannot be recorded says so in the answer; a purge has its own record, in its own transaction. */
async function record(
	{ audit, cluster, clock }: TakeOverDeps,
	request: TakeoverRequest,
	{ identity }: TakeoverRequester,
	view: TakeoverView,
): Promise<TakeoverView> {
	const [first] = view.evidence;
	try {
		await audit.append({
			key: randomUUID(),
			atMs: Math.round(clock.wallMs()),
			actor: identity.actor,
			action: 'member.takeover',
			outcome: view.result,
			cluster,
			member: first?.path ?? ('path' in request ? request.path : null),
			memberId: first?.id ?? null,
			czxid: first?.czxid ?? null,
			reason: null,
			zxid: null,
			detail: toJson({ request, ...view }),
		});
		return view;
	} catch (error) {
		const problem = error instanceof Error ? error.message : String(error);
		return { ...view, detail: `${view.detail} Not recorded: ${problem.slice(0, 300)}` };
	}
}

/** Resolves when the work has ended in any way, or the time is over. */
async function settledBy(clock: Clock, work: Promise<unknown>, untilMs: number): Promise<void> {
	const done = new AbortController();
	// A sweep that will not come any more (the console stops) shows in what is missing.
	const ended = work.then(
		() => done.abort(),
		() => done.abort(),
	);
	await Promise.race([ended, clock.sleep(Math.max(0, untilMs - clock.nowMs()), done.signal)]);
}
