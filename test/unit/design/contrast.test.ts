import { describe, expect, it } from 'vitest';
import { VERDICTS } from '@/lib/core/reason';
import { blend, contrast } from './contrast';
import { CONTRAST_MIN, PAIRS, VERDICT_TOKENS } from './pairs';
import { DARK, LIGHT, SYSTEM_DARK } from './tokens';

describe('contrast as WCAG 2.2 reckons it', () => {
	it('is 21 between black and white, 1 between equals, and 4.54 for the grey that just passes on white', () => {
		expect(contrast('#000000', '#ffffff')).toBe(21);
		expect(contrast('#777777', '#777777')).toBe(1);
		expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
	});

	it('of a blend is that of what is seen', () => {
		expect(blend('#000000', 0.5, '#ffffff')).toBe('#808080');
		expect(blend('#d13438', 0, '#ffffff')).toBe('#ffffff');
	});
});

describe.each([
	['light', LIGHT],
	['dark', DARK],
])('colours of the %s theme', (_name, tokens) => {
	it.each(PAIRS)('$over on $under is told apart ($kind)', ({ kind, colours }) => {
		const [over, under] = colours(tokens);
		expect(contrast(over, under)).toBeGreaterThanOrEqual(CONTRAST_MIN[kind]);
	});
});

it('every verdict has a colour, an ink and a pair that is measured', () => {
	expect(Object.keys(VERDICT_TOKENS).sort()).toEqual([...VERDICTS].sort());
});

it('the dark theme is the same whether chosen or the system’s', () => {
	expect([...SYSTEM_DARK]).toEqual([...DARK]);
});
