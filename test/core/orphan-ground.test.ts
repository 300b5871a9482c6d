import { describe, expect, it } from 'vitest';
import { decideOrphanGround, type OrphanGroundInput } from '@/lib/core/orphan-ground';
import type { ServerAnswer, ServerReading } from '@/lib/core/sweep';

function reading(
	serverId: number | null,
	role: ServerAnswer['role'],
	change: Partial<ServerAnswer> = {},
): ServerReading {
	const answer: ServerAnswer = {
		serverId,
		role,
		tlsSeen: true,
		uptimeMs: 60_000,
		epoch: 4,
		leaderId: 3,
		observers: { count: 0, serverIds: [] },
		syncedFollowers: role === 'leader' ? 2 : null,
		nonVotingFollowers: role === 'leader' ? 0 : null,
		names: null,
		...change,
	};
	return { server: `zk${serverId}:2181`, answer, failure: null, refusedForMs: null, serverIdBefore: null };
}

const SILENT: ServerReading = {
	server: 'zk2:2181',
	answer: null,
	failure: { code: 'server-silent', detail: 'no answer' },
	refusedForMs: 9_000,
	serverIdBefore: 2,
};
const FOLLOWERS = [reading(1, 'follower'), reading(2, 'follower')];
const WELL: OrphanGroundInput = {
	completeness: { complete: true, standalone: false, serverIds: [1, 2, 3] },
	readings: [...FOLLOWERS, reading(3, 'leader')],
	voters: new Set([1, 2, 3]),
	confirmedEpoch: 4,
	ownSessionInDump: true,
	tickMs: 2_000,
};
const swept = (serverIds: readonly number[]) => ({ ...WELL.completeness, serverIds });
const led = (change: Partial<ServerAnswer>) => [...FOLLOWERS, reading(3, 'leader', change)];

describe('absence from the dump has ground', () => {
	it.each<[string, Partial<OrphanGroundInput>]>([
		['when every condition holds', {}],
		[
			'when one voter of three is dead and the two others agree',
			{ readings: [reading(1, 'follower'), SILENT, reading(3, 'leader')], completeness: swept([1, 3]) },
		],
		[
			'with an observer that names its observer master instead',
			{ readings: [...WELL.readings, reading(9, 'observer', { leaderId: 1 })], completeness: swept([1, 2, 3, 9]) },
		],
	])('%s', (_, change) => {
		expect(decideOrphanGround({ ...WELL, ...change })).toEqual({ leaderId: 3, epoch: 4, tickMs: 2_000 });
	});
});

describe('absence from the dump means nothing', () => {
	const cases: [string, Partial<OrphanGroundInput>][] = [
		['in an incomplete sweep', { completeness: { ...WELL.completeness, complete: false } }],
		['of a standalone server', { completeness: { ...WELL.completeness, standalone: true } }],
		['when nobody says that it leads', { readings: FOLLOWERS }],
		['when a second server says that it leads', { readings: [reading(1, 'leader'), ...WELL.readings.slice(1)] }],
		['when the leader does not give its id', { readings: led({ serverId: null }) }],
		['when the leader did not prove its id', { completeness: swept([1, 2]) }],
		['when the leader is no voter', { voters: new Set([1, 2]) }],
		['when the leader names somebody else', { readings: led({ leaderId: 1 }) }],
		[
			'when a follower does not tell whom it follows and another voter is silent',
			{
				readings: [reading(1, 'follower', { leaderId: null }), SILENT, reading(3, 'leader')],
				completeness: swept([1, 3]),
			},
		],
		[
			'when a follower names somebody else and another voter is silent',
			{
				readings: [reading(1, 'follower', { leaderId: 2 }), SILENT, reading(3, 'leader')],
				completeness: swept([1, 3]),
			},
		],
		['when a majority of those that answered names it, but not of all voters', { voters: new Set([1, 2, 3, 4, 5, 6]) }],
		['when exactly half of the voters name it', { voters: new Set([1, 3, 5, 7]), completeness: swept([1, 2, 3]) }],
		[
			'when one voter alone names it, twice over',
			{
				readings: [reading(3, 'follower'), reading(3, 'leader')],
				completeness: swept([3, 3]),
				voters: new Set([1, 2, 3]),
			},
		],
		[
			'when only observers name it beside itself',
			{
				readings: [reading(8, 'observer'), reading(9, 'observer'), reading(3, 'leader')],
				completeness: swept([3, 8, 9]),
			},
		],
		['when the voters are not known', { voters: null }],
		['without a write of our own just before', { confirmedEpoch: null }],
		['when the write came from a later epoch', { confirmedEpoch: 5 }],
		['when the leader was elected after the write', { readings: led({ epoch: 5 }) }],
		['when the leader does not tell its epoch', { readings: led({ epoch: null }) }],
		['when the dump lacks our own session', { ownSessionInDump: false }],
		['when the tick is not known', { tickMs: null }],
	];
	it.each(cases)('%s', (_, change) => {
		expect(decideOrphanGround({ ...WELL, ...change })).toBeNull();
	});
});
