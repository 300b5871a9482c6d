import { expect, it } from 'vitest';
import { benchEntry, RARE } from '@/lib/cli/bench-audit/entries';
import { parseAuditBench } from '@/lib/cli/bench-audit/options';
import { boundDraft } from '@/lib/core/audit-bounds';

it('the same seed gives the same entries, another gives others', () => {
	expect(benchEntry(4_711, 7)).toEqual(benchEntry(4_711, 7));
	expect(benchEntry(4_711, 8)).not.toEqual(benchEntry(4_711, 7));
});

it('entries are within the bounds of the log, and as large as those of a console', () => {
	const entries = Array.from({ length: 1_000 }, (_, index) => benchEntry(index, 7));
	expect(entries.map((entry) => boundDraft(entry, () => ''))).toEqual(entries);
	const verdicts = entries.filter(({ action }) => action === 'member.verdict');
	expect(verdicts.length).toBeGreaterThan(700);
	for (const { detail } of verdicts) {
		expect(JSON.stringify(detail).length).toBeGreaterThan(1_500);
		expect(JSON.stringify(detail).length).toBeLessThan(4_500);
	}
});

it('what is called rare is in one of 50,000', () => {
	const rare = Array.from({ length: 100_000 }, (_, index) => benchEntry(index, 7)).filter(
		({ cluster }) => cluster === RARE.cluster,
	);
	expect(rare.map(({ outcome }) => outcome)).toEqual([RARE.outcome, RARE.outcome]);
});

it('options have the sizes of the log by default, and a wrong one is named', () => {
	expect(parseAuditBench({})).toEqual({ entries: [10_000, 100_000, 1_000_000], database: null, seed: 7, runs: 20 });
	expect(parseAuditBench({ entries: '5,6', runs: '3', seed: '0' })).toMatchObject({
		entries: [5, 6],
		runs: 3,
		seed: 0,
	});
	expect(() => parseAuditBench({ entries: '10,x' })).toThrow(/--entries/);
	expect(() => parseAuditBench({ runs: '0' })).toThrow(/--runs/);
});
