import type { SessionEvidence, SweepGap, SweepGapCode } from './evidence';
import { creatingServerId, epochOf, unsigned64 } from './ids';
import type { Incarnation } from './member';
import { RULES } from './policy';
import type { Sweep } from './ports';

/** Server id -> 'host:port' of its quorum port, as one server or /zookeeper/config names it. */
export type EnsembleNames = ReadonlyMap<number, string>;

/** What one server said of itself in one sweep. null everywhere: not told, which is never taken for 'none'. */
export type ServerAnswer = {
	readonly serverId: number | null;
	readonly role: 'leader' | 'follower' | 'observer' | 'standalone' | null;
	/** Its TLS connections were listed too, or it has no TLS port. */
	readonly tlsSeen: boolean;
	/** Since the last election, ms. */
	readonly uptimeMs: number | null;
	/** Upper 32 bits of its last processed zxid. */
	readonly epoch: number | null;
	/** Whom a follower follows. (An observer names its observer master here, so it is asked of followers only.) */
	readonly leaderId: number | null;
	/** Observers attached to it; `serverIds` null where only their number is told (four-letter words). */
	readonly observers: { readonly count: number; readonly serverIds: readonly number[] | null } | null;
	/** Told by a leader. */
	readonly syncedFollowers: number | null;
	/** Told by a leader: servers that follow and serve clients without being in the config. */
	readonly nonVotingFollowers: number | null;
	/** Voting members as this server knows them. */
	readonly names: EnsembleNames | null;
};

export type ServerReading = {
	/** Label as configured: host:port of the client port. */
	readonly server: string;
	readonly answer: ServerAnswer | null;
	/** Why there is no answer, or why it cannot be used in full. */
	readonly failure: { readonly code: SweepGapCode; readonly detail: string } | null;
	/** How long its client and admin ports have refused without a break, ms; null when they do not. */
	readonly refusedForMs: number | null;
	/** The id that this server last proved, in this or an earlier sweep. */
	readonly serverIdBefore: number | null;
};

export type CompletenessInput = {
	readonly readings: readonly ServerReading[];
	/** Every server that /zookeeper/config names, observers included; null when it could not be read. */
	readonly named: EnsembleNames | null;
	readonly ownSessionListed: boolean;
};

export type Completeness = {
	readonly complete: boolean;
	readonly gaps: readonly SweepGap[];
	readonly leaderId: number | null;
	readonly epoch: number | null;
	readonly uptimeMsMin: number | null;
	/** Each proven by its own server_id, ascending. */
	readonly serverIds: readonly number[];
	readonly standalone: boolean;
};

type Answered = { readonly server: string; readonly answer: ServerAnswer };

/**
 * Whether a sweep saw every connection that the ensemble has (verdicts.md, 'session'). Complete means: no gap.
 * Total: whatever is missing or contradictory becomes a gap, and nothing that a server leaves out counts in its favour.
 */
export function decideCompleteness(input: CompletenessInput): Completeness {
	const answered = input.readings.flatMap(({ server, answer }) => (answer ? [{ server, answer }] : []));
	const standalone = input.readings.length === 1 && answered[0]?.answer.role === 'standalone';
	const leaders = answered.filter(({ answer }) => answer.role === 'leader');
	const leader = leaders.length === 1 ? (leaders[0]?.answer ?? null) : null;
	const proven = standalone ? answered : answered.filter((one) => identityGap(one, input.named, answered) === null);
	const gaps = [
		...input.readings.flatMap(({ server, failure, answer }) => (failure && answer ? [{ ...failure, server }] : [])),
		...answered.flatMap(answerGaps),
		...(standalone ? [] : ensembleGaps(input, answered, leaders)),
		...silentGaps(input, answered, standalone ? null : leader),
		...(input.ownSessionListed
			? []
			: [gap('own-session-not-listed', null, 'no server lists the session of this console')]),
	];
	return {
		complete: gaps.length === 0,
		gaps,
		leaderId: leader?.serverId ?? null,
		epoch: leader?.epoch ?? null,
		uptimeMsMin: shortestUptimeMs(answered),
		serverIds: proven.flatMap(({ answer }) => answer.serverId ?? []).sort((a, b) => a - b),
		standalone,
	};
}

function gap(code: SweepGapCode, server: string | null, detail: string): SweepGap {
	return { code, server, detail };
}

/** One unknown uptime hides the shortest. */
function shortestUptimeMs(answered: readonly Answered[]): number | null {
	const uptimes = answered.map(({ answer }) => answer.uptimeMs);
	return uptimes.reduce<number | null>(
		(shortest, uptime) => (shortest === null || uptime === null ? null : Math.min(shortest, uptime)),
		uptimes[0] ?? null,
	);
}

