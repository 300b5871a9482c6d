import { describe, expect, test } from 'vitest';
import { replayEntry } from '@/lib/cli/audit-file/replay-entry';
import { replayFile } from '@/lib/cli/audit-file/replay-file';
import { replayText } from '@/lib/cli/audit-file/report';
import type { AuditDraft, AuditEntry, Json } from '@/lib/core/audit-entry';
import type { StampedEntry } from '@/lib/core/counters';
import type { Evidence } from '@/lib/core/evidence';
import type { Identity } from '@/lib/core/ports';
import { NO_SETTINGS, type Settings } from '@/lib/core/settings';
import { died, ENDPOINT, exitReport, lived, MEMBER, round, suspicion, sweep, tripwire } from '@/test/core/timeline';
import { chain, exportedLines, linesOf, parsed } from './export';
import { ADMINISTRATOR, altered, type Purge, recorded, type World } from './replay-world';

const OPERATOR: Identity = { ...ADMINISTRATOR, role: 'operator' };
const dead = () => [...lived(), ...died()];
const timedOut = () => [
	...lived(),
	tripwire(20_000, 'silent', 10),
	...[20_100, 21_200, 22_300].map((atMs) => round(atMs, { result: 'timed-out', tookMs: 1_000 })),
	...[22_400, 22_600, 22_800, 23_200].map((atMs) => sweep(atMs, 'gone')),
	round(23_250, { result: 'timed-out' }),
	sweep(23_300, 'gone'),
];
const counted = (count: number, by: StampedEntry['by']): StampedEntry[] =>
	Array.from({ length: count }, (_, at) => ({
		attempt: `a${at}`,
		path: '/turms/members/other',
		czxid: 0xff_0000_0000n,
		id: 'other',
		group: 'gateway',
		addresses: ['10.0.0.9:1'],
		ephemeralOwner: 5n,
		sessionTimeoutMs: 30_000,
		by,
		firstSeenAtMs: 20_000,
	}));
const change = { by: 'vera', reason: 'works on rack 1', atMs: 0 };
const on: Settings = {
	...NO_SETTINGS,
	automaticRecovery: true,
	registrations: { '/turms/members': { automaticRecovery: true } },
};
const automatic: Purge = { requester: 'automatic', identity: OPERATOR };
const takeover: Purge = {
	requester: 'takeover',
	identity: { ...ADMINISTRATOR, role: 'member' },
	claim: { requesterIp: ENDPOINT.ip, held: [`${ENDPOINT.ip}:${ENDPOINT.port}`], predecessorIp: null },
};
const override = { request: { override: true } };
const approved = {
	id: '7f6f9d0e-0000-4000-8000-000000000000',
	path: MEMBER.path,
	czxid: '0x2000004a1',
	memberId: 'gateway07',
	requester: { ...ADMINISTRATOR.actor, name: 'wim' },
	role: 'admin' as const,
	reason: 'the host burned',
	requestedAtMs: 1,
};

