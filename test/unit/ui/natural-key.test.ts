import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareKeys, naturalKey } from '@/components/members/natural-key';

describe('natural order', () => {
	it('reads numbers as numbers and takes no notice of case', () => {
		const sorted = ['g-10', 'G-2', 'g-1', '10.0.0.9', '10.0.0.31', 'g-02b'].sort((a, b) =>
			compareKeys(naturalKey(a), naturalKey(b)),
		);
		expect(sorted).toEqual(['10.0.0.9', '10.0.0.31', 'g-1', 'G-2', 'g-02b', 'g-10']);
	});

	it('agrees with the numbers themselves', () => {
		const number = fc.nat(Number.MAX_SAFE_INTEGER);
		fc.assert(
			fc.property(number, number, (a, b) => {
				expect(compareKeys(naturalKey(`m${a}`), naturalKey(`m${b}`))).toBe(Math.sign(a - b));
			}),
		);
	});
});
