import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence, SessionEvidence } from '@/lib/core/evidence';
import type { GuardCheck } from '@/lib/core/guard';
import { decideGuards, guardsPass } from '@/lib/core/guards';
import { endpointKey } from '@/lib/core/member';
import { type MemberState, noteSeenTogether } from '@/lib/core/member-state';
import { withEndpoint } from '@/lib/core/observe';
import type { DecisionContext, Rival } from '@/lib/core/proof';
import { isRefusedForGood, judgeTakeover, missingFromClaim, type TakeoverClaim } from '@/lib/core/prove-takeover';
import {
	ADMIN,
	contextOf,
	died,
	ENDPOINT,
	health,
	lived,
	MEMBER,
	round,
	sweep,
	tell,
	tripwire,
	WELL,
} from './timeline';

const CLAIM: TakeoverClaim = {
	requesterIp: ENDPOINT.ip,
	held: [endpointKey(ENDPOINT), endpointKey(ADMIN)],
	predecessorIp: null,
};

/** Killed at 20,000 and started again at once: its successor accepts, and answers health checks, from 20,100 on. */
function restarted(forMs = 1_700, more: { bucketMs?: (atMs: number) => number; complete?: boolean } = {}): Evidence[] {
	const story: Evidence[] = [tripwire(20_000, 'closed-by-peer', 10)];
	for (let t = 100; t < forMs; t += 200) {
		const atMs = 20_000 + t;
		story.push(round(atMs, { result: 'accepted' }), health(atMs + 5));
		const bucketMs = more.bucketMs?.(atMs) ?? 900_000;
		story.push(sweep(atMs + 50, more.complete === false ? 'unknown' : 'gone', { bucketMs }));
	}
	return story;
}

const judged = (story: readonly Evidence[], claim: TakeoverClaim = CLAIM, context = contextOf()) =>
	judgeTakeover(tell(story, context), context, claim);

describe('a member that starts in its predecessor’s place', () => {
	it('is proven although its own probes and health checks answer: the predecessor’s session is gone', () => {
		const story = [...lived(), ...restarted()];
		expect(tell(story).verdict).toBe('suspect');
		expect(judged(story)).toEqual({ proven: 'taken-over', missing: [] });
	});

	it('waits until the session has been gone for settleMs', () => {
		const young = [...lived(), ...restarted(1_000)];
		expect(judged(young).missing).toEqual(['session-settling']);
		expect(judged(young, CLAIM, contextOf({ settleMs: 150 })).proven).toBe('taken-over');
	});

	it('begins to wait anew when the leader’s table shows that the session was touched', () => {
		const story = [...lived(), ...restarted(1_700, { bucketMs: (atMs) => (atMs > 21_400 ? 902_000 : 900_000) })];
		expect(judged(story).missing).toContain('session-touched');
	});

	it.each<[string, Evidence[], string]>([
		['a session that is listed again', [sweep(21_800, 'connected', { packets: 90 })], 'veto-session-connected'],
		['an incomplete sweep', [sweep(21_800, 'unknown')], 'sweep-incomplete'],
		[
			'an answer in the predecessor’s own name',
			[health(21_800, { identity: { sessionId: MEMBER.ephemeralOwner, startNonce: 'a', path: MEMBER.path } })],
			'veto-health-answers',
		],
		[
			'an observer that is unwell',
			[round(21_800, { ownHealth: { ...WELL, referenceAccepted: false } })],
			'self-impaired',
		],
		[
			'an ensemble that has just elected',
			[sweep(21_800, 'gone', { summary: { uptimeMsMin: 2_000, epoch: 5 } })],
			'ensemble-unsettled',
		],
	])('is not proven against %s', (_, evidence, missing) => {
		const proof = judged([...lived(), ...restarted(), ...evidence]);
		expect(proof.proven).toBeNull();
		expect(proof.missing).toContain(missing);
	});

	it('is not proven while the tripwire to the predecessor is open, whatever it holds', () => {
		const [, ...withoutItsEnd] = restarted();
		expect(judged([...lived(), ...withoutItsEnd]).missing).toContain('veto-tripwire-open');
	});

	it('is not proven without a round since the session went', () => {
		const sweepsOnly = restarted().filter((evidence) => evidence.kind !== 'round');
		expect(judged([...lived(), ...sweepsOnly]).missing).toContain('rounds-missing');
	});

	it('takes no persistent registration', () => {
		const persistent = { ...MEMBER, ephemeralOwner: 0n };
		const story = [...lived(), ...restarted()].map((evidence) => ({ ...evidence, incarnation: persistent }));
		const state = tell(story, contextOf(), persistent);
		expect(judgeTakeover(state, contextOf(), CLAIM).missing).toContain('not-ephemeral');
	});
});

