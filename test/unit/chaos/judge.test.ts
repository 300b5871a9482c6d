import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSafe, judge } from '@/lib/cli/chaos/judge';
import type { Observations } from '@/lib/cli/chaos/truth';
import { CZXID, claim, life, observed, PATH, record, SETTLE_MS } from './observed';

const KILLED_AT_MS = 5_000;
const killed = () => [life({ diedAtMs: KILLED_AT_MS })];

function only(observations: Observations) {
	const judgement = judge(observations);
	const [trial] = judgement.trials;
	if (trial === undefined) {
		throw new Error('no trial was judged');
	}
	return { judgement, trial };
}

describe('false claims', () => {
	test('a living member called dead is a false claim, of its trial, and the run is not safe', () => {
		const { judgement, trial } = only(observed({ claims: [claim(3_000)], trials: [record('untouched')] }));
		expect(trial.result).toBe('false');
		expect(judgement.falseClaims).toMatchObject([{ kind: 'dead', trial: 7, fault: 'untouched', residue: false }]);
		expect(isSafe(judgement)).toBe(false);
	});

	test('a living member called superseded is a false claim', () => {
		const claims = [claim(3_000, { verdict: 'superseded', reasons: ['superseded-same-address'] })];
		const { judgement, trial } = only(observed({ claims, trials: [record('id-reused')] }));
		expect(trial.result).toBe('false');
		expect(judgement.falseClaims).toMatchObject([{ kind: 'superseded' }]);
	});

	test('whoever is called dead before it was killed was called so falsely, and its later death changes nothing', () => {
		fc.assert(
			fc.property(fc.double({ min: 1_000, max: 20_000, noNaN: true }), (atMs) => {
				const { judgement } = only(observed({ lives: killed(), claims: [claim(atMs)], trials: [record('sigkill')] }));
				expect(judgement.falseClaims.length > 0).toBe(atMs < KILLED_AT_MS);
				expect(isSafe(judgement)).toBe(atMs >= KILLED_AT_MS);
			}),
		);
	});

	test('a false claim between trials counts too', () => {
		const { judgement, trial } = only(observed({ claims: [claim(500)], trials: [record('untouched')] }));
		expect(trial.result).toBe('right');
		expect(judgement.falseClaims).toMatchObject([{ trial: null }]);
		expect(isSafe(judgement)).toBe(false);
	});

	test('a purge of a living member is a false purge; one that was refused is none', () => {
		const purge = { czxid: CZXID, path: PATH, askedAtMs: 3_000, answeredAtMs: 3_050, detail: '', stillThere: false };
		const trials = [record('untouched')];
		const done = judge(observed({ trials, purges: [{ ...purge, outcome: 'purged' }] }));
		expect(done.falseClaims).toMatchObject([{ kind: 'purge', trial: 7 }]);
		expect(isSafe(done)).toBe(false);
		const refused = judge(observed({ trials, purges: [{ ...purge, outcome: 'refused' }] }));
		expect(isSafe(refused)).toBe(true);
	});

	test('a purge that says it is done and is not makes the run unsafe', () => {
		const purge = { czxid: CZXID, path: PATH, askedAtMs: 7_000, answeredAtMs: 7_050, detail: '', outcome: 'purged' };
		const of = (stillThere: boolean) => judge(observed({ lives: killed(), purges: [{ ...purge, stillThere }] }));
		expect(isSafe(of(false))).toBe(true);
		expect(of(true).undone).toBe(1);
		expect(isSafe(of(true))).toBe(false);
	});

	test('a registration that vanishes from under a living process is a false purge, asked for or not', () => {
		const judgement = judge(
			observed({ trials: [record('untouched')], lost: [{ czxid: CZXID, path: PATH, atMs: 3_000 }] }),
		);
		expect(judgement.falseClaims).toMatchObject([{ kind: 'lost', residue: false }]);
		expect(isSafe(judgement)).toBe(false);
	});

	test('one that went with its session is none: a stopped process hears of the expiry later', () => {
		const lost = [{ czxid: CZXID, path: PATH, atMs: 3_000 }];
		const judged = (expiries: { pid: number; atMs: number }[]) =>
			judge(observed({ trials: [record('sigstop-25s')], lost, expiries })).falseClaims;
		expect(judged([{ pid: 42, atMs: 3_400 }])).toEqual([]);
		for (const unrelated of [
			{ pid: 43, atMs: 3_400 },
			{ pid: 42, atMs: 2_900 },
			{ pid: 42, atMs: 40_000 },
		]) {
			expect(judged([unrelated])).toMatchObject([{ kind: 'lost' }]);
		}
	});

	test('a verdict about an incarnation that no process reported makes the run unsafe', () => {
		const judgement = judge(observed({ claims: [claim(3_000, { czxid: '0xbad' })] }));
		expect(judgement.unknown).toBe(1);
		expect(isSafe(judgement)).toBe(false);
	});

	test('suspicion condemns nobody', () => {
		const claims = [claim(3_000, { verdict: 'suspect', reasons: ['tripwire-closed'] })];
		expect(isSafe(judge(observed({ claims, trials: [record('tripwires-reset')] })))).toBe(true);
	});
});

