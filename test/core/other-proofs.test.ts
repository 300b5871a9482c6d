import { describe, expect, it } from 'vitest';
import type { Evidence } from '@/lib/core/evidence';
import { isProvenAnew } from '@/lib/core/guards';
import { contextOf, exitReport, lived, MEMBER, round, sweep, tell, tripwire, WELL } from './timeline';

/** A host that lost its power: no FIN comes, keep-alive ends the tripwire, probes time out, its session is on no server. */
function vanished(untilMs = 23_000): Evidence[] {
	const story: Evidence[] = [powerless(20_000)];
	for (let atMs = 20_000; atMs < untilMs; atMs += 200) {
		story.push(round(atMs, { result: 'timed-out' }), sweep(atMs + 50, 'gone'));
	}
	return story;
}

/** TCP keep-alive gave up on the tripwire. */
const powerless = (atMs: number) => tripwire(atMs, 'silent', 10);

describe('an exit report', () => {
	it('makes an unreachable member dead, with two complete sweeps, the latest begun after it', () => {
		expect(tell([...lived(), ...vanished()]).verdict).toBe('unreachable');
		const reported = [...lived(), ...vanished(), exitReport(23_000)];
		expect(tell(reported).verdict).toBe('unreachable');
		const swept = [...reported, round(23_010, { result: 'timed-out' }), sweep(23_050, 'gone')];
		expect(tell(swept)).toMatchObject({ verdict: 'dead', reasons: ['exit-reported', 'session-gone'] });
	});

	it('needs no settling time', () => {
		const story = [
			powerless(19_990),
			exitReport(20_000),
			round(20_005, { result: 'timed-out' }),
			sweep(20_010, 'gone'),
		];
		const again = [round(20_200, { result: 'timed-out' }), sweep(20_250, 'gone')];
		expect(tell([...lived(), ...story]).verdict).not.toBe('dead');
		expect(tell([...lived(), ...story, ...again]).verdict).toBe('dead');
	});

	const proven = [
		...lived(),
		...vanished(),
		exitReport(23_000),
		round(23_010, { result: 'timed-out' }),
		sweep(23_050, 'gone'),
	];

	it.each<[string, Evidence[]]>([
		['an open tripwire', [tripwire(23_100, 'open', 23_100)]],
		['a listed session', [sweep(23_100, 'connected', { packets: 15 })]],
	])('never outweighs %s', (_, veto) => {
		expect(tell(proven).verdict).toBe('dead');
		expect(tell([...proven, ...veto]).verdict).not.toBe('dead');
	});

	it('is void once the session made progress after it', () => {
		const story = [
			...lived(),
			exitReport(20_000),
			sweep(20_100, 'connected', { packets: 20 }),
			sweep(20_300, 'connected', { packets: 25 }),
		];
		expect(tell(story).exitReport).toBeNull();
	});

	it('proves nothing while this observer is unwell, or the sweeps are incomplete, or the ensemble has not settled', () => {
		const base = [...lived(), powerless(19_990), exitReport(20_000)];
		const sweeps = (summary: object, ownHealth = WELL) =>
			[20_100, 20_300, 20_500].flatMap((atMs) => [
				round(atMs, { result: 'timed-out', ownHealth }),
				sweep(atMs + 50, 'gone', { summary }),
			]);
		expect(tell([...base, ...sweeps({})]).verdict).toBe('dead');
		expect(tell([...base, ...sweeps({}, { ...WELL, referenceAccepted: false })]).verdict).not.toBe('dead');
		expect(tell([...base, ...sweeps({}, { ...WELL, loopPauseMsMax: 251 })]).verdict).not.toBe('dead');
		expect(tell([...base, ...sweeps({ uptimeMsMin: 5_000 })]).verdict).not.toBe('dead');
		expect(tell([...base, sweep(20_100, 'unknown'), sweep(20_300, 'unknown')]).verdict).not.toBe('dead');
	});
});

const GROUND = { leaderId: 2, epoch: 4, tickMs: 2_000 };
const forgotten = (atMs: number, ground: typeof GROUND | null = GROUND) =>
	sweep(atMs, 'gone', { bucketMs: null, inLeaderDump: ground ? false : null, summary: { orphanGround: ground } });

describe('a session that ZooKeeper forgot', () => {
	const silent = [round(20_000, { result: 'timed-out' }), round(21_000, { result: 'timed-out' })];
	const base = [...lived(), powerless(19_990), ...silent];

	it('is proof when two readings of the only leader’s dump, a tick apart, lack it', () => {
		const once = [...base, forgotten(21_100), round(21_200, { result: 'timed-out' })];
		expect(tell(once).verdict).not.toBe('dead');
		expect(tell([...once, forgotten(22_000)]).verdict).not.toBe('dead');
		const twice = [...once, forgotten(23_200)];
		expect(tell(twice)).toMatchObject({ verdict: 'dead', reasons: ['session-orphaned', 'session-gone'] });
		expect(isProvenAnew(tell(twice), contextOf(), 23_250)).toBe(true);
	});

	it.each<[string, Evidence]>([
		[
			'a second leader',
			sweep(22_000, 'unknown', { summary: { gaps: [{ code: 'two-leaders', server: null, detail: '' }] } }),
		],
		['a dump that has it', sweep(22_000, 'gone', { inLeaderDump: true, summary: { orphanGround: GROUND } })],
		['another reign', forgotten(22_000, { ...GROUND, epoch: 5 })],
		['a listing', sweep(22_000, 'connected', { packets: 15 })],
	])('begins anew after %s', (_, between) => {
		const story = [...base, forgotten(21_100), between, round(22_100, { result: 'timed-out' }), forgotten(23_300)];
		expect(tell(story).verdict).not.toBe('dead');
	});

	it('means nothing without ground for saying so', () => {
		const story = [...base, forgotten(21_100, null), round(21_200, { result: 'timed-out' }), forgotten(23_300, null)];
		expect(tell(story).verdict).not.toBe('dead');
	});

	it('never outweighs an open tripwire, nor makes anything of a persistent registration', () => {
		const story = [...silent, forgotten(21_100), round(21_200, { result: 'timed-out' }), forgotten(23_300)];
		expect(tell([...lived(), ...story]).verdict).not.toBe('dead');
		const persistent = { ...MEMBER, ephemeralOwner: 0n };
		const theirs = [...lived(), powerless(19_990), ...story].map((e) => ({ ...e, incarnation: persistent }));
		expect(tell(theirs, contextOf(), persistent).verdict).not.toBe('dead');
	});
});