/** Each with what the purge at its end comes to: 'purged', or the code of a guard that refuses it. */
const STORIES: readonly [string, string, () => Evidence[], World, Purge][] = [
	['a death by refusal', 'purged', dead, {}, {}],
	['one purged by itself', 'purged', dead, { settings: on }, automatic],
	['a life', 'not-proven', lived, {}, {}],
	['a suspicion', 'not-proven', () => [...lived(), ...died(20_000, 700)], {}, {}],
	['an exit that was reported', 'purged', () => [...lived(), exitReport(20_001), ...died(20_010, 700)], {}, {}],
	['a proof whose evidence is too old', 'stale-evidence', dead, {}, { afterMs: 3_000 }],
	['one that is held and has lapsed', 'proof-lapsed', () => [...dead(), sweep(22_000, 'unknown')], {}, {}],
	['one that comes back', 'not-proven', () => [...dead(), sweep(22_000, 'connected', { packets: 99 })], {}, {}],
	[
		'a death by a quorum of observers',
		'purged',
		() => [
			...lived(),
			...died(20_000, 1_500),
			suspicion(21_500, 'agent-2', { observerProgressAtMs: 21_500 }),
			round(21_600),
			sweep(21_650, 'gone'),
		],
		{ policy: { observersMin: 2, observerDomainsMin: 2 }, observers: [{ name: 'agent-2', failureDomain: 'rack-2' }] },
		{},
	],
	['a quorum that is not reached', 'not-proven', dead, { policy: { observersMin: 2 } }, {}],
	['an unreachable member', 'not-proven', timedOut, {}, {}],
	['its override', 'purged', timedOut, {}, override],
	['an override by an operator', 'override-not-allowed', timedOut, {}, { ...override, identity: OPERATOR }],
	[
		'an override that waits for its second person',
		'second-person-needed',
		timedOut,
		{ policy: { overrideSecondPerson: true } },
		override,
	],
	[
		'an override with its second person',
		'purged',
		timedOut,
		{ policy: { overrideSecondPerson: true } },
		{ request: { override: true, approved } },
	],
	[
		'an override that the asked console wants approved',
		'second-person-needed',
		timedOut,
		{},
		{ ...override, secondPersonNeeded: true },
	],
	[
		'a takeover',
		'purged',
		() => [
			...lived(),
			...[20_000, 20_400, 20_800, 21_200, 21_600].flatMap((at) => [
				sweep(at, 'gone'),
				round(at + 15, { result: 'accepted' }),
			]),
			tripwire(21_700, 'closed-by-peer', 10),
		],
		{},
		takeover,
	],
	[
		'a takeover from elsewhere',
		'takeover-not-proven',
		dead,
		{},
		{ ...takeover, claim: { requesterIp: '10.0.0.99', held: ['10.0.0.99:1'], predecessorIp: null } },
	],
	[
		'a takeover under maintenance',
		'maintenance',
		dead,
		{ settings: { ...on, maintenance: [{ ...change, id: 'm', target: { kind: 'cluster' }, untilMs: 99_999_999 }] } },
		takeover,
	],
	['a blast radius that is full', 'radius-exceeded', dead, { counters: counted(3, 'human') }, {}],
	[
		'one that an administrator approves',
		'purged',
		dead,
		{ counters: counted(3, 'human') },
		{ request: { approval: { members: 1 } } },
	],
	[
		'one that an operator approves',
		'radius-exceeded',
		dead,
		{ counters: counted(3, 'human') },
		{ request: { approval: { members: 1 } }, identity: OPERATOR },
	],
	['counters that cannot be read', 'counters-unknown', dead, { counters: null }, automatic],
	['settings that cannot be read', 'settings-unknown', dead, { settings: null }, automatic],
	[
		'a mass failure',
		'mass-failure',
		dead,
		{ settings: on, counters: counted(3, 'human'), policy: { blastRadiusMin: 50 } },
		automatic,
	],
	[
		'a rate that is used up',
		'rate-exceeded',
		dead,
		{
			settings: on,
			counters: counted(3, 'automatic'),
			policy: { rateBurst: 1, ratePerS: 0.01, blastRadiusMin: 50, massFailureMin: 50 },
		},
		automatic,
	],
	[
		'a member that flaps',
		'flapping',
		dead,
		{ settings: on, counters: counted(2, 'automatic').map((each) => ({ ...each, path: MEMBER.path })) },
		automatic,
	],
	['a kill switch', 'kill-switch-on', dead, { settings: { ...on, killSwitch: change } }, automatic],
	['a switch that is off', 'recovery-off', dead, {}, automatic],
	['a latch held elsewhere', 'latch-not-held', dead, { latch: { kind: 'waiting', holder: 'console-2' } }, {}],
	['nobody knows who holds the latch', 'latch-unknown', dead, { latch: { kind: 'unknown' } }, {}],
	[
		'a weak fence',
		'purged',
		dead,
		{},
		{ fence: { guard: 'fence', result: 'pass', code: 'fence-weak', facts: { guards: 2 } } },
	],
	[
		'no fence',
		'fence-unavailable',
		dead,
		{},
		{ fence: { guard: 'fence', result: 'unknown', code: 'fence-unavailable', facts: { path: '/' } } },
	],
	['what the session owns is unknown', 'owned-znodes-unknown', dead, {}, { gathered: { owned: null, siblings: null } }],
	[
		'another registration lives',
		'other-registration-lives',
		dead,
		{},
		{
			gathered: {
				owned: [],
				siblings: [
					{ path: '/a', standing: 'lives' },
					{ path: '/b', standing: 'unprovable' },
				],
			},
		},
	],
	[
		'another registration is followed by nobody',
		'other-registration-unprovable',
		dead,
		{},
		{ gathered: { owned: [], siblings: [{ path: '/b', standing: 'unprovable' }] } },
	],
];

