import { isProven } from '@/lib/core/detector';
import type { ReasonCode } from '@/lib/core/reason';
import { type FaultName, traitsOf } from './faults';
import type {
	Life,
	LostRegistration,
	NaiveDetector,
	Observations,
	Outage,
	Pause,
	PurgeRecord,
	TrialRecord,
} from './truth';
import { NAIVE_DETECTORS } from './truth';

/** A client learns of its session's end when it reaches a server again. */
const EXPIRY_TOLD_MS_MAX = 30_000;

/**
 * Compares what was claimed with what was true. Pure.
 *
 * False is a claim `dead` or `superseded`, or a purge, of an incarnation whose process was alive at that time. The known
 * residue (docs/chaos.md) is told apart: its process closes its only listener and all connections while it has no
 * ZooKeeper connection, and had none for longer than the settling time when it was condemned, or until it had one again.
 */
export type FalseClaim = {
	readonly kind: 'dead' | 'superseded' | 'purge' | 'lost';
	readonly path: string;
	readonly czxid: string;
	readonly atMs: number;
	readonly reasons: readonly string[];
	/** Null: while no trial was about it. */
	readonly trial: number | null;
	readonly fault: FaultName | null;
	readonly disturbance: string | null;
	readonly residue: boolean;
	/** What the console decided on, to find its fault by; null for purges and losses. */
	readonly input: unknown;
	/** Without ZooKeeper, by the process's own account. */
	readonly outages: readonly Outage[];
};

/** How one incarnation that died fared. */
export type DeathOutcome = {
	readonly czxid: string;
	readonly path: string;
	/** `condemned`: called dead or superseded; `replaced`, `left`: its registration went before (by its successor, by itself);
	 * `missed`: it stayed until ZooKeeper expired it. */
	readonly result: 'condemned' | 'replaced' | 'left' | 'missed';
	/** From death to the first claim; null without one. */
	readonly detectedMs: number | null;
	/** What a proof lacked at the end; empty when condemned. */
	readonly missing: readonly ReasonCode[];
	/** The harness itself stood still meanwhile: the time is not counted. */
	readonly paused: boolean;
};

export type Judged = {
	readonly record: TrialRecord;
	/** `residue`: false claims, all of them of the known residue; `not-run`: it could not be arranged or carried out. */
	readonly result: 'right' | 'false' | 'missed' | 'residue' | 'not-run';
	readonly deaths: readonly DeathOutcome[];
};

export type Judgement = {
	readonly trials: readonly Judged[];
	/** All of them, also between trials. */
	readonly falseClaims: readonly FalseClaim[];
	/** Claims about an incarnation that no process ever reported: a fault of the harness. */
	readonly unknown: number;
	/** Purges that said they were done and were not. */
	readonly undone: number;
	readonly naive: Readonly<Record<NaiveDetector, NaiveTally>>;
};

export type NaiveTally = {
	/** Incarnations condemned while their process lived. */
	readonly healthyCondemned: number;
	/** Trials in which that happened. */
	readonly trials: number;
	readonly byFault: Readonly<Partial<Record<FaultName, number>>>;
	/** From SIGKILL to its claim, where it had condemned nobody before. */
	readonly detectedMs: readonly number[];
};

type Ground = {
	readonly lives: ReadonlyMap<string, Life>;
	readonly trialsOf: ReadonlyMap<string, readonly TrialRecord[]>;
	readonly observations: Observations;
};

export function judge(observations: Observations): Judgement {
	const ground = layGround(observations);
	const falseClaims = findFalseClaims(ground);
	const trials = observations.trials.map((record) => judgeTrial(ground, record, falseClaims));
	const unknown = observations.claims.filter(
		(claim) => isProven(claim.verdict) && !ground.lives.has(claim.czxid),
	).length;
	const naive = Object.fromEntries(
		NAIVE_DETECTORS.map((detector) => [detector, tallyNaive(ground, detector)]),
	) as Record<NaiveDetector, NaiveTally>;
	const undone = observations.purges.filter((purge) => purge.stillThere).length;
	return { trials, falseClaims, unknown, undone, naive };
}

