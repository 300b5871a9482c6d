import { step } from '@/lib/core/detector';
import type {
	Evidence,
	HealthAnswer,
	HealthEvidence,
	OwnHealth,
	ProbeResult,
	SuspicionEvidence,
	SweepSummary,
} from '@/lib/core/evidence';
import type { Endpoint, Incarnation } from '@/lib/core/member';
import { initialMemberState, type MemberState } from '@/lib/core/member-state';
import { DEFAULT_POLICY, type Policy } from '@/lib/core/policy';
import type { DecisionContext, Rival } from '@/lib/core/proof';

/** Evidence as a test writes it: the story of one member, told in order. */
export const MEMBER: Incarnation = {
	path: '/turms/members/gateway07',
	czxid: 0x2_0000_04a1n,
	ephemeralOwner: 0x0100_0025_0857_0000n,
};
export const ENDPOINT: Endpoint = { ip: '10.0.0.31', port: 7510 };
export const ADMIN: Endpoint = { ip: '10.0.0.31', port: 9510 };
export const WELL: OwnHealth = { loopPauseMsMax: 2, zooKeeperSessionFine: true, referenceAccepted: true };

type RoundOptions = {
	endpoint?: Endpoint;
	result?: ProbeResult;
	ownHealth?: OwnHealth;
	tookMs?: number;
	incarnation?: Incarnation;
	also?: [Endpoint, ProbeResult][];
};

export function round(atMs: number, options: RoundOptions = {}): Evidence {
	const answers = [[options.endpoint ?? ENDPOINT, options.result ?? 'refused'] as const, ...(options.also ?? [])];
	return {
		kind: 'round',
		observer: 'console',
		incarnation: options.incarnation ?? MEMBER,
		startedAtMs: atMs,
		observedAtMs: atMs + (options.tookMs ?? 1),
		answers: answers.map(([endpoint, result]) => ({
			endpoint,
			result,
			rttMs: result === 'accepted' || result === 'refused' ? 0.4 : null,
			errorCode: result === 'failed' ? 'ECONNRESET' : null,
		})),
		ownHealth: options.ownHealth ?? WELL,
	};
}

export function tripwire(
	atMs: number,
	state: 'open' | 'closed-by-peer' | 'silent',
	openedAtMs: number,
	options: { endpoint?: Endpoint; incarnation?: Incarnation; idle?: boolean } = {},
): Evidence {
	return {
		kind: 'tripwire',
		observer: 'console',
		incarnation: options.incarnation ?? MEMBER,
		observedAtMs: atMs,
		endpoint: options.endpoint ?? ENDPOINT,
		state,
		openedAtMs,
		idle: options.idle ?? false,
	};
}

type HealthOptions = Partial<Pick<HealthAnswer, 'result' | 'identity' | 'endpoint'>> & { tookMs?: number };

/** A health check asked at `atMs`; answered as it should, on the admin port, unless told otherwise. */
export function health(atMs: number, options: HealthOptions = {}): HealthEvidence {
	const result = options.result ?? 'answered';
	return {
		kind: 'health',
		observer: 'console',
		incarnation: MEMBER,
		startedAtMs: atMs,
		observedAtMs: atMs + (options.tookMs ?? 2),
		answer: {
			endpoint: options.endpoint ?? ENDPOINT,
			result,
			status: result === 'answered' ? 200 : result === 'wrong-status' ? 503 : null,
			latencyMs: result === 'answered' ? 2 : null,
			identity: options.identity ?? null,
			errorCode: null,
		},
	};
}

export function exitReport(atMs: number): Evidence {
	return {
		kind: 'exit-report',
		observer: 'console',
		incarnation: MEMBER,
		observedAtMs: atMs,
		reporter: 'agent-1',
		detail: 'exit code 137',
	};
}