describe('whose answer it is', () => {
	const silentEnd = restarted().map((evidence) =>
		evidence.kind === 'tripwire' ? tripwire(20_000, 'silent', 10) : evidence,
	);

	it('is the requester’s on the addresses that it holds, also where no tripwire was closed by the peer', () => {
		expect(judged([...lived(), ...silentEnd]).proven).toBe('taken-over');
	});

	it('is the predecessor’s on an address that the requester does not hold', () => {
		const elsewhere = [...lived(), ...silentEnd, round(21_700, { endpoint: ADMIN, result: 'accepted' })];
		const story = [...elsewhere, health(21_750, { endpoint: ADMIN }), sweep(21_760, 'gone')];
		const claim = { ...CLAIM, held: [endpointKey(ENDPOINT)] };
		expect(judged(story, claim).missing).toEqual(['veto-health-answers']);
		expect(judged(story).proven).toBe('taken-over');
	});
});

describe('who may ask', () => {
	const state = tell([...lived(), ...restarted()]);
	const missing = (claim: Partial<TakeoverClaim>, of: MemberState = state, context: DecisionContext = contextOf()) =>
		judgeTakeover(of, context, { ...CLAIM, ...claim }).missing;

	it('is nobody at another address than the registered one, and nobody whose address is not known', () => {
		expect(missing({ requesterIp: '10.0.0.32' })).toEqual(['requester-elsewhere']);
		expect(missing({ requesterIp: null })).toEqual(['requester-elsewhere']);
		expect(missing({ requesterIp: `::ffff:${ENDPOINT.ip}` })).toEqual([]);
	});

	it('is nobody who does not hold a registered address', () => {
		expect(missing({ held: [] })).toEqual(['address-not-held']);
		expect(missing({ held: ['10.0.0.31:1'] })).toEqual(['address-not-held']);
	});

	it('is nobody when the predecessor’s session came from elsewhere, as through NAT, even where the address is its own', () => {
		const nat = [...lived(), ...restarted()].map((evidence) =>
			evidence.kind === 'session'
				? {
						...evidence,
						connections: evidence.connections.map((connection) => ({ ...connection, remoteIp: '10.0.0.254' })),
					}
				: evidence,
		);
		expect(missing({}, tell(nat))).toEqual(['address-not-provable']);
		const context = contextOf({ addressIsOwn: true });
		expect(missing({}, tell(nat, context), context)).toEqual(['address-not-provable']);
		expect(missing({ requesterIp: '10.0.0.254' }, tell(nat))).toContain('requester-elsewhere');
	});

	it('takes the predecessor’s own word for where it came from only where it was never seen', () => {
		const unseen = restarted().filter((evidence) => evidence.kind !== 'tripwire');
		const known = tell(unseen);
		expect(missing({}, known)).toEqual(['address-not-provable']);
		expect(missing({ predecessorIp: ENDPOINT.ip }, known)).toEqual([]);
		expect(missing({ predecessorIp: '10.0.0.254' }, known)).toEqual(['address-not-provable']);
		expect(missing({ predecessorIp: '10.0.0.254' })).toEqual([]);
	});

	it('is nobody where two sessions were seen connected at that address', () => {
		const other = { ...MEMBER, path: '/turms/members/other', ephemeralOwner: 7n };
		const rival: Rival = {
			incarnation: other,
			seenSinceMs: 0,
			sameId: false,
			sameAddress: true,
			sharedEndpoints: [endpointKey(ENDPOINT)],
			remoteIp: null,
			firstListedAtMs: 5,
		};
		const context = contextOf({}, [rival]);
		expect(missing({}, noteSeenTogether(state, other), context)).toEqual(['address-shared']);
		expect(missing({}, state, context)).toEqual([]);
	});

	it('counts loopback only where all servers are on this machine', () => {
		const loopback = { ip: '127.0.0.1', port: 7510 };
		const claim = { requesterIp: '127.0.0.1', held: [endpointKey(loopback)], predecessorIp: '127.0.0.1' };
		const story = (local: boolean) =>
			restarted()
				.filter((evidence): evidence is SessionEvidence => evidence.kind === 'session')
				.flatMap((evidence) => [
					round(evidence.sweep.startedAtMs - 20, { endpoint: loopback, result: 'accepted' }),
					{ ...evidence, sweep: { ...evidence.sweep, local } },
				]);
		expect(missing(claim, tell(story(true)))).toEqual([]);
		expect(missing(claim, tell(story(false)))).toEqual(['address-not-provable']);
		expect(missing({ ...claim, requesterIp: '127.0.0.2' }, tell(story(true)))).toEqual(['requester-elsewhere']);
	});

	it('is told at once what no further look would change', () => {
		const known = withEndpoint(tell(lived()), ENDPOINT, 'member');
		const judge = (claim: TakeoverClaim) => isRefusedForGood(known, missingFromClaim(known, contextOf(), claim), claim);
		expect(judge(CLAIM)).toBe(false);
		expect(judge({ ...CLAIM, requesterIp: '10.9.9.9' })).toBe(true);
		expect(judge({ ...CLAIM, held: [] })).toBe(true);
	});
});

