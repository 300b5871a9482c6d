import { replayFile } from '@/lib/cli/audit-file/replay-file';
import type { AuditDraft, AuditEntry, Json } from '@/lib/core/audit-entry';
import type { StampedEntry } from '@/lib/core/counters';
import type { Evidence } from '@/lib/core/evidence';
import type { Identity } from '@/lib/core/ports';
import { NO_SETTINGS, type Settings } from '@/lib/core/settings';
import { died, ENDPOINT, exitReport, lived, MEMBER, round, suspicion, sweep, tripwire } from '@/test/core/timeline';
import { chain, exportedLines, linesOf, parsed } from './export';
import { ADMINISTRATOR, altered, type Purge, recorded, type World } from './replay-world';

const OPERATOR: Identity = { ...ADMINISTRATOR, role: 'operator' };
export const dead = () => [...lived(), ...died()];
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
export const STORIES: readonly [string, string, () => Evidence[], World, Purge][] = [
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

export async function replayed(drafts: readonly AuditDraft[]) {
	return replayFile(linesOf(await exportedLines(chain(drafts))));
}

export async function story(name: string): Promise<readonly AuditDraft[]> {
	const found = STORIES.find(([each]) => each === name);
	if (!found) {
		throw new Error(`no story '${name}'`);
	}
	const [, , evidence, world, purge] = found;
	return recorded(evidence(), world, purge);
}

/** The last record of a story, with what stands at this place of it replaced, as a file tells it. */
export async function told(draft: AuditDraft, path: readonly (string | number)[], other: Json): Promise<AuditEntry> {
	const changed = altered(draft as unknown as Json, path, other) as unknown as AuditDraft;
	const [line = ''] = await exportedLines(chain([changed]));
	return parsed(line);
}

/** Places in the record of a decision. */
export const STATE = ['detail', 'input', 'state'] as const;
export const POLICY = ['detail', 'input', 'context', 'policy'] as const;
export const ASKED = ['detail', 'input', 'asked'] as const;
export const KEY = `${ENDPOINT.ip}:${ENDPOINT.port}`;
