import { describe, expect, it } from 'vitest';
import { toSparklinePath } from '@/components/latency/sparkline-path';

const BOX = { width: 66, height: 18 };

/** Every absolute y of a path. */
function heights(path: string): number[] {
	return [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map((match) => Number(match[1]));
}

describe('a sparkline', () => {
	it('breaks its line where an answer is missing and marks the gap', () => {
		const path = toSparklinePath([1, 2, null, 2, 1], BOX);
		expect(path.line.match(/M/g)).toHaveLength(2);
		expect(path.line.match(/L/g)).toHaveLength(2);
		expect(path.gaps.match(/M/g)).toHaveLength(1);
	});

	it('draws a lone answer between two gaps as a visible dot', () => {
		expect(toSparklinePath([null, 4, null], BOX).line).toMatch(/h\.01$/);
	});

	it('puts the largest value on top and stays within the box', () => {
		const ys = heights(toSparklinePath([0.4, 41, 0.3], BOX).line);
		expect(Math.min(...ys)).toBe(ys[1]);
		expect(ys.every((y) => y >= 0 && y <= BOX.height)).toBe(true);
	});

	it('does not blow the noise of a steady member up to full height', () => {
		const ys = heights(toSparklinePath([1, 1.02, 0.98, 1.01], BOX).line);
		expect(Math.max(...ys) - Math.min(...ys)).toBeLessThan(BOX.height / 5);
	});

	it('takes nothing, one value and only silence without NaN', () => {
		for (const values of [[], [3], [null], [null, null], [0, 0]]) {
			const path = toSparklinePath(values, BOX);
			expect(path.line + path.gaps).not.toContain('NaN');
		}
	});
});
