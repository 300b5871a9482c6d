import { z } from 'zod';
import { SWEEP_GAP_CODES } from '@/lib/core/evidence';
import { parseHexId } from '@/lib/core/ids';
import type { MemberState } from '@/lib/core/member-state';
import { DEFAULT_POLICY, type Policy } from '@/lib/core/policy';
import type { DecisionContext } from '@/lib/core/proof';
import { REASON_CODES, VERDICTS } from '@/lib/core/reason';
import type { DecisionInput } from '@/lib/core/replay';

/**
 * The inverse of lib/core/json.ts for what decisions rest on: total over hostile data, and exact, for what is decided anew
 * must be decided on the very values that were recorded. Fields that a newer release adds are passed over; those of the
 * policy that an older one did not have are what they are by default.
 */

const LIST_MAX = 10_000;
const TEXT_MAX = 16_384;

export const text = z.string().max(TEXT_MAX);

/** toJson writes numbers that JSON has not as text. */
export const number = z.union([z.number(), z.enum(['Infinity', '-Infinity', 'NaN']).transform((name) => Number(name))]);

export const id64 = z.string().transform((value, context) => {
	const id = parseHexId(value);
	if (id === null) {
		context.addIssue({ code: 'custom', message: 'is no 64-bit id (0x and 1 to 16 hex digits)' });
		return z.NEVER;
	}
	return id;
});

const list = <T extends z.ZodType>(item: T) => z.array(item).max(LIST_MAX);
const maybe = <T extends z.ZodType>(item: T) => item.nullable();
const reasons = list(z.enum(REASON_CODES));

const incarnation = z.object({ path: text, czxid: id64, ephemeralOwner: id64 });
const endpoint = z.object({ ip: text, port: number });
const ownHealth = z.object({
	loopPauseMsMax: number,
	zooKeeperSessionFine: z.boolean(),
	referenceAccepted: z.boolean(),
});

const endpointState = z.object({
	endpoint,
	addressName: text,
	everAccepted: z.boolean(),
	attributed: z.boolean(),
	last: maybe(
		z.object({
			result: z.enum(['accepted', 'refused', 'timed-out', 'failed']),
			rttMs: maybe(number),
			atMs: number,
		}),
	),
	failingSinceMs: maybe(number),
	timeoutsInARow: number,
	tripwire: z.object({
		state: z.enum(['none', 'open', 'closed-by-peer', 'silent']),
		openedAtMs: number,
		changedAtMs: number,
	}),
	closedByPeer: maybe(z.object({ heldMs: number, atMs: number })),
});

/** Older releases did not count them; no decision rests on it. */
const count = number.default(0);

const goneSweep = z.object({
	number: count,
	startedAtMs: number,
	finishedAtMs: number,
	leaderId: maybe(number),
	epoch: maybe(number),
	uptimeMsMin: maybe(number),
	expiryBucketMs: number,
});

const orphanRun = z.object({
	leaderId: number,
	epoch: number,
	tickMs: number,
	firstFinishedAtMs: number,
	lastStartedAtMs: number,
	lastFinishedAtMs: number,
});

const sweepSummary = z.object({
	sweepNumber: number,
	startedAtMs: number,
	finishedAtMs: number,
	complete: z.boolean(),
	gaps: list(z.object({ code: z.enum(SWEEP_GAP_CODES), server: maybe(text), detail: text })),
	serverIds: list(number),
	standalone: z.boolean(),
	leaderId: maybe(number),
	epoch: maybe(number),
	uptimeMsMin: maybe(number),
	local: z.boolean(),
	loopPauseMsMax: number,
	orphanGround: maybe(z.object({ leaderId: number, epoch: number, tickMs: number })),
});

