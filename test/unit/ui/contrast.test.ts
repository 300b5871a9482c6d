import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../../../app/globals.css', import.meta.url), 'utf8');

function tokensOf(selector: string): Map<string, string> {
	const start = css.indexOf(`${selector} {`);
	const block = css.slice(start, css.indexOf('}', start));
	return new Map(
		[...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/gi)].map((match) => [match[1] ?? '', match[2] ?? '']),
	);
}

/** Relative luminance and contrast, WCAG 2.2. */
function luminance(hex: string): number {
	const [r = 0, g = 0, b = 0] = [1, 3, 5]
		.map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
		.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
	const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
	return (high + 0.05) / (low + 0.05);
}

const INKS = ['ink', 'ink2', 'ink3', 'accent'];
const VERDICT_INKS = ['dead', 'superseded', 'unreachable', 'suspect', 'unresponsive', 'unknown', 'alive', 'gone'].map(
	(verdict) => `${verdict}-ink`,
);
/** Signs of the unwell, and the frame of a field: told apart from the page by the eye (1.4.11). Suspect is striped, its ink beside it. */
const SHAPES = ['dead', 'superseded', 'unresponsive', 'unknown', 'field'];

describe.each([
	['light', ':root'],
	['dark', '[data-theme="dark"]'],
	['system, dark', '\t[data-theme="system"]'],
])('colours of the %s theme', (_name, selector) => {
	const tokens = tokensOf(selector);
	const token = (name: string) => {
		const value = tokens.get(name);
		if (value === undefined) throw new Error(`--${name} is missing in ${selector}`);
		return value;
	};

	it('text has at least 4.5:1 on every surface', () => {
		for (const ink of [...INKS, ...VERDICT_INKS]) {
			for (const surface of ['bg', 'panel', 'hover']) {
				expect(contrast(token(ink), token(surface)), `--${ink} on --${surface}`).toBeGreaterThanOrEqual(4.5);
			}
		}
		for (const ink of ['ink', 'ink2', 'suspect-ink']) {
			expect(contrast(token(ink), token('banner')), `--${ink} on --banner`).toBeGreaterThanOrEqual(4.5);
		}
	});

	it('the button of danger has white text at 4.5:1', () => {
		expect(contrast('#ffffff', token('dead-fill'))).toBeGreaterThanOrEqual(4.5);
	});

	it('signs and frames have at least 3:1', () => {
		for (const shape of SHAPES) {
			for (const surface of ['bg', 'panel']) {
				expect(contrast(token(shape), token(surface)), `--${shape} on --${surface}`).toBeGreaterThanOrEqual(3);
			}
		}
	});
});

it('the dark theme is the same whether chosen or the system’s', () => {
	expect([...tokensOf('\t[data-theme="system"]')]).toEqual([...tokensOf('[data-theme="dark"]')]);
});
