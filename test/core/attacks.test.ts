import { describe, expect, it } from 'vitest';
import { indexClaims, toClaim, toRival } from '@/lib/core/conflict';
import { COUNTERS_BOUNDS, countingEntries, withPurged } from '@/lib/core/counters';
import type { Evidence } from '@/lib/core/evidence';
import { decideGuards, type GuardInput } from '@/lib/core/guards';
import { endpointKey, type Incarnation } from '@/lib/core/member';
import { initialMemberState, noteSeenTogether } from '@/lib/core/member-state';
import { noteDataWritten } from '@/lib/core/observe';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import type { Sweep } from '@/lib/core/ports';
import type { Rival } from '@/lib/core/proof';
import { sessionStateOf, toSessionEvidence } from '@/lib/core/sweep';
import { decideVerdict } from '@/lib/core/verdict';
import { ADMIN, contextOf, died, ENDPOINT, lived, MEMBER, round, sweep, tell, tripwire, WELL } from './timeline';

/** Ways in which somebody alive might be taken for dead, or a guard be passed; each was found by attacking the rules. */

const newer: Incarnation = {
	...MEMBER,
	path: '/turms/members/gateway07b',
	czxid: MEMBER.czxid + 9n,
	ephemeralOwner: 0x0200_0000_0000_0001n,
};
const rival: Rival = {
	incarnation: newer,
	seenSinceMs: 20_300,
	sameId: false,
	sameAddress: true,
	sharedEndpoints: [endpointKey(ENDPOINT)],
	remoteIp: '10.0.0.31',
	firstListedAtMs: null,
};
/** The address is answered again soon after the old process ended. */
const restarted = (): Evidence[] => [
	...lived(),
	...died().map((e) =>
		e.kind === 'round' && e.startedAtMs > 20_300 ? round(e.startedAtMs, { result: 'accepted' }) : e,
	),
];

describe('refusals that are no longer what is seen', () => {
	const gone = (fromMs: number, toMs: number) =>
		Array.from({ length: Math.ceil((toMs - fromMs) / 300) }, (_, i) => sweep(fromMs + i * 300, 'gone'));
	const refusedTwice = () => [
		tripwire(20_000, 'closed-by-peer', 10),
		round(20_005),
		sweep(20_050, 'gone'),
		round(20_300),
		sweep(20_350, 'gone'),
	];

	it.each([
		['timed out', { result: 'timed-out' }],
		['failed', { result: 'failed' }],
		['were made by an observer that was unwell', { ownHealth: { ...WELL, loopPauseMsMax: 400 } }],
		['found no reference', { ownHealth: { ...WELL, referenceAccepted: false } }],
	] as const)('prove nothing when the rounds since then %s', (_, options) => {
		const story = [...lived(), ...refusedTwice(), round(20_600, options), ...gone(20_650, 22_500)];
		expect(tell(story).verdict).not.toBe('dead');
		expect(tell([...story, round(22_600), sweep(22_650, 'gone')]).verdict).toBe('dead');
	});

	it('a round that was under way when the tripwire ended is none', () => {
		const story = [
			...lived(),
			tripwire(20_000, 'closed-by-peer', 10),
			round(19_500, { tookMs: 520 }),
			sweep(20_030, 'gone'),
			round(20_300),
			...gone(20_350, 22_000),
		];
		expect(tell(story).verdict).toBe('suspect');
	});

	it('a round that was under way when a sweep listed the session is none', () => {
		const story = [
			...lived(),
			tripwire(20_000, 'closed-by-peer', 10),
			sweep(20_020, 'connected', { packets: 22, tookMs: 30 }),
			round(20_010, { tookMs: 50 }),
			sweep(20_070, 'gone'),
			round(20_300),
			...gone(20_350, 22_000),
		];
		expect(tell(story).verdict).toBe('suspect');
	});
});

