import { expect, test } from 'vitest';
import {
	beginDrill,
	type DrillProgress,
	drilledLeft,
	drilledPurged,
	drillLimitMs,
	expiryAfterMs,
	isReplacement,
	observeDrilled,
	observeReplacement,
	outcomeOfDrill,
	replacementJoined,
	replacementLeft,
} from '@/lib/core/drill';
import { type DrillQuestion, refusalsOf } from '@/lib/core/drill-refusals';
import { DRILL_COLUMNS, type DrillReport, median, toDrillCsv, toTrend } from '@/lib/core/drill-view';
import { type EndpointState, initialMemberState, type MemberState } from '@/lib/core/member-state';
import { NO_SETTINGS } from '@/lib/core/settings';

const INCARNATION = { path: '/members/a', czxid: 10n, ephemeralOwner: 1n };
const NEXT = { path: '/members/a', czxid: 20n, ephemeralOwner: 2n };
const ORDERED_MS = 100_000;

const begun = beginDrill({
	incarnation: INCARNATION,
	id: 'a',
	places: ['10.0.0.1:80'],
	sessionTimeoutMs: 30_000,
	orderedAtMs: ORDERED_MS,
	sinceMs: ORDERED_MS,
});

function endpoint(tripwire: 'open' | 'closed-by-peer', closedAtMs: number | null, port = 80): EndpointState {
	return {
		endpoint: { ip: '10.0.0.1', port },
		addressName: 'service',
		everAccepted: true,
		attributed: closedAtMs === null,
		last: null,
		failingSinceMs: closedAtMs,
		timeoutsInARow: 0,
		tripwire: { state: tripwire, openedAtMs: 0, changedAtMs: closedAtMs ?? 0 },
		closedByPeer: closedAtMs === null ? null : { heldMs: 9_000, atMs: closedAtMs },
	};
}

const alive: MemberState = {
	...initialMemberState({ incarnation: INCARNATION }, 0),
	verdict: 'alive',
	endpoints: { a: endpoint('open', null), b: endpoint('open', null, 81) },
};

function gone(state: MemberState, atMs: number): MemberState {
	const sweep = {
		number: 1,
		startedAtMs: atMs - 5,
		finishedAtMs: atMs,
		leaderId: 1,
		epoch: 1,
		uptimeMsMin: 1,
		expiryBucketMs: 1,
	};
	return {
		...state,
		session: { ...state.session, state: 'gone', goneRun: [sweep], expiresInMs: 29_000, expiresReadAtMs: atMs },
	};
}

const dead: MemberState = {
	...gone(alive, ORDERED_MS + 60),
	endpoints: { a: endpoint('closed-by-peer', ORDERED_MS + 20), b: endpoint('closed-by-peer', ORDERED_MS + 25, 81) },
	refusals: [{ number: 1, startedAtMs: ORDERED_MS + 30, finishedAtMs: ORDERED_MS + 40 }],
	verdict: 'dead',
	reasons: ['refused-by-quorum', 'session-gone'],
	sinceMs: ORDERED_MS + 1_400,
};

function purged(): DrillProgress {
	return drilledPurged(drilledLeft(observeDrilled(begun, dead), ORDERED_MS + 1_500));
}

test('each mark is the first time at which it was seen, in whole ms since the order', () => {
	const half = { ...alive, endpoints: { ...dead.endpoints, b: endpoint('open', null, 81) } };
	const first = observeDrilled(begun, half);
	expect(first.timeline).toMatchObject({ killed: 20, 'tripwire-closed': null, proven: null });
	const seen = observeDrilled(first, dead);
	expect(seen.timeline).toEqual({
		killed: 20,
		'tripwire-closed': 25,
		refused: 40,
		'session-gone': 60,
		proven: 1_400,
		purged: null,
		replaced: null,
		alive: null,
	});
	expect(seen.reasons).toEqual(['refused-by-quorum', 'session-gone']);
	const later = observeDrilled(seen, { ...gone(dead, ORDERED_MS + 900), sinceMs: ORDERED_MS + 5_000, reasons: [] });
	expect(later.timeline).toEqual(seen.timeline);
	expect(later.reasons).toEqual(seen.reasons);
});