async function replayed(drafts: readonly AuditDraft[]) {
	return replayFile(linesOf(await exportedLines(chain(drafts))));
}

function textOf({ detail }: AuditDraft): string {
	return typeof detail === 'object' && detail !== null && 'text' in detail ? String(detail.text) : '';
}

describe('what was decided on the recorded evidence comes out the same', () => {
	test.each(STORIES)('%s: %s', async (_name, expected, story, world, purge) => {
		const drafts = await recorded(story(), world, purge);
		const last = drafts.at(-1) as AuditDraft;
		expect(last.outcome).toBe(expected === 'purged' ? 'purged' : 'refused');
		expect(textOf(last)).toContain(expected === 'purged' ? '' : expected);
		const result = await replayed(drafts);
		expect(result.differences).toEqual([]);
		expect(result).toMatchObject({ entries: drafts.length, decisions: drafts.length, agreeing: drafts.length });
	});

	test('each change of verdict on the way, to and from a proof that was held', async () => {
		const drafts = await recorded([...dead(), sweep(21_900, 'unknown'), sweep(22_300, 'connected', { packets: 99 })]);
		const changes = drafts.map(({ outcome }) => outcome);
		expect(changes).toEqual(['alive', 'suspect', 'dead', 'suspect']);
		expect(await replayed(drafts)).toMatchObject({ agreeing: drafts.length, differing: 0, notReplayable: {} });
	});
});

async function story(name: string): Promise<readonly AuditDraft[]> {
	const found = STORIES.find(([each]) => each === name);
	if (!found) {
		throw new Error(`no story '${name}'`);
	}
	const [, , evidence, world, purge] = found;
	return recorded(evidence(), world, purge);
}

/** The last record of a story, with what stands at this place of it replaced, as a file tells it. */
async function told(draft: AuditDraft, path: readonly (string | number)[], other: Json): Promise<AuditEntry> {
	const changed = altered(draft as unknown as Json, path, other) as unknown as AuditDraft;
	const [line = ''] = await exportedLines(chain([changed]));
	return parsed(line);
}

const STATE = ['detail', 'input', 'state'] as const;
const POLICY = ['detail', 'input', 'context', 'policy'] as const;
const ASKED = ['detail', 'input', 'asked'] as const;
const KEY = `${ENDPOINT.ip}:${ENDPOINT.port}`;
const RIVAL = { path: '/turms/members/other', czxid: '0x1', ephemeralOwner: '0x2' };

/** Of what a purge by refusal rested on, what must not be otherwise. */
const FORGED: readonly [string, readonly (string | number)[], Json][] = [
	['another outcome', ['outcome'], 'refused'],
	['another reason', ['detail', 'reason'], 'guard'],
	['the reason of evidence that is too old', ['detail', 'reason'], 'evidence-expired'],
	['no guards', ['detail', 'guards'], []],
	['another member', ['member'], '/turms/members/other'],
	['another life of it', ['czxid'], '0x1'],
	['evidence of another member', [...STATE, 'incarnation', 'path'], '/turms/members/other'],
	['evidence of another life', [...STATE, 'incarnation', 'czxid'], '0x1'],
	["a registration that is nobody's", [...STATE, 'incarnation', 'ephemeralOwner'], '0x0'],
	['a verdict that is no proof', [...STATE, 'verdict'], 'suspect'],
	['a listed session', [...STATE, 'session', 'state'], 'connected'],
	['a session that nobody looked for', [...STATE, 'session', 'state'], 'unknown'],
	['no sweeps without it', [...STATE, 'session', 'goneRun'], []],
	['a latest sweep that was not complete', [...STATE, 'session', 'lastSweep', 'complete'], false],
	['an ensemble that is too young', [...STATE, 'session', 'lastSweep', 'uptimeMsMin'], 12_000],
	['a session from elsewhere', [...STATE, 'session', 'remoteIp'], '10.0.0.99'],
	['no refusals', [...STATE, 'refusals'], []],
	['a tripwire that nobody closed', [...STATE, 'endpoints', KEY, 'closedByPeer'], null],
	['one that was held too short', [...STATE, 'endpoints', KEY, 'closedByPeer', 'heldMs'], 4_999],
	['an address that never answered', [...STATE, 'endpoints', KEY, 'everAccepted'], false],
	['addresses that were not watched', [...STATE, 'addressesUnwatched'], true],
	['a member that is too young', [...STATE, 'seenSinceMs'], 12_000],
	['another time', ['detail', 'input', 'nowMs'], 25_000],
	['another settling time', [...POLICY, 'settleMs'], 60_000],
	['another age of evidence', [...POLICY, 'evidenceAgeMsMax'], 1],
	['another quorum', [...POLICY, 'observersMin'], 2],
	['another blast radius', [...POLICY, 'blastRadiusMin'], 0],
	['more purges before it', [...ASKED, 'radius', 'counted'], 3],
	['counters that could not be read', [...ASKED, 'radius'], null],
	['more of them at once', [...ASKED, 'planned'], 4],
	['a latch that was not held', [...ASKED, 'latch'], 'unknown'],
	['another registration', [...ASKED, 'siblings', 'lives'], '/turms/members/alive'],
	['what it owned is unknown', [...ASKED, 'siblings'], null],
	['somebody else asked', [...ASKED, 'by'], 'automatic'],
	['another fence', ['detail', 'transaction', 'strength'], 'weak'],
];