describe('a purge of a proven member', () => {
	const input = (state: GuardInput['state'], nowMs: number, rivals: Rival[]): GuardInput => ({
		state,
		context: contextOf({}, rivals),
		nowMs,
		override: false,
		role: 'admin',
		siblings: [],
		latch: { kind: 'held', path: '/latch', sinceMs: 0 },
		blastRadius: { guard: 'blast-radius', result: 'pass', code: 'within-radius', facts: {} },
		fence: { guard: 'fence', result: 'pass', code: 'fence-full', facts: {} },
		recovery: [],
	});
	const failing = (story: readonly Evidence[], rivals: Rival[] = []) => {
		const state = tell(story, contextOf({}, rivals));
		const nowMs = (story.at(-1)?.observedAtMs ?? 0) + 5;
		return decideGuards(input(state, nowMs, rivals)).filter(
			(check) => check.result === 'fail' || check.result === 'unknown',
		);
	};
	const dead = [...lived(), ...died()];

	it('does not pass on a proof that is merely held over a gap between sweeps, and passes when it is whole again', () => {
		const late = [...dead, sweep(22_600, 'gone'), round(22_700), sweep(22_710, 'gone')];
		expect(tell(late).verdict).toBe('dead');
		expect(failing(late).map((check) => check.code)).toEqual(['proof-lapsed']);
		const renewed = Array.from({ length: 8 }, (_, i) => [round(22_900 + i * 200), sweep(22_950 + i * 200, 'gone')]);
		expect(failing([...late, ...renewed.flat()])).toEqual([]);
	});

	it('passes on a fresh round of refusals and a fresh complete sweep', () => {
		expect(failing(dead)).toEqual([]);
	});

	it.each([
		['the latest sweep is incomplete', sweep(21_900, 'unknown')],
		['the latest sweep had no leader table', sweep(21_900, 'gone', { bucketMs: null })],
		['the latest sweep was made over a pause of ours', sweep(21_900, 'gone', { summary: { loopPauseMsMax: 400 } })],
		['the latest round timed out', round(21_900, { result: 'timed-out' })],
		['the latest round was made by an unwell observer', round(21_900, { ownHealth: { ...WELL, loopPauseMsMax: 400 } })],
	])('is not let through on what was seen before, when %s', (_, last) => {
		expect(failing([...dead, last]).map((check) => check.code)).toContain('stale-evidence');
	});

	it('of a superseded one asks for a round by a well observer', () => {
		expect(failing(restarted(), [rival])).toEqual([]);
		const unwell = round(21_900, { result: 'accepted', ownHealth: { ...WELL, zooKeeperSessionFine: false } });
		expect(failing([...restarted(), unwell], [rival]).map((check) => check.code)).toContain('stale-evidence');
	});
});

describe('a rival', () => {
	it('of the same session is the same process under another name, and supersedes nobody', () => {
		const twin = { ...rival, incarnation: { ...newer, ephemeralOwner: MEMBER.ephemeralOwner } };
		expect(tell(restarted(), contextOf({}, [twin])).verdict).toBe('suspect');
	});

	it('that anybody may have written, being persistent, supersedes nobody', () => {
		const written = { ...rival, sameId: true, incarnation: { ...newer, ephemeralOwner: 0n } };
		expect(tell(restarted(), contextOf({ addressIsOwn: true }, [written])).verdict).toBe('suspect');
	});

	it('at another of its addresses proves nothing by a tripwire that an idle-closing server ended', () => {
		const story = [
			tripwire(9, 'open', 9, { endpoint: ADMIN }),
			round(10, { endpoint: ADMIN, result: 'accepted' }),
			...restarted(),
		].map((e) => (e.kind === 'tripwire' && e.state === 'closed-by-peer' ? { ...e, endpoint: ADMIN } : e));
		const context = contextOf({}, [rival]);
		const silenced = [...story, tripwire(21_850, 'silent', 10), sweep(21_900, 'gone')];
		expect(tell(silenced, context).verdict).not.toBe('superseded');
		expect(tell(silenced, contextOf({}, [{ ...rival, sharedEndpoints: [endpointKey(ADMIN)] }])).verdict).toBe(
			'superseded',
		);
	});

	it('is never forgotten to share the address, however many others do', () => {
		let state = tell(restarted());
		state = noteSeenTogether(state, newer);
		for (let i = 1n; i < 100n; i += 1n) {
			state = noteSeenTogether(state, { ...newer, path: `/turms/members/other${i}`, czxid: newer.czxid + i });
		}
		expect(decideVerdict(state, contextOf({}, [rival]), 22_000).verdict).toBe('suspect');
		expect(state.seenTogetherWith.length).toBeLessThanOrEqual(32);
	});

	it('tells at which endpoints it claims the same address', () => {
		const claim = toClaim(MEMBER.path, 'a', [ENDPOINT, ADMIN]);
		const other = { claim: toClaim(newer.path, 'b', [ADMIN]), state: initialMemberState({ incarnation: newer }, 5) };
		expect(toRival(claim, other)).toMatchObject({ sameAddress: true, sharedEndpoints: [endpointKey(ADMIN)] });
	});
});