/** What another observer's znode said when it was read at `atMs`; by default a vote that counts. */
export function suspicion(atMs: number, observer: string, more: Partial<SuspicionEvidence> = {}): SuspicionEvidence {
	return {
		kind: 'suspicion',
		observer,
		incarnation: MEMBER,
		observedAtMs: atMs,
		state: 'raised',
		failureDomain: 'rack-2',
		refused: [ENDPOINT],
		timedOut: [],
		tripwireHeldMs: 20_000,
		observerProgressAtMs: atMs,
		...more,
	};
}

type SweepOptions = {
	packets?: number;
	remoteIp?: string;
	complete?: boolean;
	bucketMs?: number | null;
	incarnation?: Incarnation;
	summary?: Partial<SweepSummary>;
	tookMs?: number;
	timeoutMs?: number;
	connectionKey?: string;
	inLeaderDump?: boolean | null;
};

export function sweep(atMs: number, state: 'connected' | 'gone' | 'unknown', options: SweepOptions = {}): Evidence {
	const finishedAtMs = atMs + (options.tookMs ?? 10);
	return {
		kind: 'session',
		observer: 'console',
		incarnation: options.incarnation ?? MEMBER,
		observedAtMs: finishedAtMs,
		state,
		connections:
			state === 'connected'
				? [
						{
							serverId: 1,
							server: 'zk-1:2181',
							remoteIp: options.remoteIp ?? '10.0.0.31',
							packetsReceived: options.packets ?? 5,
							connectionKey: options.connectionKey ?? '10.0.0.31:40000',
							sessionTimeoutMs: options.timeoutMs ?? 30_000,
							lastHeardMsAgo: 100,
							latencyMsAvg: 1,
						},
					]
				: [],
		expiryBucketMs: options.bucketMs === undefined ? 900_000 : options.bucketMs,
		expiresInMs: 25_000,
		inLeaderDump: options.inLeaderDump ?? null,
		sweep: {
			sweepNumber: atMs,
			startedAtMs: atMs,
			finishedAtMs,
			complete: options.complete ?? state !== 'unknown',
			gaps: [],
			serverIds: [1, 2, 3],
			standalone: false,
			leaderId: 2,
			epoch: 4,
			uptimeMsMin: 600_000,
			local: false,
			loopPauseMsMax: 2,
			orphanGround: null,
			...options.summary,
		},
	};
}

/** A member seen alive for 20 s: accepted, tripwire held, its session making progress. */
export function lived(untilMs = 20_000): Evidence[] {
	const story: Evidence[] = [
		tripwire(10, 'open', 10),
		round(11, { result: 'accepted' }),
		sweep(20, 'connected', { packets: 3 }),
	];
	for (let atMs = 5_000; atMs < untilMs; atMs += 5_000) {
		story.push(round(atMs, { result: 'accepted' }), sweep(atMs + 5, 'connected', { packets: 3 + atMs / 1_000 }));
	}
	return story;
}

/** What is seen after a SIGKILL at `atMs`, until a proof by refusal stands. */
export function died(atMs = 20_000, forMs = 1_800): Evidence[] {
	const story: Evidence[] = [tripwire(atMs, 'closed-by-peer', 10)];
	for (let t = 5; t < forMs; t += 200) {
		story.push(round(atMs + t), sweep(atMs + t + 50, 'gone'));
	}
	return story;
}

export function contextOf(policy: Partial<Policy> = {}, rivals: Rival[] = []): DecisionContext {
	return { policy: { ...DEFAULT_POLICY, ...policy }, rivals, failureDomain: 'rack-1', observers: [], impaired: false };
}

/** Tells the story to the detector; `now` is each atom's own time. */
export function tell(
	story: readonly Evidence[],
	context: DecisionContext = contextOf(),
	incarnation: Incarnation = MEMBER,
): MemberState {
	let state = initialMemberState({ incarnation }, 0);
	for (const evidence of story) {
		state = step(state, evidence, context, evidence.observedAtMs).state;
	}
	return state;
}