/** Of what automatic recovery rested on besides. */
const FORGED_AUTOMATIC: readonly [string, readonly (string | number)[], Json][] = [
	['a human asked', [...ASKED, 'by'], 'human'],
	['nothing was measured', [...ASKED, 'recovery'], null],
	['a group that is down', [...ASKED, 'recovery', 'groups'], [{ group: 'gateway', members: 5, notAlive: 5 }]],
	['no tokens', [...ASKED, 'recovery', 'rate', 'tokens'], 0.9],
	['it flapped', [...ASKED, 'recovery', 'flapping'], { path: MEMBER.path, purges: 2 }],
	[
		'a maintenance',
		[...ASKED, 'recovery', 'settings', 'maintenance'],
		{ path: MEMBER.path, by: 'vera', reason: 'x', untilMs: 1 },
	],
	['a kill switch', [...ASKED, 'recovery', 'settings', 'killSwitch'], { by: 'vera', reason: 'x' }],
	['a switch of the registration', [...ASKED, 'recovery', 'settings', 'switchedOn'], false],
	['a switch of the cluster', [...POLICY, 'automaticRecovery'], false],
	['a share of a mass failure', [...POLICY, 'massFailureMin'], 0],
];

describe('a record that was made up differs', () => {
	test.each(FORGED)('%s', async (_what, path, other) => {
		const purge = (await story('a death by refusal')).at(-1) as AuditDraft;
		expect(replayEntry(await told(purge, path, other)).kind).toBe('differs');
	});

	test.each(FORGED_AUTOMATIC)('by itself: %s', async (what, path, other) => {
		const purge = (await story('one purged by itself')).at(-1) as AuditDraft;
		// A threshold that still is not reached decides the same: only with the failure itself it does not.
		const before = what.startsWith('a share') ? await told(purge, [...POLICY, 'massFailureShare'], 0.5) : purge;
		expect(replayEntry(await told(before, path, other)).kind).toBe('differs');
	});

	test('an open tripwire', async () => {
		const purge = (await story('a death by refusal')).at(-1) as AuditDraft;
		const open = await told(purge, [...STATE, 'endpoints', KEY, 'tripwire', 'state'], 'open');
		expect(replayEntry(await told(open, [...STATE, 'endpoints', KEY, 'attributed'], true)).kind).toBe('differs');
	});

	test.each([
		['a sick observer', [...STATE, 'lastRound', 'ownHealth', 'loopPauseMsMax'], 251],
		['an observer without its own session', [...STATE, 'lastRound', 'ownHealth', 'zooKeeperSessionFine'], false],
		['an observer without a reference', [...STATE, 'lastRound', 'ownHealth', 'referenceAccepted'], false],
		['no report', [...STATE, 'exitReport'], null],
		['a report after the last sweep', [...STATE, 'exitReport', 'atMs'], 30_000],
	])('an exit that was reported: %s', async (_what, path, other) => {
		const purge = (await story('an exit that was reported')).at(-1) as AuditDraft;
		expect(replayEntry(await told(purge, path, other)).kind).toBe('differs');
	});

	test('each guard of it, whichever way it is altered', async () => {
		const purge = (await story('one purged by itself')).at(-1) as AuditDraft;
		const guards = (purge.detail as { guards: readonly { guard: string }[] }).guards;
		expect(guards).toHaveLength(12);
		for (const [at, check] of guards.entries()) {
			const place = ['detail', 'guards', at];
			const without = guards.filter((_, other) => other !== at) as unknown as Json;
			for (const [path, other] of [
				[[...place, 'result'], 'fail'],
				[[...place, 'result'], 'inactive'],
				[[...place, 'code'], 'automatic-only'],
				[['detail', 'guards'], without],
			] as const) {
				expect(replayEntry(await told(purge, path, other)).kind, `${check.guard} ${other}`).toBe('differs');
			}
		}
	});

	test('a refusal that nothing speaks for, and a removal that a guard speaks against', async () => {
		const refused = (await story('a blast radius that is full')).at(-1) as AuditDraft;
		for (const outcome of ['purged', 'partial']) {
			expect(replayEntry(await told(refused, ['outcome'], outcome)).kind).toBe('differs');
		}
		expect(replayEntry(await told(refused, [...ASKED, 'radius', 'counted'], 0)).kind).toBe('differs');
	});

	test.each([
		['somebody else approved it', ['actor', 'name'], 'wim'],
		['a token approved it', ['actor', 'kind'], 'token'],
		['it was for another member', ['detail', 'approvedOverride', 'path'], '/turms/members/other'],
		['nobody approved it', ['detail', 'approvedOverride'], null],
		['it was no override', ['detail', 'override'], false],
		['it answered', [...STATE, 'verdict'], 'alive'],
		['its session was seen', [...STATE, 'session', 'state'], 'connected'],
	])('an override with its second person: %s', async (_what, path, other) => {
		const purge = (await story('an override with its second person')).at(-1) as AuditDraft;
		expect(replayEntry(await told(purge, path, other)).kind).toBe('differs');
	});

	test.each([
		['from elsewhere', [...ASKED, 'claim', 'requesterIp'], '10.0.0.99'],
		['of an address that it does not hold', [...ASKED, 'claim', 'held'], []],
		['by nobody', [...ASKED, 'claim'], null],
		[
			'of an address that two shared',
			['detail', 'input', 'context', 'rivals'],
			[
				{
					incarnation: RIVAL,
					seenSinceMs: 1,
					sameId: false,
					sameAddress: true,
					sharedEndpoints: [KEY],
					remoteIp: null,
					firstListedAtMs: null,
				},
			],
		],
	])('a takeover %s', async (what, path, other) => {
		const purge = (await story('a takeover')).at(-1) as AuditDraft;
		const together = [`1:2:${RIVAL.path}`];
		const before = what.includes('shared') ? await told(purge, [...STATE, 'seenTogetherWith'], together) : purge;
		expect(replayEntry(await told(before, path, other)).kind).toBe('differs');
	});

	test.each([
		['another verdict', ['detail', 'to'], 'suspect'],
		['another outcome', ['outcome'], 'suspect'],
		['other reasons', ['detail', 'reasons'], ['session-orphaned', 'session-gone']],
		['another time', ['detail', 'input', 'nowMs'], 99_000],
		['another verdict in its state', [...STATE, 'verdict'], 'suspect'],
		['no refusals', [...STATE, 'refusals'], []],
		['a listed session', [...STATE, 'session', 'state'], 'connected'],
		['another settling time', [...POLICY, 'settleMs'], 60_000],
		['another member', ['member'], '/turms/members/other'],
	])('a verdict: %s', async (_what, path, other) => {
		const verdict = (await recorded(dead())).at(-1) as AuditDraft;
		expect(verdict.outcome).toBe('dead');
		expect(replayEntry(await told(verdict, path, other)).kind).toBe('differs');
	});

	test('is told with its sequence, its member, what was recorded and what comes out', async () => {
		const drafts = [...(await recorded(dead(), {}, {}))];
		const forged = await told(drafts[2] as AuditDraft, [...STATE, 'session', 'state'], 'connected');
		const result = await replayed([...drafts.slice(0, 2), forged, ...drafts.slice(3)]);
		expect(result).toMatchObject({
			agreeing: drafts.length - 1,
			differing: 1,
			differences: [{ sequence: 3, line: 3 }],
		});
		expect(result.differences[0]?.differences).toContainEqual({
			what: 'verdict',
			recorded: 'dead',
			replayed: 'suspect',
		});
		expect(replayText(result)).toContain(
			"DIFFERS at entry 3, member.verdict of /turms/members/gateway07: verdict: recorded 'dead', replayed 'suspect'",
		);
	});
});

