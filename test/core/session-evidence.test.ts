import { describe, expect, it } from 'vitest';
import type { SessionConnection } from '@/lib/core/evidence';
import type { Sweep } from '@/lib/core/ports';
import { sessionStateOf, toSessionEvidence } from '@/lib/core/sweep';

const SESSION = 0x0200_0103_9870_0000n;
const CONNECTION: SessionConnection = {
	serverId: 2,
	server: 'zk2:2181',
	remoteIp: '10.0.0.9',
	packetsReceived: 4,
	connectionKey: '10.0.0.9:40000',
	sessionTimeoutMs: 30_000,
	lastHeardMsAgo: 20,
	latencyMsAvg: 1,
};

function sweep(change: Partial<Sweep['summary']>, connections: SessionConnection[] | null): Sweep {
	const well = {
		complete: true,
		gaps: [],
		serverIds: [1, 2, 3],
		standalone: false,
		leaderId: 3,
		epoch: 4,
		uptimeMsMin: 60_001,
		sweepNumber: 7,
		startedAtMs: 10,
		finishedAtMs: 30,
		local: false,
		loopPauseMsMax: 0,
		orphanGround: null,
	};
	const session = { connections: connections ?? [], expiryBucketMs: 44_000, expiresInMs: 12_345 };
	return {
		summary: { ...well, ...change },
		sessions: connections === null ? new Map() : new Map([[SESSION, session]]),
		ephemerals: null,
		servers: [],
		leaderDumpSessions: null,
	};
}

describe('a session', () => {
	it.each([
		['connected when listed in a complete sweep', sweep({}, [CONNECTION]), 'connected'],
		['connected when listed in an incomplete sweep', sweep({ complete: false }, [CONNECTION]), 'connected'],
		['gone when only the expiry table names it', sweep({}, []), 'gone'],
		['gone when nothing names it', sweep({}, null), 'gone'],
		['unknown in an incomplete sweep', sweep({ complete: false }, []), 'unknown'],
		['unknown when the server that created it was not swept', sweep({ serverIds: [1, 3] }, []), 'unknown'],
		['gone when a standalone server lists it no more', sweep({ standalone: true, serverIds: [0] }, []), 'gone'],
	] as const)('is %s', (_, given, state) => {
		expect(sessionStateOf(given, SESSION)).toBe(state);
	});

	it('whose id is negative in Java is found by its unsigned value', () => {
		const created = 0xc800_0000_0000_0001n;
		const signed = BigInt.asIntN(64, created);
		const listed = {
			...sweep({}, null),
			sessions: new Map([[created, { connections: [CONNECTION], expiryBucketMs: null, expiresInMs: null }]]),
		};
		expect(sessionStateOf(listed, signed)).toBe('connected');
		expect(sessionStateOf(sweep({ serverIds: [200] }, null), signed)).toBe('gone');
	});

	it('gives evidence that carries its connections, its expiry and the whole sweep', () => {
		const incarnation = { path: '/members/a', czxid: 5n, ephemeralOwner: SESSION };
		const given = sweep({}, [CONNECTION]);
		expect(toSessionEvidence(given, incarnation, 'console-1')).toEqual({
			kind: 'session',
			observer: 'console-1',
			incarnation,
			observedAtMs: 30,
			state: 'connected',
			connections: [CONNECTION],
			expiryBucketMs: 44_000,
			expiresInMs: 12_345,
			inLeaderDump: null,
			sweep: given.summary,
		});
	});
});

describe("a session in the leader's dump", () => {
	const incarnation = { path: '/members/a', czxid: 5n, ephemeralOwner: BigInt.asIntN(64, 0xc800_0000_0000_0001n) };
	const grounded = sweep({ orphanGround: { leaderId: 3, epoch: 4, tickMs: 2_000 } }, null);
	const inDump = (leaderDumpSessions: Sweep['leaderDumpSessions']) =>
		toSessionEvidence({ ...grounded, leaderDumpSessions }, incarnation, 'console-1').inLeaderDump;

	it('is told by its unsigned id, and told to be missing only where there is ground for it', () => {
		expect(inDump(new Set([0xc800_0000_0000_0001n]))).toBe(true);
		expect(inDump(new Set([SESSION]))).toBe(false);
		expect(inDump(null)).toBeNull();
	});

	it('tells nothing of an incarnation of a later epoch than the leader: somebody else leads by now', () => {
		const later = { ...incarnation, czxid: 0x5_0000_0001n };
		const given = { ...grounded, leaderDumpSessions: new Set<bigint>() };
		expect(toSessionEvidence(given, later, 'console-1').inLeaderDump).toBeNull();
		expect(toSessionEvidence(given, { ...later, czxid: 0x4_0000_0001n }, 'console-1').inLeaderDump).toBe(false);
	});
});
