import { describe, expect, it } from 'vitest';
import { vetoes } from '@/lib/core/conditions';
import { endpointKey } from '@/lib/core/member';
import { proveSuperseded } from '@/lib/core/prove-superseded';
import { ADMIN, contextOf, died, ENDPOINT, health, lived, MEMBER, round, sweep, tell, tripwire } from './timeline';

const OWN = { sessionId: MEMBER.ephemeralOwner, startNonce: 'n-1', path: MEMBER.path };
const OTHER = { sessionId: MEMBER.ephemeralOwner + 9n, startNonce: 'n-2', path: `${MEMBER.path}-b` };

describe('a health check that answers', () => {
	it('makes alive a member whose probes fail, when it was asked after they began to', () => {
		const failing = [round(20_000, { result: 'timed-out' }), round(21_000, { result: 'timed-out' })];
		const { verdict, reasons } = tell([...lived(), ...failing, health(21_500)]);
		expect(verdict).toBe('alive');
		expect(reasons).toEqual(['health-answered', 'probe-timed-out']);
	});

	it('says nothing of what failed after it was asked, however late it arrives', () => {
		const late = health(19_000, { tookMs: 2_500 });
		const story = [...lived(), tripwire(20_000, 'closed-by-peer', 10), round(20_005), sweep(20_020, 'gone'), late];
		expect(tell(story).verdict).toBe('suspect');
	});

	it('vetoes every proof while it counts for this incarnation', () => {
		const dead = [...lived(), ...died()];
		expect(tell(dead).verdict).toBe('dead');
		const named = tell([...dead, health(22_000, { identity: OWN })]);
		expect(named.verdict).toBe('alive');
		expect(named.reasons[0]).toBe('health-answered');
	});

	it('is nobody’s sign of life once the tripwire there was closed and it names nobody, and no refusal either', () => {
		const state = tell([...lived(), ...died(), health(22_000)]);
		expect(vetoes(state)).toEqual([]);
		expect(state.verdict).toBe('suspect');
	});

	it('on a port that is no address of the record counts as long as no address was lost', () => {
		const elsewhere = { ip: ENDPOINT.ip, port: 8080 };
		const failing = [round(20_000, { result: 'timed-out' }), round(21_000, { result: 'timed-out' })];
		expect(tell([...lived(), ...failing, health(21_500, { endpoint: elsewhere })]).verdict).toBe('alive');
		const refused = tell([...lived(), ...died(), health(22_000, { endpoint: elsewhere })]);
		expect(vetoes(refused)).toEqual([]);
		expect(refused.verdict).toBe('suspect');
	});

	it('gives a lost address back when it names this very session', () => {
		const closed = [...lived(), tripwire(20_000, 'closed-by-peer', 10), round(20_005, { result: 'accepted' })];
		const before = tell(closed);
		expect(before.endpoints[endpointKey(ENDPOINT)]?.attributed).toBe(false);
		const after = tell([...closed, health(20_100, { identity: OWN })]);
		expect(after.endpoints[endpointKey(ENDPOINT)]).toMatchObject({ attributed: true, closedByPeer: null });
		expect(after.verdict).toBe('alive');
	});
});

describe('a health check that names another session', () => {
	it('takes the address from a member without an open tripwire there, and is no failure of its', () => {
		const silent = [...lived(), tripwire(19_000, 'silent', 10), health(20_000, { identity: OTHER })];
		const state = tell([...silent, round(20_100, { result: 'accepted' })]);
		expect(state.endpoints[endpointKey(ENDPOINT)]?.attributed).toBe(false);
		expect(state.health).toMatchObject({ failuresInARow: 0, foreign: { sessionId: OTHER.sessionId } });
	});

	it('leaves a member whose tripwire is open alone: the address is shared', () => {
		const state = tell([...lived(), health(20_000, { identity: OTHER })]);
		expect(state.endpoints[endpointKey(ENDPOINT)]?.attributed).toBe(true);
		expect(state.verdict).toBe('alive');
	});

	it('supersedes the old incarnation when a registration of that session holds the address', () => {
		const newer = { path: OTHER.path, czxid: MEMBER.czxid + 5n, ephemeralOwner: OTHER.sessionId };
		const rival = {
			incarnation: newer,
			seenSinceMs: 20_100,
			sameId: false,
			sameAddress: true,
			sharedEndpoints: [endpointKey(ENDPOINT)],
			remoteIp: '10.0.0.31',
			firstListedAtMs: null,
		};
		const context = contextOf({}, [rival]);
		const story = [
			...lived(),
			tripwire(20_000, 'closed-by-peer', 10),
			...[0, 200, 400, 600, 800, 1_000, 1_200, 1_400].flatMap((t) => [
				round(20_100 + t, { result: 'accepted' as const }),
				sweep(20_150 + t, 'gone'),
			]),
			health(21_600, { identity: OTHER }),
		];
		expect(tell(story, context)).toMatchObject({
			verdict: 'superseded',
			reasons: ['superseded-by-identity', 'session-gone'],
		});
		const behindNat = contextOf({ addressIsOwn: true }, [{ ...rival, remoteIp: '10.9.9.9' }]);
		expect(proveSuperseded(tell(story, behindNat), behindNat).proven).toBe('superseded-by-identity');
		const anonymous = story.slice(0, -1);
		expect(proveSuperseded(tell(anonymous, behindNat), behindNat)).toMatchObject({
			proven: null,
			missing: ['address-not-provable'],
		});
	});
});

describe('a health check that fails', () => {
	const alive = [...lived(), health(19_000)];

	it('twice in a row makes a member unresponsive whose kernel accepts, whatever its session does', () => {
		const story = [
			...alive,
			round(20_000, { result: 'accepted' }),
			health(20_000, { result: 'timed-out' }),
			sweep(20_500, 'connected', { packets: 90 }),
		];
		expect(tell(story).verdict).toBe('alive');
		const twice = [...story, health(25_000, { result: 'timed-out' }), sweep(25_500, 'connected', { packets: 99 })];
		expect(tell(twice)).toMatchObject({ verdict: 'unresponsive', reasons: ['health-failed'] });
		expect(tell([...twice, health(30_000)]).verdict).toBe('alive');
	});

	it('counts the wrong status as a failure', () => {
		const story = [...alive, health(20_000, { result: 'wrong-status' }), health(25_000, { result: 'wrong-status' })];
		expect(tell(story).verdict).toBe('unresponsive');
	});

	it('says nothing of a member that never answered it: the path may be wrong', () => {
		const story = [...lived(), health(20_000, { result: 'wrong-status' }), health(25_000, { result: 'wrong-status' })];
		expect(tell(story).verdict).toBe('alive');
	});

	it('is no part of a proof of death', () => {
		const failing = [20_000, 21_000, 22_000].map((atMs) => health(atMs, { result: 'refused' }));
		expect(tell([...lived(), ...failing]).verdict).not.toBe('dead');
		expect(tell([...lived(), ...died(), health(22_000, { endpoint: ADMIN, result: 'refused' })]).verdict).toBe('dead');
	});
});