const session = z.object({
	state: z.enum(['connected', 'gone', 'unknown']),
	server: maybe(text),
	lastHeardMsAgo: maybe(number),
	timeoutMs: maybe(number),
	remoteIp: maybe(text),
	firstListedAtMs: maybe(number),
	lastListedAtMs: maybe(number),
	reading: list(z.object({ serverId: number, connectionKey: text, packetsReceived: number, atMs: number })),
	progress: maybe(z.object({ sinceMs: number, atMs: number })),
	quietMsMax: number,
	goneRun: list(goneSweep),
	goneSinceMs: maybe(number),
	touched: z.boolean(),
	orphan: maybe(orphanRun),
	latencyMsAvg: maybe(number),
	expiresInMs: maybe(number),
	expiresReadAtMs: maybe(number),
	lastSweep: maybe(sweepSummary),
});

const health = z.object({
	last: maybe(
		z.object({
			endpoint,
			result: z.enum(['answered', 'wrong-status', 'timed-out', 'refused', 'failed']),
			status: maybe(number),
			latencyMs: maybe(number),
			startedAtMs: number,
			atMs: number,
			namedOwn: z.boolean(),
		}),
	),
	everAnswered: z.boolean(),
	failuresInARow: number,
	failingSinceMs: maybe(number),
	answeredAtMs: maybe(number),
	foreign: maybe(z.object({ sessionId: id64, startNonce: text, endpoint: text, atMs: number })),
});

const peerVote = z.object({
	failureDomain: text,
	refused: list(text),
	timedOut: list(text),
	tripwireHeldMs: maybe(number),
	raisedAtMs: number,
	votesSinceMs: number,
	readAtMs: number,
	progressAtMs: maybe(number),
});

const round = z.object({ number: count, startedAtMs: number, finishedAtMs: number });

const memberState = z.object({
	incarnation,
	seenSinceMs: number,
	endpoints: z.record(text, endpointState),
	session,
	addressesUnwatched: z.boolean(),
	refusals: list(round),
	lastRound: maybe(round.extend({ ownHealth })),
	seenTogetherWith: list(text),
	health,
	arrivals: maybe(z.object({ lastAtMs: number, count: number, meanMs: number, varianceMs2: number })),
	peers: z.record(text, peerVote),
	exitReport: maybe(z.object({ reporter: text, detail: text, atMs: number })),
	held: maybe(z.object({ verdict: z.enum(['dead', 'superseded']), reasons, lastGone: goneSweep })),
	verdict: z.enum(VERDICTS),
	reasons,
	sinceMs: number,
}) satisfies z.ZodType<MemberState>;

const D = DEFAULT_POLICY;
const policy = z.object({
	observersMin: number.default(D.observersMin),
	observerDomainsMin: number.default(D.observerDomainsMin),
	phiThreshold: number.default(D.phiThreshold),
	settleMs: number.default(D.settleMs),
	addressIsOwn: z.boolean().default(D.addressIsOwn),
	evidenceAgeMsMax: number.default(D.evidenceAgeMsMax),
	blastRadiusMin: number.default(D.blastRadiusMin),
	blastRadiusShare: number.default(D.blastRadiusShare),
	blastRadiusWindowMs: number.default(D.blastRadiusWindowMs),
	automaticRecovery: z.boolean().default(D.automaticRecovery),
	massFailureMin: number.default(D.massFailureMin),
	massFailureShare: number.default(D.massFailureShare),
	rateBurst: number.default(D.rateBurst),
	ratePerS: number.default(D.ratePerS),
	flappingPurgesMax: number.default(D.flappingPurgesMax),
	flappingWindowMs: number.default(D.flappingWindowMs),
	overrideSecondPerson: z.boolean().default(D.overrideSecondPerson),
}) satisfies z.ZodType<Policy>;

const context = z.object({
	policy,
	rivals: list(
		z.object({
			incarnation,
			seenSinceMs: number,
			sameId: z.boolean(),
			sameAddress: z.boolean(),
			sharedEndpoints: list(text),
			remoteIp: maybe(text),
			firstListedAtMs: maybe(number),
		}),
	),
	failureDomain: text,
	observers: list(z.object({ name: text, failureDomain: text })),
	impaired: z.boolean(),
}) satisfies z.ZodType<DecisionContext>;

/** `detail.input` of a change of verdict, and what a purge's begins with. */
export const decisionInput = z.object({
	state: memberState,
	context,
	nowMs: number,
}) satisfies z.ZodType<DecisionInput>;