/** Whether this run may end with exit code 0. */
export function isSafe({ falseClaims, unknown, undone }: Judgement): boolean {
	return unknown === 0 && undone === 0 && falseClaims.every((claim) => claim.residue);
}

function layGround(observations: Observations): Ground {
	const lives = new Map(observations.lives.map((life) => [life.czxid, life]));
	const trialsOf = new Map<string, TrialRecord[]>();
	for (const record of observations.trials) {
		for (const czxid of record.involved) {
			trialsOf.set(czxid, [...(trialsOf.get(czxid) ?? []), record]);
		}
	}
	return { lives, trialsOf, observations };
}

export function isAliveAt(life: Life, atMs: number): boolean {
	return life.diedAtMs === null || atMs < life.diedAtMs;
}

function findFalseClaims(ground: Ground): FalseClaim[] {
	const { observations, lives } = ground;
	const claims = observations.claims
		.filter(({ verdict }) => isProven(verdict))
		.map((claim) => ({
			...claim,
			kind: claim.verdict === 'dead' ? ('dead' as const) : ('superseded' as const),
			reasons: claim.reasons as readonly string[],
		}));
	const purges = observations.purges.filter(isDone).map((purge) => ({
		...purge,
		kind: 'purge' as const,
		atMs: purge.answeredAtMs,
		reasons: [purge.outcome],
		input: null,
	}));
	// A registration that vanished from under a living process was deleted by somebody; only a purge deletes here. What went
	// with its session was ZooKeeper's doing: a process that was stopped hears of the deletion first, of the expiry after.
	const deleted = observations.lost.filter((loss) => !wentWithItsSession(ground, loss));
	const lost = deleted.map((loss) => ({ ...loss, kind: 'lost' as const, reasons: [], input: null }));
	return [...claims, ...purges, ...lost].flatMap((claim) => {
		const life = lives.get(claim.czxid);
		if (!life || !isAliveAt(life, claim.atMs)) {
			return [];
		}
		const record = trialAt(ground, claim.czxid, claim.atMs, claim.kind === 'lost');
		const { kind, path, czxid, atMs, reasons, input } = claim;
		return [
			{
				kind,
				path,
				czxid,
				atMs,
				reasons,
				trial: record?.trial.number ?? null,
				fault: record?.trial.fault ?? null,
				disturbance: record?.disturbance ?? null,
				residue: isResidue(observations, life, atMs) || (kind === 'lost' && wasPurgedAsResidue(observations, life)),
				input,
				outages: observations.outages.filter((outage) => outage.pid === life.pid),
			},
		];
	});
}

/** Its process was told, not long after, that the session had expired. */
function wentWithItsSession({ lives, observations }: Ground, loss: LostRegistration): boolean {
	const pid = lives.get(loss.czxid)?.pid;
	return observations.expiries.some(
		(expiry) => expiry.pid === pid && expiry.atMs >= loss.atMs && expiry.atMs - loss.atMs < EXPIRY_TOLD_MS_MAX,
	);
}

function isDone({ outcome }: PurgeRecord): boolean {
	return outcome === 'purged' || outcome === 'partial';
}

/** The trial that was running with this incarnation at the time; with `orBefore` else the last one before. */
function trialAt({ trialsOf }: Ground, czxid: string, atMs: number, orBefore: boolean): TrialRecord | null {
	const before = (trialsOf.get(czxid) ?? []).filter((record) => record.startedAtMs <= atMs);
	return before.find((record) => atMs <= record.endedAtMs) ?? (orBefore ? before.at(-1) : null) ?? null;
}

/** Its registration went with a purge that is counted already, among the residue. */
function wasPurgedAsResidue(observations: Observations, life: Life): boolean {
	return observations.purges.some(
		(purge) => purge.czxid === life.czxid && isDone(purge) && isResidue(observations, life, purge.answeredAtMs),
	);
}