test('what was seen before the order is of another time', () => {
	const before = { ...alive, endpoints: { a: endpoint('closed-by-peer', ORDERED_MS - 1) } };
	expect(Object.values(observeDrilled(begun, gone(before, ORDERED_MS - 1)).timeline)).toEqual(Array(8).fill(null));
});

test('what the session would have cost is read off the table once the session is gone', () => {
	expect(expiryAfterMs(observeDrilled(begun, alive))).toBeNull();
	expect(expiryAfterMs(observeDrilled(begun, dead))).toBe(60 + 29_000);
});

test('a drill is complete when its replacement is alive after a purge', () => {
	expect(outcomeOfDrill(purged(), ORDERED_MS + 2_000)).toBeNull();
	const replaced = replacementJoined(purged(), NEXT, ORDERED_MS + 1_900);
	expect(outcomeOfDrill(replaced, ORDERED_MS + 2_000)).toBeNull();
	const back = observeReplacement(replaced, { verdict: 'alive', sinceMs: ORDERED_MS + 2_100 });
	expect(back.timeline).toMatchObject({ purged: 1_500, replaced: 1_900, alive: 2_100 });
	expect(outcomeOfDrill(back, ORDERED_MS + 2_200)).toBe('complete');
});

test('a replacement that leaves before it was alive is none; one that was alive stays', () => {
	const replaced = replacementJoined(purged(), NEXT, ORDERED_MS + 1_900);
	expect(replacementLeft(replaced)).toMatchObject({ replacement: null, timeline: { replaced: null } });
	const back = observeReplacement(replaced, { verdict: 'alive', sinceMs: ORDERED_MS + 2_100 });
	expect(replacementLeft(back)).toEqual(back);
});

test('what has not happened when the time is over names the outcome', () => {
	const overMs = ORDERED_MS + drillLimitMs(30_000);
	expect(outcomeOfDrill(observeDrilled(begun, alive), overMs - 1)).toBeNull();
	expect(outcomeOfDrill(observeDrilled(begun, alive), overMs)).toBe('not-dead');
	expect(outcomeOfDrill(observeDrilled(begun, dead), overMs)).toBe('not-purged');
	expect(outcomeOfDrill(purged(), overMs)).toBe('not-replaced');
	const expired = drilledLeft(observeDrilled(begun, dead), ORDERED_MS + 30_000);
	expect(outcomeOfDrill(expired, overMs)).toBe('not-purged');
});

test('an expiry is told from a purge whose counters come late', () => {
	const left = drilledLeft(observeDrilled(begun, dead), ORDERED_MS + 1_500);
	const replaced = replacementJoined(left, NEXT, ORDERED_MS + 1_600);
	const back = observeReplacement(replaced, { verdict: 'alive', sinceMs: ORDERED_MS + 1_700 });
	expect(outcomeOfDrill(back, ORDERED_MS + 1_800)).toBeNull();
	expect(outcomeOfDrill(drilledPurged(back), ORDERED_MS + 1_800)).toBe('complete');
	expect(outcomeOfDrill(back, ORDERED_MS + 4_000)).toBe('not-purged');
	expect(drilledPurged(begun).timeline.purged).toBeNull();
});

test('a drill has a minute, or two session time-outs', () => {
	expect([null, 10_000, 40_000].map(drillLimitMs)).toEqual([60_000, 60_000, 80_000]);
});

test.each([
	['the same path', { incarnation: NEXT, id: 'b', places: [] }, true],
	['the same id beside it', { incarnation: { ...NEXT, path: '/members/z' }, id: 'a', places: [] }, true],
	['the same id elsewhere', { incarnation: { ...NEXT, path: '/others/z' }, id: 'a', places: [] }, false],
	['the same address', { incarnation: { ...NEXT, path: '/members/z' }, id: 'z', places: ['10.0.0.1:80'] }, true],
	['an older one', { incarnation: { ...NEXT, czxid: 9n }, id: 'a', places: [] }, false],
	['its own session', { incarnation: { ...NEXT, ephemeralOwner: 1n }, id: 'a', places: [] }, false],
	['somebody else', { incarnation: { ...NEXT, path: '/members/z' }, id: 'z', places: ['10.0.0.2:80'] }, false],
] as const)('who stands in its place: %s', (_name, candidate, expected) => {
	expect(isReplacement(begun, candidate)).toBe(expected);
});