describe('the known residue', () => {
	const residue = (more: { closesAllOnLoss?: boolean; lossMs?: number; pid?: number; atMs?: number }) => {
		const { closesAllOnLoss = true, lossMs = 2_000, pid = 42, atMs = 3_500 } = more;
		return only(
			observed({
				lives: [life({ closesAllOnLoss })],
				outages: [{ pid, fromMs: 2_000, toMs: 2_000 + lossMs }],
				claims: [claim(atMs)],
				trials: [record('all-closed-on-long-loss')],
			}),
		);
	};

	test('is told apart and does not make the run unsafe', () => {
		const { judgement, trial } = residue({});
		expect(trial.result).toBe('residue');
		expect(judgement.falseClaims).toMatchObject([{ residue: true }]);
		expect(isSafe(judgement)).toBe(true);
	});

	test('takes in the registration that a purge of it removed, whenever that is noticed', () => {
		const purge = { czxid: CZXID, path: PATH, askedAtMs: 3_500, answeredAtMs: 3_600, outcome: 'purged', detail: '' };
		const judgement = judge(
			observed({
				lives: [life({ closesAllOnLoss: true })],
				outages: [{ pid: 42, fromMs: 2_000, toMs: 4_000 }],
				purges: [{ ...purge, stillThere: false }],
				lost: [{ czxid: CZXID, path: PATH, atMs: 15_000 }],
				trials: [record('all-closed-on-long-loss')],
			}),
		);
		expect(judgement.falseClaims).toMatchObject([
			{ kind: 'purge', residue: true },
			{ kind: 'lost', residue: true, trial: 7 },
		]);
		expect(isSafe(judgement)).toBe(true);
	});

	test.each([
		['a member that keeps its connections', { closesAllOnLoss: false }],
		['a loss shorter than the settling time', { lossMs: SETTLE_MS - 1, atMs: 3_000 }],
		['the loss of another process', { pid: 43 }],
		['a claim before the loss', { atMs: 1_500 }],
		['a claim long after the loss', { atMs: 9_000 }],
	])('does not excuse %s', (_, more) => {
		const { judgement, trial } = residue(more);
		expect(trial.result).toBe('false');
		expect(isSafe(judgement)).toBe(false);
	});
});

describe('deaths', () => {
	test('the time of detection runs from the kill to the first verdict', () => {
		const claims = [claim(6_600), claim(7_000, { verdict: 'alive', reasons: [] }), claim(8_000)];
		const { trial } = only(observed({ lives: killed(), claims, trials: [record('sigkill')] }));
		expect(trial.result).toBe('right');
		expect(trial.deaths).toMatchObject([{ result: 'condemned', detectedMs: 1_600, paused: false }]);
	});

	test('a death that only expiry cleared was missed, with what a proof lacked', () => {
		const { trial } = only(
			observed({
				lives: killed(),
				missing: { [CZXID]: ['ensemble-unsettled'] },
				leftAtMs: { [CZXID]: KILLED_AT_MS + 29_000 },
				trials: [record('sigkill', { endedAtMs: 40_000 })],
			}),
		);
		expect(trial.result).toBe('missed');
		expect(trial.deaths).toMatchObject([{ result: 'missed', detectedMs: null, missing: ['ensemble-unsettled'] }]);
	});

	test('a registration that its successor replaced soon was not missed', () => {
		const leftAtMs = { [CZXID]: KILLED_AT_MS + 700 };
		const { trial } = only(observed({ lives: killed(), leftAtMs, trials: [record('restart-curator')] }));
		expect(trial.result).toBe('right');
		expect(trial.deaths).toMatchObject([{ result: 'replaced' }]);
	});

	test('a detection during which the harness stood still is marked', () => {
		const { trial } = only(
			observed({
				lives: killed(),
				claims: [claim(9_000)],
				pauses: [{ fromMs: 6_000, toMs: 7_000 }],
				trials: [record('sigkill')],
			}),
		);
		expect(trial.deaths).toMatchObject([{ result: 'condemned', paused: true }]);
	});

	test('a member of a registrar that was missed makes the trial missed', () => {
		const { trial } = only(
			observed({
				lives: [...killed(), life({ czxid: '0x101', path: '/b', diedAtMs: KILLED_AT_MS })],
				claims: [claim(6_000)],
				trials: [record('registrar-killed', { subjects: [CZXID, '0x101'], endedAtMs: 50_000 })],
			}),
		);
		expect(trial.result).toBe('missed');
	});

	test('what could not be arranged is neither right nor missed', () => {
		const { trial } = only(observed({ trials: [record('sigkill', { subjects: [], failure: 'not provable' })] }));
		expect(trial.result).toBe('not-run');
	});
});

describe('naive detectors', () => {
	test('the healthy whom one condemned are counted, the dead are not', () => {
		const naive = [
			{ detector: 'refused-once', czxid: CZXID, atMs: 3_000 },
			{ detector: 'not-listed-once', czxid: '0x101', atMs: 6_000 },
		] as const;
		const lives = [life(), life({ czxid: '0x101', diedAtMs: 5_400 })];
		const trials = [record('sigkill', { involved: [CZXID, '0x101'] })];
		const judged = judge(observed({ lives, naive, trials })).naive;
		expect(judged['refused-once']).toMatchObject({ healthyCondemned: 1, trials: 1, byFault: { sigkill: 1 } });
		expect(judged['not-listed-once']).toMatchObject({ healthyCondemned: 0, trials: 0 });
		expect(judged['not-listed-once'].detectedMs).toEqual([600]);
	});

	test('their claims make no run unsafe', () => {
		const naive = [{ detector: 'timed-out-once', czxid: CZXID, atMs: 3_000 }] as const;
		expect(isSafe(judge(observed({ naive })))).toBe(true);
	});
});
