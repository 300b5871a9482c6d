import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestScore, fuzzyScore } from '@/components/palette/fuzzy';

const best = (query: string, texts: string[]) =>
	texts
		.map((text) => ({ text, score: fuzzyScore(query, text) }))
		.filter(({ score }) => score !== null)
		.sort((a, b) => (b.score ?? 0) - (a.score ?? 0))
		.map(({ text }) => text);

describe('fuzzy matching', () => {
	it('finds letters in their order, whatever their case and the spaces between them', () => {
		expect(fuzzyScore('gw7', 'gateway-07')).not.toBeNull();
		expect(fuzzyScore('GATE 07', 'gateway-07')).not.toBeNull();
		expect(fuzzyScore('7g', 'gateway-07')).toBeNull();
		expect(fuzzyScore('设置', '设置')).not.toBeNull();
	});

	it('puts what contains the query as it is before what only has its letters, and its beginning first', () => {
		expect(best('re', ['ensemble server one', 'Recovery', 'members are there', 'xxrexx'])).toEqual([
			'Recovery',
			'xxrexx',
			'members are there',
			'ensemble server one',
		]);
	});

	it('prefers beginnings of words, and then the shorter text', () => {
		expect(best('g7', ['gaga-17x7', 'gateway-7'])[0]).toBe('gateway-7');
		expect(best('gateway', ['gateway-0001', 'gateway-1'])).toEqual(['gateway-1', 'gateway-0001']);
	});

	it('matches every text by itself and by any of its parts, better than by its scattered letters', () => {
		fc.assert(
			fc.property(fc.string({ minLength: 1 }), fc.nat(), fc.nat(), (text, a, b) => {
				const part = text.slice(Math.min(a, b) % text.length).slice(0, 5);
				expect(fuzzyScore(part, text)).not.toBeNull();
			}),
		);
	});

	it('takes the best of several texts, and null when none matches', () => {
		expect(bestScore('prod', ['Turms', 'prod'])).toBe(fuzzyScore('prod', 'prod'));
		expect(bestScore('zzz', ['Turms', 'prod'])).toBeNull();
	});
});
