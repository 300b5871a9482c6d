import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS } from '@/lib/core/config';
import { step } from '@/lib/core/detector';
import type { Evidence, ProbeResult } from '@/lib/core/evidence';
import { type Endpoint, endpointKey } from '@/lib/core/member';
import { initialMemberState, type MemberState } from '@/lib/core/member-state';
import { withAllWatched, withEndpoint } from '@/lib/core/observe';
import type { TripwireKeeper } from '@/lib/core/ports';
import { type WatchTargets, watchMember } from '@/lib/runtime/member-watch';
import { contextOf, MEMBER, sweep } from '../../core/timeline';
import { createManualClock } from '../../fakes/manual-clock';

/** A member whose answers the test decides, watched by the real watch and judged by the real detector. */
function createWorld(options: { addresses?: number } = {}) {
	const clock = createManualClock();
	const answers = new Map<number, ProbeResult>();
	const keepers: { keeper: TripwireKeeper; openedAtMs: number; port: number }[] = [];
	const probes: { port: number; atMs: number; timeoutMs: number }[] = [];
	const faults: unknown[] = [];
	let state: MemberState = initialMemberState({ incarnation: MEMBER }, 0);
	let sessionState: 'connected' | 'gone' = 'connected';
	let packets = 1;
	let talks = true;
	let broken = false;

	const tell = (evidence: Evidence) => {
		if (broken) {
			throw new Error('a fault in the fold');
		}
		state = step(state, evidence, contextOf(), clock.nowMs()).state;
	};
	async function sweepOnce(): Promise<void> {
		await clock.sleep(40);
		packets += talks ? 1 : 0;
		tell(sweep(clock.nowMs() - 40, sessionState, { packets }));
	}
	const addresses = Array.from({ length: options.addresses ?? 1 }, (_, i) => ({
		name: `a${i}`,
		host: '10.0.0.31',
		port: 7510 + i,
	}));
	const watch = watchMember(
		MEMBER,
		{ addresses, health: null, unreadable: null },
		{
			observer: 'console',
			clock,
			probes: {
				async probe(endpoint: Endpoint, { timeoutMs, keep }) {
					probes.push({ port: endpoint.port, atMs: clock.nowMs(), timeoutMs });
					const result = answers.get(endpoint.port) ?? 'accepted';
					await clock.sleep(result === 'timed-out' ? timeoutMs : 1);
					if (keep && result === 'accepted') {
						keepers.push({ keeper: keep, openedAtMs: clock.nowMs(), port: endpoint.port });
						keep.onEvent({ state: 'open', openedAtMs: clock.nowMs(), atMs: clock.nowMs() });
					}
					return { endpoint, result, rttMs: 1, errorCode: null };
				},
				resolve: async (host) => (host.endsWith('.unknown') ? [] : [host]),
				health: async ({ endpoint }) => ({
					endpoint,
					result: 'refused',
					status: null,
					latencyMs: null,
					identity: null,
					errorCode: 'ECONNREFUSED',
				}),
				tripwires: () => ({ open: keepers.length, max: 1_000 }),
			},
			thresholds: DEFAULT_THRESHOLDS,
			onWatched: (all) => {
				state = withAllWatched(state, all);
			},
			isImpaired: () => false,
			loopPauseMsMax: () => 0,
			zooKeeperSessionFine: () => true,
			sweepAfterNow: sweepOnce,
			referenceAccepts: async () => true,
			state: () => state,
			declareEndpoint: (endpoint, name) => {
				state = withEndpoint(state, endpoint, name);
			},
			onEvidence: tell,
			onFault: (error) => faults.push(error),
		},
	);
	return {
		clock,
		watch,
		answers,
		keepers,
		probes,
		faults,
		sweepOnce,
		state: () => state,
		setSession: (next: typeof sessionState) => {
			sessionState = next;
		},
		setTalks: (next: boolean) => {
			talks = next;
		},
		breakFold: (next: boolean) => {
			broken = next;
		},
		endTripwires() {
			for (const { keeper, openedAtMs } of keepers.splice(0)) {
				keeper.onEvent({ state: 'closed-by-peer', openedAtMs, atMs: clock.nowMs() });
			}
		},
	};
}