describe('what cannot be decided again says why', () => {
	const leaving =
		(reason: string, from = 'dead') =>
		async (name = 'a death by refusal') => {
			const verdict = (await story(name)).find(({ outcome }) => outcome === 'dead') as AuditDraft;
			const left = await told(verdict, ['outcome'], 'left');
			const detail = { ...(verdict.detail as object), from, to: 'left', reasons: [reason] } as Json;
			return replayEntry({ ...left, detail });
		};

	test('a member that left by a purge; by expiry or by its own doing is decided again', async () => {
		expect(await leaving('left-purged')()).toMatchObject({ kind: 'not-replayable', why: 'left-purged' });
		expect(await leaving('left-expired')()).toEqual({ kind: 'agrees' });
		expect(await leaving('left-by-itself')()).toMatchObject({ kind: 'differs' });
		expect(await leaving('left-expired', 'superseded')()).toMatchObject({ kind: 'differs' });
	});

	test('a refusal before any guard was asked, which no purge can be', async () => {
		const purge = (await story('a death by refusal')).at(-1) as AuditDraft;
		const unasked = await told(await told(purge, ['detail', 'guards'], []), ['outcome'], 'refused');
		expect(replayEntry(unasked)).toMatchObject({ kind: 'not-replayable', why: 'no-guard-asked' });
		expect(replayEntry(await told(purge, ['detail'], { reason: 'committed', guards: [] })).kind).toBe('differs');
	});

	test('a detail that was cut, a record of an older release, one that holds something else', async () => {
		const purge = (await story('a death by refusal')).at(-1) as AuditDraft;
		const long = await told(purge, ['detail', 'text'], 'x'.repeat(300_000));
		expect(replayEntry(long)).toMatchObject({ kind: 'not-replayable', why: 'truncated' });
		const { asked: _, ...input } = (purge.detail as { input: { [key: string]: Json } }).input;
		const older = await told(purge, ['detail', 'input'], input);
		expect(replayEntry(older)).toMatchObject({ kind: 'not-replayable', why: 'older-release' });
		const wrong = await told(purge, [...STATE, 'incarnation', 'czxid'], '0xno');
		expect(replayEntry(wrong)).toMatchObject({
			kind: 'not-replayable',
			why: 'unreadable',
			problem: expect.stringContaining('detail.input.state.incarnation.czxid: is no 64-bit id'),
		});
	});

	test('a policy without the knobs of a later release is what it was by default', async () => {
		const purge = (await story('a death by refusal')).at(-1) as AuditDraft;
		const older = { settleMs: 1_200, evidenceAgeMsMax: 2_000 };
		expect(replayEntry(await told(purge, POLICY, older))).toEqual({ kind: 'agrees' });
	});

	test('whatever stands in the place of any part of a record has an answer', async () => {
		const drafts = [...(await story('one purged by itself')), ...(await story('a takeover')).slice(-1)];
		for (const draft of drafts) {
			for (const path of placesOf(draft.detail, ['detail'])) {
				for (const other of [null, 'x', -1, [], { __proto__: null }] as Json[]) {
					expect(['agrees', 'differs', 'not-replayable']).toContain(
						replayEntry(altered({ ...draft } as unknown as Json, path, other) as unknown as AuditEntry).kind,
					);
				}
			}
		}
	});

	test('a line that is no entry', async () => {
		const lines = await exportedLines(chain(await recorded(dead(), {}, {})));
		const result = await replayFile(linesOf([...lines.slice(0, 2), '{}', ...lines.slice(2)]));
		expect(result).toMatchObject({ unreadableLines: 1, lineProblems: [{ line: 3 }], differing: 0 });
		expect(result.agreeing).toBe(lines.length);
	});
});

function placesOf(value: Json, at: readonly (string | number)[]): (readonly (string | number)[])[] {
	if (typeof value !== 'object' || value === null) {
		return [at];
	}
	const parts = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
	return [at, ...parts.flatMap(([key, part]) => placesOf(part as Json, [...at, key]))];
}

test('what the guards rested on adds little to the record of a purge, of which a transaction holds a hundred', async () => {
	for (const name of ['a death by refusal', 'one purged by itself', 'a takeover']) {
		const purge = (await story(name)).at(-1) as AuditDraft;
		const { asked } = (purge.detail as { input: { asked: Json } }).input;
		expect(JSON.stringify(asked).length, name).toBeLessThan(500);
	}
});
