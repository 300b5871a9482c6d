import { describe, expect, it } from 'vitest';
import type { Evidence } from '@/lib/core/evidence';
import { isProvenAnew } from '@/lib/core/guards';
import { endpointKey } from '@/lib/core/member';
import {
	contextOf,
	died,
	ENDPOINT,
	exitReport,
	health,
	lived,
	MEMBER,
	round,
	suspicion,
	sweep,
	tell,
	tripwire,
} from './timeline';

/** Members that live although much speaks against them: each story once ended in a proof of death. */
const OWN = { sessionId: MEMBER.ephemeralOwner, startNonce: 'n', path: MEMBER.path };
const UNREGISTERED = { ip: ENDPOINT.ip, port: 8080 };
const inOrder = (...atoms: Evidence[]) => [...atoms].sort((a, b) => a.observedAtMs - b.observedAtMs);
/** Asked every 200 ms while everything else looks like a death. */
const asked = (options: Parameters<typeof health>[1]) =>
	[19_000, ...Array.from({ length: 9 }, (_, i) => 20_010 + i * 200)].map((atMs) => health(atMs, options));
/** Refused and gone, without the tripwire's end. */
const refusedAndGone = (fromMs: number, forMs = 1_800) =>
	Array.from({ length: forMs / 200 }, (_, i) => fromMs + i * 200).flatMap((atMs) => [
		round(atMs),
		sweep(atMs + 50, 'gone'),
	]);

function expectAlive(story: Evidence[], context = contextOf()): void {
	const state = tell(story, context);
	expect(['dead', 'superseded']).not.toContain(state.verdict);
	expect(isProvenAnew({ ...state, verdict: 'dead' }, context, story.at(-1)?.observedAtMs ?? 0)).toBe(false);
}

describe('a member that lost ZooKeeper and closed its listener and connections', () => {
	it('lives while its health check answers on a port that is no address of the record', () => {
		expectAlive(inOrder(...lived(), ...asked({ endpoint: UNREGISTERED }), ...died()));
	});

	it('lives while its health check answers there with another status', () => {
		expectAlive(inOrder(...lived(), ...asked({ endpoint: UNREGISTERED, result: 'wrong-status' }), ...died()));
	});

	it('lives while a failing health check names its own session', () => {
		const named = asked({ endpoint: UNREGISTERED, result: 'wrong-status', identity: OWN });
		const state = tell(inOrder(...lived(), ...named, ...died()));
		expect(state.verdict).not.toBe('dead');
		expectAlive(inOrder(...lived(), ...named, ...died()));
	});
});

describe('a server that closes idle connections', () => {
	const idle = [
		tripwire(19_500, 'closed-by-peer', 10, { idle: true }),
		round(19_505, { result: 'accepted' }),
		sweep(19_520, 'connected', { packets: 18 }),
	];

	it('and then its listener is not dead after the settling time: its tripwire told nothing', () => {
		expectAlive([...lived(), ...idle, ...refusedAndGone(20_500)]);
	});

	it('is dead after 12 s of it', () => {
		expect(tell([...lived(), ...idle, ...refusedAndGone(20_500, 13_000)]).verdict).toBe('dead');
	});

	it('is not superseded by who answers there after an idle close', () => {
		const newer = { path: `${MEMBER.path}-b`, czxid: MEMBER.czxid + 5n, ephemeralOwner: MEMBER.ephemeralOwner + 9n };
		const rival = {
			incarnation: newer,
			seenSinceMs: 20_600,
			sameId: false,
			sameAddress: true,
			sharedEndpoints: [endpointKey(ENDPOINT)],
			remoteIp: '10.0.0.31',
			firstListedAtMs: 20_700,
		};
		const taken = Array.from({ length: 9 }, (_, i) => 20_500 + i * 200).flatMap((atMs) => [
			round(atMs, { result: 'accepted' as const }),
			sweep(atMs + 50, 'gone'),
		]);
		expectAlive([...lived(), ...idle, ...taken], contextOf({}, [rival]));
	});
});

describe('two members whose sessions were listed together', () => {
	it('share the address that one of them names later: neither supersedes', () => {
		const newer = { path: `${MEMBER.path}-b`, czxid: MEMBER.czxid + 5n, ephemeralOwner: MEMBER.ephemeralOwner + 9n };
		const rivalSince = (firstListedAtMs: number | null) => ({
			incarnation: newer,
			seenSinceMs: 1_000,
			sameId: false,
			sameAddress: true,
			sharedEndpoints: [endpointKey(ENDPOINT)],
			remoteIp: '10.0.0.31',
			firstListedAtMs,
		});
		const story = [
			...lived(),
			tripwire(20_000, 'closed-by-peer', 10),
			...Array.from({ length: 8 }, (_, i) => 20_100 + i * 200).flatMap((atMs) => [
				round(atMs, { result: 'accepted' as const }),
				sweep(atMs + 50, 'gone'),
			]),
		];
		expectAlive(story, contextOf({}, [rivalSince(5_000)]));
		expect(tell(story, contextOf({}, [rivalSince(20_300)])).verdict).toBe('superseded');
	});
});

describe('what others said', () => {
	const quorum = contextOf({ observersMin: 2 });

	it('before this observer last saw the session is no vote: who was refused then is refused for his own reasons', () => {
		const early = suspicion(14_000, 'agent');
		const reread = suspicion(21_750, 'agent', { observerProgressAtMs: 21_700 });
		expectAlive(inOrder(...lived(), early, ...died(), reread), quorum);
		const fresh = suspicion(21_500, 'agent', { observerProgressAtMs: 21_400 });
		expect(tell(inOrder(...lived(), ...died(), fresh, reread), quorum).verdict).toBe('dead');
	});

	it('in an exit report that arrives after newer life is void', () => {
		const progress = [18_000, 18_500, 19_000].map((atMs, i) => sweep(atMs, 'connected', { packets: 30 + i * 10 }));
		const gone = [19_200, 19_350].flatMap((atMs) => [sweep(atMs, 'gone'), round(atMs + 15, { result: 'timed-out' })]);
		expectAlive([...lived(), tripwire(17_000, 'silent', 10), ...progress, exitReport(17_500), ...gone]);
	});
});

describe('readings that are older than they look', () => {
	it('of the leader’s dump around a pause of our own say nothing', () => {
		const ground = { leaderId: 2, epoch: 4, tickMs: 2_000 };
		const reading = (atMs: number, loopPauseMsMax: number) =>
			sweep(atMs, 'gone', { bucketMs: null, inLeaderDump: false, summary: { orphanGround: ground, loopPauseMsMax } });
		const story = (loopPauseMsMax: number) => [
			...lived(),
			tripwire(20_000, 'silent', 10),
			reading(20_010, loopPauseMsMax),
			round(22_500, { result: 'timed-out' }),
			reading(22_600, loopPauseMsMax),
		];
		expectAlive(story(9_000));
		expect(tell(story(2)).verdict).toBe('dead');
	});

	it('a refusal that was asked for before a sign of life, and told after it, is none', () => {
		const story = [
			...lived(),
			tripwire(20_000, 'closed-by-peer', 10),
			sweep(20_010, 'gone'),
			health(20_020, { identity: OWN, tookMs: 5 }),
			round(20_019, { tookMs: 8 }),
		];
		expect(tell(story).refusals).toEqual([]);
	});
});
