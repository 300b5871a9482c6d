import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SweepGapCode } from '@/lib/core/evidence';
import { type CompletenessInput, decideCompleteness, type ServerAnswer, type ServerReading } from '@/lib/core/sweep';

const NAMES = new Map([
	[1, 'zk1:2888'],
	[2, 'zk2:2888'],
	[3, 'zk3:2888'],
]);

function answer(serverId: number, role: ServerAnswer['role'], change: Partial<ServerAnswer> = {}): ServerAnswer {
	const leads = role === 'leader';
	return {
		serverId,
		role,
		tlsSeen: true,
		uptimeMs: 60_000 + serverId,
		epoch: 4,
		leaderId: role === 'observer' ? 1 : 3,
		observers: { count: 0, serverIds: [] },
		syncedFollowers: leads ? 2 : null,
		nonVotingFollowers: leads ? 0 : null,
		names: NAMES,
		...change,
	};
}

function reading(server: string, given: ServerAnswer | null, change: Partial<ServerReading> = {}): ServerReading {
	const failure = given ? null : { code: 'server-silent' as const, detail: 'no answer' };
	return { server, answer: given, failure, refusedForMs: null, serverIdBefore: null, ...change };
}

const ONE = reading('zk1:2181', answer(1, 'follower'));
const TWO = reading('zk2:2181', answer(2, 'follower'));
const LEADER = reading('zk3:2181', answer(3, 'leader'));
const WELL: CompletenessInput = { readings: [ONE, TWO, LEADER], named: NAMES, ownSessionListed: true };

function codes(input: Partial<CompletenessInput>): SweepGapCode[] {
	return decideCompleteness({ ...WELL, ...input }).gaps.map(({ code }) => code);
}

function withOne(change: Partial<ServerAnswer>, role: ServerAnswer['role'] = 'follower'): CompletenessInput {
	return { ...WELL, readings: [reading('zk1:2181', answer(1, role, change)), TWO, LEADER] };
}

function withLeader(change: Partial<ServerAnswer>): CompletenessInput {
	return { ...WELL, readings: [ONE, TWO, reading('zk3:2181', answer(3, 'leader', change))] };
}

describe('a sweep is complete', () => {
	it('when every named server answers, proves who it is, and lists our session', () => {
		expect(decideCompleteness(WELL)).toEqual({
			complete: true,
			gaps: [],
			leaderId: 3,
			epoch: 4,
			uptimeMsMin: 60_001,
			serverIds: [1, 2, 3],
			standalone: false,
		});
	});

	it('with every attached observer swept, also one that only its follower knows of', () => {
		const master = reading('zk1:2181', answer(1, 'follower', { observers: { count: 1, serverIds: [9] } }));
		const observer = reading('zk9:2181', answer(9, 'observer', { epoch: 0 }));
		const result = decideCompleteness({ ...WELL, readings: [master, TWO, LEADER, observer] });
		expect(result).toMatchObject({ complete: true, serverIds: [1, 2, 3, 9] });
	});

	it('by four-letter words, which tell only the number of observers, when that many are swept', () => {
		const master = reading('zk1:2181', answer(1, 'follower', { observers: { count: 1, serverIds: null } }));
		const observer = reading('zk9:2181', answer(9, 'observer', { observers: null }));
		expect(codes({ readings: [master, TWO, LEADER, observer] })).toEqual([]);
		expect(codes({ readings: [master, TWO, LEADER] })).toEqual(['observers-unconfigured']);
	});

	it('of a standalone server, which reports id 0 and has neither leader nor config', () => {
		const alone = answer(0, 'standalone', { leaderId: null, observers: null, names: null });
		const result = decideCompleteness({ readings: [reading('zk:2181', alone)], named: null, ownSessionListed: true });
		expect(result).toMatchObject({ complete: true, standalone: true, serverIds: [0], leaderId: null });
	});

	it('when the silent server has refused for more than 3 s and the leader follows exactly the others', () => {
		const silent = reading('zk1:2181', null, { refusedForMs: 3_001 });
		expect(
			codes({ readings: [silent, TWO, reading('zk3:2181', answer(3, 'leader', { syncedFollowers: 1 }))] }),
		).toEqual([]);
	});

	it('where a server writes its own peer address as 0.0.0.0', () => {
		const own = new Map([...NAMES, [1, '0.0.0.0:2888'] as const]);
		expect(decideCompleteness(withOne({ names: own })).complete).toBe(true);
	});
});