const willing: DrillQuestion = {
	member: { path: '/members/a', group: 'g', verdict: 'alive', provable: true },
	optIn: 'valid',
	group: ['alive', 'alive'],
	settings: NO_SETTINGS,
	recovers: true,
	purge: null,
	isRunning: false,
	wallMs: 1_000,
};
const change = { by: 'x', reason: 'y', atMs: 0 };
const maintenance = { ...change, id: 'm', untilMs: 2_000, target: { kind: 'group', group: 'g' } } as const;

test('nothing speaks against one that allows it, is ready, and whose group is well', () => {
	expect(refusalsOf(willing)).toEqual([]);
	expect(refusalsOf({ ...willing, recovers: false, purge: 'by-hand' })).toEqual([]);
	expect(refusalsOf({ ...willing, settings: { ...NO_SETTINGS, maintenance: [maintenance] }, wallMs: 2_001 })).toEqual(
		[],
	);
});

test.each<[string, Partial<DrillQuestion>, string[]]>([
	['no opt-in', { optIn: 'none' }, ['not-opted-in']],
	['an opt-in by another session', { optIn: 'foreign' }, ['opt-in-foreign']],
	['not provable', { member: { ...willing.member, provable: false } }, ['not-ready']],
	[
		'not alive itself',
		{ member: { ...willing.member, verdict: 'suspect' }, group: ['suspect', 'alive', 'alive'] },
		['not-ready'],
	],
	['another is not alive', { group: ['alive', 'alive', 'unknown'] }, ['group-not-well']],
	['alone in its group', { group: ['alive'] }, ['group-too-small']],
	['settings unknown', { settings: null }, ['settings-unknown']],
	['kill switch', { settings: { ...NO_SETTINGS, killSwitch: change } }, ['kill-switch']],
	['maintenance', { settings: { ...NO_SETTINGS, maintenance: [maintenance] } }, ['maintenance']],
	['another drill', { isRunning: true }, ['drill-running']],
	['nobody purges', { recovers: false }, ['nobody-purges']],
])('refused: %s', (_name, more, refusals) => {
	expect(refusalsOf({ ...willing, ...more })).toEqual(refusals);
});

function report(more: Partial<DrillReport>): DrillReport {
	return {
		drillId: 'd',
		path: '/members/a',
		czxid: '0xa',
		id: 'a',
		group: 'g',
		by: 'admin',
		reason: 'monthly',
		scheduled: false,
		purge: 'automatic',
		orderedAtMs: Date.UTC(2026, 0, 31, 12),
		sessionTimeoutMs: 30_000,
		replaced: true,
		outcome: 'complete',
		timeline: purged().timeline,
		reasons: ['refused-by-quorum'],
		expiry: { timeoutMs: 30_000, afterMs: 29_060 },
		endedAfterMs: 2_000,
		...more,
	};
}

test('the trend holds the medians of each day, and aborted drills measure nothing', () => {
	const at = (proven: number) => ({ ...purged().timeline, proven });
	const trend = toTrend([
		report({ orderedAtMs: Date.UTC(2026, 1, 1), timeline: at(3_000) }),
		report({ timeline: at(1_000) }),
		report({ timeline: at(2_000) }),
		report({ timeline: at(9_000), outcome: 'aborted' }),
	]);
	expect(trend).toMatchObject([
		{ day: '2026-01-31', drills: 3, complete: 2, proven: 1_500, purged: 1_500, replaced: null, expiry: 29_060 },
		{ day: '2026-02-01', drills: 1, complete: 1, proven: 3_000 },
	]);
	expect([median([]), median([5]), median([9, 1, 2]), median([1, 2])]).toEqual([null, 5, 2, 2]);
});

test('the CSV has one row a report, its columns in order, and no cell that a spreadsheet would run', () => {
	const [head, row, end] = toDrillCsv([report({ reason: '=1+1', by: 'a "b"' })]).split('\r\n');
	expect(head).toBe(DRILL_COLUMNS.map((column) => `"${column}"`).join(','));
	expect(row?.split(',')).toHaveLength(DRILL_COLUMNS.length);
	expect(row).toContain(`"'=1+1"`);
	expect(row).toContain('"a ""b"""');
	expect(row).toContain('"1400"');
	expect(end).toBe('');
});
