import { describe, expect, test } from 'vitest';
import { judge } from '@/lib/cli/chaos/judge';
import { toReport, toText } from '@/lib/cli/chaos/report';
import type { Observations } from '@/lib/cli/chaos/truth';
import { CZXID, claim, life, observed, record } from './observed';

function reportOf(more: Partial<Observations>) {
	const purgeRefusals = { 'refused: because': 1 };
	const facts = {
		purgeRefusals,
		seed: 5,
		parallel: 24,
		network: true,
		tookMs: 60_000,
		settleMs: 1_200,
		purges: { purged: 2 },
		pauses: 0,
	};
	return toReport(judge(observed(more)), facts);
}

const killed = { lives: [life({ diedAtMs: 5_000 })], claims: [claim(6_500)], trials: [record('sigkill')] };

describe('the report', () => {
	test('each fault has its row with detection times, and the rate is by the hour', () => {
		const report = reportOf(killed);
		expect(report).toMatchObject({ trials: 1, perHour: 60, falseClaims: [], totals: { right: 1, missed: 0 } });
		expect(report.byFault.sigkill?.detectedMs).toMatchObject({ count: 1, median: 1_500, worst: 1_500 });
		expect(report.byFault.sigkill?.calmDetectedMs).toMatchObject({ count: 1 });
		expect(report.byDisturbance.none?.trials).toBe(1);
		expect(Object.keys(report.byFault)).toEqual(['sigkill']);
	});

	test('a detection during a disturbance counts, but not among the undisturbed ones', () => {
		const report = reportOf({ ...killed, trials: [record('sigkill', { disturbance: 'leader-killed' })] });
		expect(report.byFault.sigkill).toMatchObject({ detectedMs: { median: 1_500 }, calmDetectedMs: null });
	});

	test('a time measured while the harness stood still is set apart', () => {
		const report = reportOf({ ...killed, pauses: [{ fromMs: 5_500, toMs: 6_000 }] });
		expect(report.byFault.sigkill).toMatchObject({ right: 1, detectedMs: null, paused: 1 });
	});

	test('the text names every false claim, and the seed', () => {
		const text = toText(reportOf({ claims: [claim(3_000)], trials: [record('untouched')] }));
		expect(text).toMatch(
			/FALSE: dead \/turms\/members\/member-1 in trial 7 \(untouched during none\): refused-by-quorum/,
		);
		expect(text).toMatch(/seed 5/);
		expect(text).toMatch(/^1 false, 0 of the known residue, 0 unknown, 0 purges undone$/m);
	});

	test('missed deaths are told with what was missing, and apart where no proof can be had', () => {
		const missed = (fault: 'sigkill' | 'nat-killed') =>
			toText(
				reportOf({
					lives: [life({ diedAtMs: 5_000 })],
					missing: { [CZXID]: ['address-not-provable'] },
					trials: [record(fault, { endedAtMs: 60_000 })],
				}),
			);
		expect(missed('sigkill')).toMatch(/missed: trial 7 sigkill during none; lacked address-not-provable/);
		expect(missed('nat-killed')).not.toMatch(/missed: trial/);
		expect(missed('nat-killed')).toMatch(/1 missed as it must be/);
	});
});