function answerGaps({ server, answer }: Answered): SweepGap[] {
	const gaps: SweepGap[] = [];
	if (!answer.tlsSeen) gaps.push(gap('tls-port-unseen', server, 'it may serve TLS clients that cannot be listed'));
	if (answer.role === null) gaps.push(gap('answer-invalid', server, 'it does not say which role it has'));
	return gaps;
}

/** What holds only among several servers: who they are, who leads, which observers there are. */
function ensembleGaps(
	input: CompletenessInput,
	answered: readonly Answered[],
	leaders: readonly Answered[],
): SweepGap[] {
	const identity = answered.flatMap((one) => identityGap(one, input.named, answered) ?? []);
	const config = input.named === null ? [gap('config-unreadable', null, '/zookeeper/config could not be read')] : [];
	return [
		...config,
		...identity,
		...unconfiguredGaps(input),
		...leaderGaps(answered, leaders),
		...observerGaps(answered),
	];
}

/** null when the server proved who it is: its own id, given once, named, and the same peers that the ensemble names. */
function identityGap(
	{ server, answer }: Answered,
	named: EnsembleNames | null,
	answered: readonly Answered[],
): SweepGap | null {
	const id = answer.serverId;
	if (id === null) return gap('server-id-unproven', server, 'it does not give its server_id');
	if (answered.filter((other) => other.answer.serverId === id).length > 1)
		return gap('server-id-unproven', server, `server_id ${id} is claimed by more than one configured server`);
	if (answer.role === 'standalone')
		return gap('server-id-unproven', server, 'it runs standalone, although several servers are configured');
	// A master that only tells how many observers it has (four-letter words) may mean this one; observerGaps counts them.
	const isObserver = answered.some(({ answer: { observers } }) =>
		observers?.serverIds === null ? observers.count > 0 : observers?.serverIds.includes(id),
	);
	if (named === null || !(named.has(id) || (answer.role === 'observer' && isObserver)))
		return gap('server-unnamed', server, `server_id ${id} is not named by the ensemble: is it another ensemble's?`);
	if (answer.names === null || answer.names.size === 0)
		return gap('server-id-unproven', server, 'it did not tell which peers it has');
	if (!samePeers(answer.names, named, id))
		return gap('server-id-unproven', server, 'it names other peers than /zookeeper/config: is it another ensemble?');
	return null;
}

/**
 * Two ensembles may well use the same ids and ports, so the peers' addresses have to agree. A server may write its own as
 * 0.0.0.0, and some write names where others write IPs: the ids and ports of all must match, and one other peer in full.
 */
function samePeers(own: EnsembleNames, named: EnsembleNames, ownId: number): boolean {
	const portOf = (address: string | undefined) => address?.slice(address.lastIndexOf(':'));
	const pairs = [...own].map(([id, address]) => ({ id, address, theirs: named.get(id) }));
	if (!pairs.every(({ address, theirs }) => theirs !== undefined && portOf(theirs) === portOf(address))) return false;
	const others = pairs.filter(({ id }) => id !== ownId);
	return others.length === 0 || others.some(({ address, theirs }) => address === theirs);
}

/** Servers that the ensemble names and that are neither swept nor among the silent ones. */
function unconfiguredGaps(input: CompletenessInput): SweepGap[] {
	const missing = new Set(input.named?.keys() ?? []);
	let nameless = 0;
	for (const { answer, serverIdBefore } of input.readings) {
		const id = answer ? answer.serverId : serverIdBefore;
		if (id !== null) missing.delete(id);
		else if (answer === null) nameless += 1;
	}
	if (missing.size <= nameless) return [];
	const ids = [...missing].sort((a, b) => a - b).join(', ');
	return [gap('server-unconfigured', null, `the ensemble names server ${ids}, which no configured server is`)];
}

function leaderGaps(answered: readonly Answered[], leaders: readonly Answered[]): SweepGap[] {
	const [leader] = leaders;
	if (leader === undefined) return [gap('no-leader', null, 'no server says that it leads')];
	if (leaders.length > 1)
		return [gap('two-leaders', null, `these say that they lead: ${leaders.map(({ server }) => server).join(', ')}`)];
	const { serverId, epoch, nonVotingFollowers } = leader.answer;
	const gaps = answered.flatMap(({ server, answer }) => {
		if (answer.role === 'follower' && answer.leaderId !== null && answer.leaderId !== serverId)
			return [gap('two-leaders', server, `it follows server ${answer.leaderId}, not ${serverId}`)];
		// A follower's zxid may lag behind an election (0 was seen), never run ahead of its leader's epoch.
		if (answer.epoch !== null && (epoch === null || answer.epoch > epoch))
			return [gap('two-leaders', server, `its epoch ${answer.epoch} is ahead of the leader's (${epoch})`)];
		return [];
	});
	if (epoch === null) gaps.push(gap('answer-invalid', leader.server, 'the leader does not tell its last zxid'));
	if (nonVotingFollowers !== 0)
		gaps.push(
			gap(
				'server-unconfigured',
				leader.server,
				`${nonVotingFollowers ?? 'an unknown number'} follow it that no config names`,
			),
		);
	return gaps;
}