describe('the watch over one member', () => {
	it('holds one tripwire an endpoint, also where two rounds run at once', async () => {
		const world = createWorld();
		await world.clock.advance(0);
		void world.watch.freshRound();
		await world.clock.advance(10);
		expect(world.probes).toHaveLength(2);
		expect(world.keepers).toHaveLength(1);
		world.watch.close();
	});

	it('asks at the pace of rest once a suspicion came to nothing', async () => {
		const world = createWorld();
		await world.clock.advance(12_000);
		world.setTalks(false);
		world.endTripwires();
		world.answers.set(7510, 'refused');
		await world.clock.advance(20_000);
		expect(world.state().verdict).toBe('suspect');
		const before = world.probes.length;
		await world.clock.advance(20_000);
		expect(world.probes.length - before).toBeLessThanOrEqual(12);
		world.watch.close();
	});

	it('looks as eagerly at a second suspicion as at the first', async () => {
		const world = createWorld();
		await world.clock.advance(12_000);
		// A server that closes idle connections: suspected for longer than anybody is eager, and well again at rest.
		void world.sweepOnce();
		world.setTalks(false);
		world.endTripwires();
		await world.clock.advance(10_000);
		expect(world.state().verdict).toBe('suspect');
		world.setTalks(true);
		void world.sweepOnce();
		await world.clock.advance(20_000);
		void world.sweepOnce();
		await world.clock.advance(20_000);
		expect(world.state().verdict).toBe('alive');
		world.setTalks(false);
		const before = world.probes.length;
		world.endTripwires();
		world.answers.set(7510, 'refused');
		await world.clock.advance(2_000);
		expect(world.probes.length - before).toBeGreaterThan(5);
		world.watch.close();
	});

	it('proves a death within seconds although another of its addresses never answers', async () => {
		const world = createWorld({ addresses: 2 });
		world.answers.set(7511, 'timed-out');
		void world.sweepOnce();
		await world.clock.advance(15_000);
		world.answers.set(7510, 'refused');
		world.setSession('gone');
		world.endTripwires();
		await world.clock.advance(3_000);
		expect(world.state().verdict).toBe('dead');
		world.watch.close();
	});

	it('asks what the registration names now as soon as it is written', async () => {
		const world = createWorld();
		await world.clock.advance(7_000);
		world.watch.setTargets({
			addresses: [{ name: 'a', host: '10.0.0.31', port: 9_999 }],
			health: null,
			unreadable: null,
		});
		await world.clock.advance(50);
		expect(world.probes.at(-1)?.port).toBe(9_999);
		expect(Object.keys(world.state().endpoints)).toContain(endpointKey({ ip: '10.0.0.31', port: 9_999 }));
		world.watch.close();
	});

	it.each<[string, Partial<WatchTargets>]>([
		['does not resolve', { addresses: [{ name: 'a', host: 'moved.unknown', port: 7_510 }] }],
		['cannot be read', { unreadable: { code: 'address-invalid', detail: 'host' } }],
	])('proves nothing of a member that named a further address which %s: it may have moved there', async (_, more) => {
		const world = createWorld();
		void world.sweepOnce();
		await world.clock.advance(15_000);
		world.watch.setTargets({ addresses: [], health: null, unreadable: null, ...more });
		await world.clock.advance(100);
		world.answers.set(7510, 'refused');
		world.setSession('gone');
		world.endTripwires();
		await world.clock.advance(4_000);
		expect(world.state().addressesUnwatched).toBe(true);
		expect(world.state().verdict).toBe('suspect');
		world.watch.setTargets({
			addresses: [{ name: 'a0', host: '10.0.0.31', port: 7510 }],
			health: null,
			unreadable: null,
		});
		await world.clock.advance(4_000);
		expect(world.state().verdict).toBe('dead');
		world.watch.close();
	});

	it('outlives a fault in the fold, and tells it', async () => {
		const world = createWorld();
		await world.clock.advance(1_000);
		world.breakFold(true);
		await world.clock.advance(12_000);
		expect(world.faults.length).toBeGreaterThan(0);
		world.breakFold(false);
		const before = world.probes.length;
		await world.clock.advance(12_000);
		expect(world.probes.length).toBeGreaterThan(before);
		world.watch.close();
	});

	it('leaves nothing that sleeps behind', async () => {
		const world = createWorld();
		await world.clock.advance(0);
		expect(world.probes).toHaveLength(1);
		world.watch.close();
		await world.clock.advance(100);
		expect(world.clock.sleeping()).toBe(0);
	});
});