describe('a sweep is incomplete', () => {
	const observed = { observers: { count: 1, serverIds: [9] } };
	const silent = (refusedForMs: number | null, syncedFollowers: number, change: Partial<ServerReading> = {}) => ({
		...WELL,
		readings: [
			reading('zk1:2181', null, { refusedForMs, ...change }),
			TWO,
			reading('zk3:2181', answer(3, 'leader', { syncedFollowers })),
		],
	});
	const foreign = new Map([...NAMES].map(([id, address]) => [id, address.replace('zk', 'staging')]));
	const cases: [string, CompletenessInput, SweepGapCode][] = [
		['our own session is listed nowhere', { ...WELL, ownSessionListed: false }, 'own-session-not-listed'],
		['/zookeeper/config is unreadable', { ...WELL, named: null }, 'config-unreadable'],
		['a server is silent', silent(null, 1), 'server-silent'],
		['a silent server has refused for 3 s only', silent(3_000, 1), 'server-silent'],
		['the leader still counts the silent server', silent(9_000, 2), 'server-silent'],
		['the leader counts fewer than answered', silent(9_000, 0), 'server-silent'],
		[
			'what does not answer well is garbage, even from ports that refuse',
			silent(9_000, 1, { failure: { code: 'answer-invalid', detail: '' } }),
			'answer-invalid',
		],
		['a named server is not configured', { ...WELL, readings: [TWO, LEADER] }, 'server-unconfigured'],
		[
			'the silent server is known to be another than the missing one',
			{ ...silent(9_000, 1, { serverIdBefore: 2 }), named: new Map([...NAMES, [4, 'zk4:2888']]) },
			'server-unconfigured',
		],
		['a server does not give its id', withOne({ serverId: null }), 'server-id-unproven'],
		['two answers bear one id', withOne({ serverId: 2 }), 'server-id-unproven'],
		['a server bears an id that nobody names', withOne({ serverId: 7 }), 'server-unnamed'],
		["another ensemble's server has the right id", withOne({ names: foreign }), 'server-id-unproven'],
		['a server does not tell its peers', withOne({ names: null }), 'server-id-unproven'],
		[
			'a server knows a peer that nobody names',
			withOne({ names: new Map([...NAMES, [5, 'zk5:2888']]) }),
			'server-id-unproven',
		],
		['a server runs standalone beside others', withOne({}, 'standalone'), 'server-id-unproven'],
		['a TLS port cannot be seen', withOne({ tlsSeen: false }), 'tls-port-unseen'],
		['a server has no role', withOne({}, null), 'answer-invalid'],
		['nobody leads', { ...WELL, readings: [ONE, TWO, reading('zk3:2181', answer(3, 'follower'))] }, 'no-leader'],
		['two say that they lead', withOne({}, 'leader'), 'two-leaders'],
		['a follower follows somebody else', withOne({ leaderId: 2 }), 'two-leaders'],
		["a follower is ahead of the leader's epoch", withOne({ epoch: 5 }), 'two-leaders'],
		['the leader hides its epoch', withLeader({ epoch: null }), 'answer-invalid'],
		['somebody follows that no config names', withLeader({ nonVotingFollowers: 1 }), 'server-unconfigured'],
		['it is not told whether somebody does', withLeader({ nonVotingFollowers: null }), 'server-unconfigured'],
		['an observer of a follower is not configured', withOne(observed), 'observers-unconfigured'],
		['a follower does not tell its observers', withOne({ observers: null }), 'observers-unseen'],
		[
			'an answer is flawed',
			{ ...WELL, readings: [{ ...ONE, failure: { code: 'answer-invalid', detail: '' } }, TWO, LEADER] },
			'answer-invalid',
		],
		['there is no server', { ...WELL, readings: [] }, 'no-leader'],
	];
	it.each(cases)('when %s', (_, input, code) => {
		const result = decideCompleteness(input);
		expect(result.complete).toBe(false);
		expect(result.gaps.map((gap) => gap.code)).toContain(code);
	});

	it('and one unknown uptime hides the shortest', () => {
		expect(decideCompleteness(withOne({ uptimeMs: null })).uptimeMsMin).toBeNull();
	});

	it('and an unproven server is not among the swept ids', () => {
		expect(decideCompleteness(withOne({ names: foreign })).serverIds).toEqual([2, 3]);
	});
});