/** Observers that serve clients are told only by the server they are attached to, so each is asked. */
function observerGaps(answered: readonly Answered[]): SweepGap[] {
	const masters = answered.filter(({ answer }) => answer.role === 'leader' || answer.role === 'follower');
	const unseen = masters.filter(({ answer }) => answer.observers === null);
	const sweptObservers = answered.filter(({ answer }) => answer.role === 'observer');
	const sweptIds = new Set(sweptObservers.map(({ answer }) => answer.serverId));
	const told = masters.reduce((sum, { answer }) => sum + (answer.observers?.count ?? 0), 0);
	const gaps = unseen.map(({ server }) => gap('observers-unseen', server, 'it does not tell which observers it has'));
	for (const { server, answer } of masters) {
		const strangers = (answer.observers?.serverIds ?? []).filter((id) => !sweptIds.has(id));
		if (strangers.length > 0)
			gaps.push(gap('observers-unconfigured', server, `observers not swept: server ${strangers.join(', ')}`));
	}
	if (gaps.length === 0 && told > sweptObservers.length)
		gaps.push(
			gap('observers-unconfigured', null, `${told} observers are attached, ${sweptObservers.length} were swept`),
		);
	return gaps;
}

/** A silent server makes the sweep incomplete, unless it is shown not to serve. */
function silentGaps(input: CompletenessInput, answered: readonly Answered[], leader: ServerAnswer | null): SweepGap[] {
	const agreed = leader !== null && learnersMatch(leader, answered);
	return input.readings.flatMap(({ server, answer, failure, refusedForMs }) => {
		if (answer !== null) return [];
		const refused = refusedForMs !== null && refusedForMs > RULES.serverRefusedMsMin;
		if (refused && agreed && (failure === null || failure.code === 'server-silent')) return [];
		return [gap(failure?.code ?? 'server-silent', server, failure?.detail ?? 'it does not answer')];
	});
}

/** The leader's followers, and all observers attached anywhere, are exactly those that answered. */
function learnersMatch(leader: ServerAnswer, answered: readonly Answered[]): boolean {
	const count = (role: ServerAnswer['role']) => answered.filter(({ answer }) => answer.role === role).length;
	const attached = answered.reduce((sum, { answer }) => sum + (answer.observers?.count ?? 0), 0);
	return leader.syncedFollowers === count('follower') && attached === count('observer');
}

/**
 * Listed anywhere, even in an incomplete sweep: connected. Not listed: gone only when the sweep is complete and covers the
 * server that created the session, which a standalone server (it reports id 0) does by being all there is. Id 0 stands
 * for 'not ephemeral': there is no session that could be gone.
 */
export function sessionStateOf(sweep: Sweep, sessionId: bigint): SessionEvidence['state'] {
	const id = unsigned64(sessionId);
	if (id === 0n) return 'unknown';
	if ((sweep.sessions.get(id)?.connections.length ?? 0) > 0) return 'connected';
	const { complete, standalone, serverIds } = sweep.summary;
	return complete && (standalone || serverIds.includes(creatingServerId(id))) ? 'gone' : 'unknown';
}

/** What the sweep says about the session that owns this incarnation. */
export function toSessionEvidence(sweep: Sweep, incarnation: Incarnation, observer: string): SessionEvidence {
	const session = sweep.sessions.get(unsigned64(incarnation.ephemeralOwner));
	return {
		kind: 'session',
		observer,
		incarnation,
		observedAtMs: sweep.summary.finishedAtMs,
		state: sessionStateOf(sweep, incarnation.ephemeralOwner),
		connections: session?.connections ?? [],
		expiryBucketMs: session?.expiryBucketMs ?? null,
		expiresInMs: session?.expiresInMs ?? null,
		inLeaderDump: inLeaderDump(sweep, incarnation),
		sweep: sweep.summary,
	};
}

/** null without ground, and where the incarnation is of a later epoch than the leader: then that leader is none any more. */
function inLeaderDump({ summary, leaderDumpSessions }: Sweep, { czxid, ephemeralOwner }: Incarnation): boolean | null {
	const ground = summary.orphanGround;
	if (!ground || !leaderDumpSessions || epochOf(unsigned64(czxid)) > ground.epoch) return null;
	return leaderDumpSessions.has(unsigned64(ephemeralOwner));
}
