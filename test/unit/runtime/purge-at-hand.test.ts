import { expect, it } from 'vitest';
import type { ClusterConfig } from '@/lib/core/config';
import type { Evidence } from '@/lib/core/evidence';
import { endpointKey } from '@/lib/core/member';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import type { TakeoverClaim } from '@/lib/core/prove-takeover';
import { NO_SETTINGS } from '@/lib/core/settings';
import type { Membership } from '@/lib/runtime/membership';
import { type PurgeDeps, purgeMembers } from '@/lib/runtime/purge-member';
import { ENDPOINT, lived, MEMBER, round, sweep, tripwire } from '@/test/core/timeline';
import { createMemoryAudit } from '@/test/fakes/memory-audit';
import { createRollOfOne } from '@/test/fakes/roll-of-one';

/**
 * A takeover is carried out on the proof at hand, as an agent asks for it. ZooKeeper cannot be asked here, so that what the
 * session owns is unknown and nothing is ever purged: what counts is whether all was looked at anew first.
 */
const CLAIM: TakeoverClaim = { requesterIp: ENDPOINT.ip, held: [endpointKey(ENDPOINT)], predecessorIp: null };
const CZXID = `0x${MEMBER.czxid.toString(16)}`;
const KILLED_AT_MS = 20_000;

/** Killed, and gone from every server for so long, as whoever starts in its place sees it. */
function died(goneMs: number): Evidence[] {
	const story: Evidence[] = [tripwire(KILLED_AT_MS, 'closed-by-peer', 10)];
	for (let t = 100; t <= goneMs; t += 200) {
		story.push(round(KILLED_AT_MS + t, { result: 'accepted' }), sweep(KILLED_AT_MS + t + 50, 'gone'));
	}
	return story;
}

/** `anew`: what a fresh look finds. */
async function world(story: readonly Evidence[], anew: (atMs: number) => readonly Evidence[] = () => []) {
	const audit = createMemoryAudit();
	const { clock, roll } = await createRollOfOne(DEFAULT_POLICY, [...lived(), ...story]);
	let looks = 0;
	const deps = {
		config: { id: 'prod', policy: DEFAULT_POLICY } as ClusterConfig,
		clock,
		audit,
		zk: { state: () => ({ kind: 'disconnected' }) },
		membership: {
			roll,
			registry: { complete: () => true },
			sweeps: { last: () => null },
			freshEvidence() {
				looks += 1;
				for (const atom of anew(clock.nowMs())) {
					roll.observe(atom);
				}
				// Should it be asked without end, the purge runs out of time.
				return clock.advance(100);
			},
		} as unknown as Membership,
		latch: () => ({ kind: 'held', path: '/latch', sinceMs: 0 }),
		counters: () => [],
		settings: () => NO_SETTINGS,
	} as unknown as PurgeDeps;
	const identity = {
		actor: { kind: 'system', name: 'agent a', role: 'member', sourceAddress: null },
		role: 'member',
		viaCookie: false,
	} as const;
	async function takeOver(claim: TakeoverClaim = CLAIM) {
		const request = { members: [{ path: MEMBER.path, czxid: CZXID }], reason: 'takeover at start-up', confirm: '' };
		const options = { by: 'takeover', claimOf: () => claim, freshFirst: false } as const;
		const { outcomes } = await purgeMembers(deps, request, identity, options);
		const [outcome] = outcomes;
		const guards = Object.fromEntries((outcome?.guards ?? []).map(({ guard, result }) => [guard, result]));
		return { looks, outcome: outcome?.outcome, guards };
	}
	return { clock, takeOver };
}

it('a takeover whose proof stands this instant is judged at once; what else is unknown still refuses it', async () => {
	const { takeOver } = await world(died(1_700));
	const { looks, outcome, guards } = await takeOver();
	expect(guards).toMatchObject({ verdict: 'pass', 'evidence-age': 'pass', 'session-registrations': 'unknown' });
	expect({ looks, outcome }).toEqual({ looks: 0, outcome: 'refused' });
});

it('evidence that grew too old while the agent waited for its turn is gathered anew', async () => {
	const { clock, takeOver } = await world(died(1_700), (atMs) => [
		round(atMs, { result: 'accepted' }),
		sweep(atMs + 2, 'gone'),
	]);
	await clock.advance(DEFAULT_POLICY.evidenceAgeMsMax + 100);
	const { looks } = await takeOver();
	expect(looks).toBeGreaterThan(0);
});

it('evidence that grew too old and cannot be had anew is refused', async () => {
	const { clock, takeOver } = await world(died(1_700));
	await clock.advance(DEFAULT_POLICY.evidenceAgeMsMax + 100);
	const { looks, outcome, guards } = await takeOver();
	expect(looks).toBeGreaterThan(0);
	expect(guards).toMatchObject({ 'evidence-age': 'fail' });
	expect(outcome).toBe('refused');
});

it('a predecessor that is back when its successor’s turn comes is looked at anew, and refused', async () => {
	const { takeOver } = await world([...died(1_700), sweep(21_900, 'connected', { packets: 90 })]);
	const { looks, outcome, guards } = await takeOver();
	expect(looks).toBeGreaterThan(0);
	expect(guards).toMatchObject({ verdict: 'unknown' });
	expect(outcome).toBe('refused');
});

it.each<[string, Evidence[], TakeoverClaim]>([
	['a session that has not settled', died(700), CLAIM],
	['a requester that holds nothing', died(1_700), { ...CLAIM, held: [] }],
	['a requester from elsewhere', died(1_700), { ...CLAIM, requesterIp: '10.0.0.99' }],
	['an incomplete sweep', [...died(1_700), sweep(21_900, 'unknown')], CLAIM],
])('%s is no proof at hand: all is looked at anew, and refused', async (_, story, claim) => {
	const { takeOver } = await world(story);
	const { looks, outcome, guards } = await takeOver(claim);
	expect(looks).toBeGreaterThan(0);
	expect(guards.verdict).not.toBe('pass');
	expect(outcome).toBe('refused');
});