describe('the guards', () => {
	const pass = (guard: GuardCheck['guard']): GuardCheck => ({ guard, result: 'pass', code: 'fresh', facts: {} });
	const base = {
		context: contextOf(),
		override: false,
		role: 'member',
		siblings: [],
		latch: { kind: 'held', path: '/l', sinceMs: 0 },
		blastRadius: pass('blast-radius'),
		fence: pass('fence'),
		recovery: [],
	} as const;
	const state = tell([...lived(), ...restarted()]);

	it('let a takeover’s proof serve in place of dead and superseded, for the member that asks alone', () => {
		const guards = (claim: TakeoverClaim | null) => decideGuards({ ...base, state, nowMs: 21_700, claim });
		expect(guards(CLAIM)[0]).toMatchObject({ result: 'pass', code: 'proven-by-takeover' });
		expect(guardsPass(guards(CLAIM))).toBe(true);
		expect(guards(null)[0]).toMatchObject({ result: 'fail', code: 'not-proven' });
		expect(guards({ ...CLAIM, requesterIp: '10.0.0.9' })[0]).toMatchObject({
			result: 'fail',
			code: 'takeover-not-proven',
		});
	});

	it('let a proof of its own serve as well, but for nobody who is elsewhere or holds nothing', () => {
		const dead = tell([...lived(), ...died()]);
		expect(dead.verdict).toBe('dead');
		const verdictFor = (claim: TakeoverClaim) => decideGuards({ ...base, state: dead, nowMs: 21_800, claim })[0];
		expect(verdictFor(CLAIM)).toMatchObject({ result: 'pass' });
		expect(verdictFor({ ...CLAIM, requesterIp: '10.0.0.32' })).toMatchObject({ result: 'fail' });
		expect(verdictFor({ ...CLAIM, requesterIp: null })).toMatchObject({ result: 'unknown' });
		expect(verdictFor({ ...CLAIM, held: [] })).toMatchObject({ result: 'fail' });
	});

	it('ask for evidence as fresh as ever, and for the latch', () => {
		expect(guardsPass(decideGuards({ ...base, state, nowMs: 24_000, claim: CLAIM }))).toBe(false);
		const waiting = { kind: 'waiting', holder: null } as const;
		expect(guardsPass(decideGuards({ ...base, state, nowMs: 21_700, claim: CLAIM, latch: waiting }))).toBe(false);
	});

	it('say that it is not decided yet while it only has to be looked at longer', () => {
		const young = tell([...lived(), ...restarted(600)]);
		const [verdict] = decideGuards({ ...base, state: young, nowMs: 20_700, claim: CLAIM });
		expect(verdict).toMatchObject({ result: 'unknown', code: 'takeover-not-proven' });
	});
});

/** Stories near a restart, each atom maybe dropped or turned into one that speaks against it. */
const story = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 40, maxLength: 40 }).map((choices) =>
	[...lived(), ...restarted(2_200)].flatMap((evidence, index): Evidence[] => {
		switch (choices[index % choices.length]) {
			case 0:
				return [];
			case 1:
				return [evidence, sweep(evidence.observedAtMs + 1, 'connected', { packets: evidence.observedAtMs })];
			case 2:
				return [evidence, sweep(evidence.observedAtMs + 1, 'unknown')];
			case 3:
				return [evidence, tripwire(evidence.observedAtMs + 1, 'open', evidence.observedAtMs + 1)];
			case 4:
				return evidence.kind === 'round' ? [{ ...evidence, ownHealth: { ...WELL, loopPauseMsMax: 400 } }] : [evidence];
			default:
				return [evidence];
		}
	}),
);

describe('whatever was seen', () => {
	it('a proof stands on complete sweeps without the session for settleMs, at most 500 ms apart, and nothing after them that lists it', () => {
		let proven = 0;
		fc.assert(
			fc.property(story, (atoms) => {
				if (judged(atoms).proven === null) {
					return;
				}
				proven += 1;
				const sessions = atoms.filter((atom) => atom.kind === 'session');
				const lastOther = sessions.findLastIndex((atom) => atom.state === 'connected');
				const run = sessions.slice(lastOther + 1).filter((atom) => atom.state === 'gone');
				const gaps = run.slice(1).map((atom, i) => atom.sweep.startedAtMs - (run[i]?.sweep.startedAtMs ?? 0));
				const cut = gaps.findLastIndex((gapMs) => gapMs > 500);
				const unbroken = run.slice(cut + 1);
				expect(sessions.at(-1)?.state).toBe('gone');
				const heldMs = (unbroken.at(-1)?.sweep.startedAtMs ?? 0) - (unbroken[0]?.sweep.finishedAtMs ?? 0);
				expect(heldMs).toBeGreaterThanOrEqual(1_200);
			}),
			{ numRuns: 2_000 },
		);
		expect(proven).toBeGreaterThan(0);
	});

	it('nobody from another address, and nobody who holds nothing, is ever proven', () => {
		const claims = fc.record({
			requesterIp: fc.constantFrom('10.0.0.32', '127.0.0.1', null),
			held: fc.constantFrom([], [endpointKey(ENDPOINT)], CLAIM.held),
			predecessorIp: fc.constantFrom(null, ENDPOINT.ip),
		});
		fc.assert(
			fc.property(story, claims, (atoms, claim) => {
				expect(judged(atoms, claim).proven).toBeNull();
			}),
		);
	});
});
