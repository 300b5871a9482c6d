import { describe, expect, test } from 'vitest';
import { replayEntry } from '@/lib/cli/audit-file/replay-entry';
import { replayText } from '@/lib/cli/audit-file/report';
import type { AuditDraft, Json } from '@/lib/core/audit-entry';
import { MEMBER } from '@/test/core/timeline';
import { recorded } from './replay-world';
import { ASKED, dead, KEY, POLICY, replayed, STATE, story, told } from './stories';

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