describe('a registration that is not ephemeral', () => {
	const empty: Sweep = {
		summary: {
			sweepNumber: 1,
			startedAtMs: 5,
			finishedAtMs: 9,
			complete: true,
			gaps: [],
			serverIds: [0],
			standalone: true,
			leaderId: null,
			epoch: null,
			uptimeMsMin: 600_000,
			local: true,
			orphanGround: null,
			loopPauseMsMax: 1,
		},
		sessions: new Map(),
		ephemerals: new Map(),
		servers: [],
		leaderDumpSessions: null,
	};

	it('has no session that could be gone, also where a standalone server reports id 0', () => {
		expect(sessionStateOf(empty, 0n)).toBe('unknown');
		expect(sessionStateOf(empty, 0x0100_0000_0000_0001n)).toBe('gone');
	});

	it('is alive when it answers, and does not stand suspected for ever', () => {
		const persistent = { ...MEMBER, ephemeralOwner: 0n };
		const story = [
			round(20, { incarnation: persistent, result: 'accepted' }),
			toSessionEvidence(empty, persistent, 'c'),
		];
		expect(tell(story, contextOf(), persistent).verdict).toBe('alive');
	});
});

describe('the data of a registration', () => {
	it('written after the refusals may be written by a living member: the proof begins anew', () => {
		const state = noteDataWritten(tell([...lived(), ...died()]));
		expect(decideVerdict(state, contextOf(), 22_000).verdict).toBe('suspect');
	});
});

const ANYBODY = { attempt: 'a', group: '', ephemeralOwner: 1n, sessionTimeoutMs: null, by: 'human' } as const;

describe('the blast radius', () => {
	it('is not given back by a namesake of another service', () => {
		const purged = { ...ANYBODY, path: '/kafka/brokers/ids/1', czxid: 5n, id: '1', addresses: ['10.0.0.1:9092'] };
		const stranger = { ...ANYBODY, path: '/services/mail/1', czxid: 9n, id: '1', addresses: ['10.0.0.9:25'] };
		const counted = (...registered: (typeof stranger)[]) =>
			countingEntries([{ ...purged, firstSeenAtMs: 0 }], registered, 60_000, 1).length;
		expect(counted(stranger)).toBe(1);
		expect(counted({ ...stranger, path: '/kafka/brokers/ids/1-again' })).toBe(0);
		expect(counted({ ...stranger, id: '2', addresses: ['10.0.0.1:9092'] })).toBe(0);
	});

	it('counts a registration with a name as long as Dubbo writes them', () => {
		const path = `/dubbo/com.example.Service/providers/${'dubbo%3A%2F%2F10.0.0.1%3A20880'.repeat(60)}`;
		const one = { ...ANYBODY, path, czxid: 5n, id: '10.0.0.1:20880', addresses: ['10.0.0.1:20880'] };
		expect(path.length).toBeGreaterThan(1_700);
		expect(withPurged([], [one], DEFAULT_POLICY, 0)).toEqual({ entries: [one] });
		expect(withPurged([], [{ ...one, path: `/${'x'.repeat(COUNTERS_BOUNDS.pathMax)}` }], DEFAULT_POLICY, 0)).toBeNull();
	});
});

describe('the index of claims', () => {
	it('takes claims in and out one by one, and says which keys are contested', () => {
		const index = indexClaims([toClaim('/a', '1', [ENDPOINT]), toClaim('/b', '2', [ENDPOINT])]);
		expect(index.conflictsOf('/a')).toEqual(['/b']);
		index.put(toClaim('/b', '2', [ADMIN]));
		expect(index.conflictsOf('/a')).toEqual([]);
		expect([...index.contested()]).toEqual([]);
		index.put(toClaim('/c', '1', []));
		expect([...index.contested()].map((paths) => [...paths])).toEqual([['/a', '/c']]);
		index.remove('/a');
		expect(index.conflictsOf('/c')).toEqual([]);
	});

	it('takes the same id under another parent for somebody else', () => {
		expect(indexClaims([toClaim('/a/1', '1', []), toClaim('/b/1', '1', [])]).conflictsOf('/a/1')).toEqual([]);
	});

	it('names at most 64 of the thousands that share one address', () => {
		const index = indexClaims(Array.from({ length: 3_000 }, (_, i) => toClaim(`/m/${i}`, `id${i}`, [ENDPOINT])));
		expect(index.conflictsOf('/m/7')).toHaveLength(64);
		expect(index.conflictsOf('/m/7')).not.toContain('/m/7');
	});
});