/** What is asked for: one address, all of it closed on loss, and longer without ZooKeeper than the settling time. */
function isResidue({ outages, settleMs }: Observations, life: Life, atMs: number): boolean {
	const covers = (outage: Outage) =>
		outage.pid === life.pid && outage.fromMs <= atMs && (outage.toMs === null || atMs <= outage.toMs + settleMs);
	return life.closesAllOnLoss && outages.some((outage) => covers(outage) && lengthMs(outage) >= settleMs);
}

function lengthMs({ fromMs, toMs }: Outage): number {
	return (toMs ?? Number.POSITIVE_INFINITY) - fromMs;
}

function judgeTrial(ground: Ground, record: TrialRecord, falseClaims: readonly FalseClaim[]): Judged {
	const concerned = falseClaims.filter((claim) => claim.trial === record.trial.number);
	const deaths = record.subjects.flatMap((czxid) => {
		const life = ground.lives.get(czxid);
		return life && life.diedAtMs !== null && life.diedAtMs <= record.endedAtMs
			? [judgeDeath(ground, record, life, life.diedAtMs)]
			: [];
	});
	const result = (): Judged['result'] => {
		if (concerned.some((claim) => !claim.residue)) {
			return 'false';
		}
		if (concerned.length > 0) {
			return 'residue';
		}
		if (record.failure !== null) {
			return 'not-run';
		}
		return deaths.some((death) => death.result === 'missed') ? 'missed' : 'right';
	};
	return { record, result: result(), deaths };
}

/** Expiry comes after at least two thirds of the time-out (the last touch is at most a ping interval old). */
const REPLACED_SHARE_MAX = 0.5;

function judgeDeath({ observations }: Ground, record: TrialRecord, life: Life, diedAtMs: number): DeathOutcome {
	const { czxid, path } = life;
	const claim = observations.claims.find(
		(known) => known.czxid === czxid && isProven(known.verdict) && known.atMs >= diedAtMs,
	);
	if (claim) {
		const paused = observations.pauses.some((pause) => overlaps(pause, diedAtMs, claim.atMs));
		return { czxid, path, result: 'condemned', detectedMs: claim.atMs - diedAtMs, missing: [], paused };
	}
	const leftAtMs = observations.leftAtMs[czxid];
	const missing = observations.missing[czxid] ?? [];
	const untilMs = leftAtMs ?? record.endedAtMs;
	const paused = observations.pauses.some((pause) => overlaps(pause, diedAtMs, untilMs));
	const early = leftAtMs !== undefined && leftAtMs - diedAtMs < record.trial.sessionTimeoutMs * REPLACED_SHARE_MAX;
	const gone = traitsOf(record.trial.fault).truth === 'exit' ? 'left' : 'replaced';
	return { czxid, path, result: early ? gone : 'missed', detectedMs: null, missing, paused };
}

function overlaps({ fromMs, toMs }: Pause, sinceMs: number, untilMs: number): boolean {
	return fromMs < untilMs && toMs > sinceMs;
}

function tallyNaive(ground: Ground, detector: NaiveDetector): NaiveTally {
	const { lives, observations } = ground;
	const claims = observations.naive.filter((claim) => claim.detector === detector);
	const byFault: Partial<Record<FaultName, number>> = {};
	const trials = new Set<number>();
	let healthyCondemned = 0;
	const detectedMs: number[] = [];
	for (const { czxid, atMs } of claims) {
		const life = lives.get(czxid);
		const record = trialAt(ground, czxid, atMs, false);
		if (life && isAliveAt(life, atMs)) {
			healthyCondemned += 1;
			if (record) {
				trials.add(record.trial.number);
				byFault[record.trial.fault] = (byFault[record.trial.fault] ?? 0) + 1;
			}
		} else if (life && life.diedAtMs !== null && record?.trial.fault === 'sigkill') {
			detectedMs.push(atMs - life.diedAtMs);
		}
	}
	return { healthyCondemned, trials: trials.size, byFault, detectedMs };
}
