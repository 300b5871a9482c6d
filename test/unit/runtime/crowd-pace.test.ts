import { expect, test } from 'vitest';
import { RULES } from '@/lib/core/policy';
import { crowdPauseMs } from '@/lib/runtime/crowd-pace';

const pace = (gone: number, more: { proven?: boolean; impaired?: boolean } = {}) =>
	crowdPauseMs(gone, { proven: false, impaired: false, ...more });

test('few who die do not slow each other down', () => {
	expect(pace(1)).toBeLessThan(RULES.roundGapMsMin);
	expect(pace(100)).toBeLessThan(RULES.roundGapMsMin);
	expect(pace(1, { proven: true, impaired: true })).toBeLessThan(RULES.roundGapMsMin);
});

test('of many each is looked at less often, but often enough for its proof and for the age of its evidence', () => {
	expect(pace(300)).toBeGreaterThan(pace(200));
	expect(pace(200, { impaired: true })).toBeGreaterThan(pace(200));
	for (const gone of [500, 10_000, 1_000_000]) {
		expect(pace(gone, { impaired: true })).toBeLessThanOrEqual(400);
		expect(pace(gone, { proven: true, impaired: true })).toBeLessThanOrEqual(RULES.suspicionAgeMsMax / 2);
	}
});