/** Inputs near the well one: each server perhaps silent, each field perhaps another or missing. */
const anyAnswer: fc.Arbitrary<ServerAnswer> = fc.record({
	serverId: fc.constantFrom(1, 2, 3, 3, 9, null),
	role: fc.constantFrom('leader', 'follower', 'follower', 'observer', 'standalone', null),
	tlsSeen: fc.constantFrom(true, true, true, false),
	uptimeMs: fc.constantFrom(100, 20_000, null),
	epoch: fc.constantFrom(4, 4, 4, 5, null),
	leaderId: fc.constantFrom(3, 3, 3, 1, null),
	observers: fc.constantFrom(
		{ count: 0, serverIds: [] },
		{ count: 1, serverIds: [9] },
		{ count: 1, serverIds: null },
		null,
	),
	syncedFollowers: fc.constantFrom(0, 1, 2, null),
	nonVotingFollowers: fc.constantFrom(0, 0, 0, 1, null),
	names: fc.constantFrom(NAMES, NAMES, NAMES, null),
});
const anyReading = (well: ServerReading): fc.Arbitrary<ServerReading> =>
	fc.oneof(
		{ weight: 4, arbitrary: fc.constant(well) },
		{ weight: 1, arbitrary: anyAnswer.map((given) => reading(well.server, given)) },
		{
			weight: 1,
			arbitrary: fc
				.record({ refusedForMs: fc.constantFrom(null, 10, 5_000), serverIdBefore: fc.constantFrom(null, 1, 2, 3) })
				.map((change) => reading(well.server, null, change)),
		},
	);
const leaderOf = fc
	.constantFrom(0, 1, 2)
	.map((syncedFollowers) => reading('zk3:2181', answer(3, 'leader', { syncedFollowers })));
const anyInput: fc.Arbitrary<CompletenessInput> = fc.record({
	readings: leaderOf.chain((leader) => fc.tuple(anyReading(ONE), anyReading(TWO), anyReading(leader))),
	named: fc.constantFrom(NAMES, NAMES, NAMES, null),
	ownSessionListed: fc.constantFrom(true, true, true, false),
});

describe('whatever the servers answer', () => {
	it('losing an answer never makes a sweep complete', () => {
		fc.assert(
			fc.property(anyInput, fc.nat(2), (input, lost) => {
				const readings = input.readings.map((one, i) => (i === lost ? reading(one.server, null) : one));
				expect(decideCompleteness({ ...input, readings }).complete).toBe(false);
			}),
		);
	});

	it('leaving a server out of the configuration never leaves a sweep complete', () => {
		fc.assert(
			fc.property(anyInput, fc.nat(2), (input, lost) => {
				const readings = input.readings.filter((_, i) => i !== lost);
				expect(decideCompleteness({ ...input, readings }).complete).toBe(false);
			}),
		);
	});

	it('a complete sweep has swept every named server, or the leader agrees that it serves nobody', () => {
		fc.assert(
			fc.property(anyInput, (input) => {
				const result = decideCompleteness(input);
				expect(result.complete).toBe(result.gaps.length === 0);
				if (!result.complete) return;
				const silent = input.readings.filter((one) => one.answer === null);
				const leaders = input.readings.filter((one) => one.answer?.role === 'leader');
				expect(leaders).toHaveLength(1);
				expect(silent.every(({ refusedForMs }) => (refusedForMs ?? 0) > 3_000)).toBe(true);
				expect(result.serverIds.length + silent.length).toBeGreaterThanOrEqual(NAMES.size);
				if (silent.length > 0)
					expect(leaders[0]?.answer?.syncedFollowers).toBe(
						input.readings.filter((one) => one.answer?.role === 'follower').length,
					);
			}),
			{ numRuns: 2_000 },
		);
	});
});
