import { describe, expect, it } from 'vitest';
import { FORMATS } from '@/components/messages/format';
import { parseLanguage } from '@/components/messages/language';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const { en, zh } = FORMATS;

describe('figures', () => {
	it.each([
		[0, '0.0 s', '0.0 秒'],
		[-50, '0.0 s', '0.0 秒'],
		[3_400, '3.4 s', '3.4 秒'],
		[9_949, '9.9 s', '9.9 秒'],
		[9_951, '10 s', '10 秒'],
		[59_499, '59 s', '59 秒'],
		[60_000, '1 min', '1 分'],
		[213_000, '3 min 33 s', '3 分 33 秒'],
		[3_600_000, '1 h', '1 小时'],
		[7_500_000, '2 h 5 min', '2 小时 5 分'],
		[273_600_000, '3 d 4 h', '3 天 4 小时'],
	])('%d ms last %s, %s', (ms, english, chinese) => {
		expect(plain(en.duration(ms))).toBe(english);
		expect(plain(zh.duration(ms))).toBe(chinese);
	});

	it('a countdown shows whole seconds, rounded up, and never falls below zero', () => {
		expect([25_001, 1, 0, -3_000].map((ms) => plain(en.countdown(ms)))).toEqual(['26 s', '1 s', '0 s', '0 s']);
	});

	it('connect times have three figures', () => {
		expect([0.4211, 41.04, 1_204.4].map((ms) => plain(en.latency(ms)))).toEqual(['0.42 ms', '41.0 ms', '1,204 ms']);
	});
});

describe('the language', () => {
	it('is the operator’s choice, else the browser’s first that we have, else English', () => {
		expect(parseLanguage('zh', 'en')).toBe('zh');
		expect(parseLanguage(undefined, 'fr-FR, zh-CN;q=0.9, en;q=0.8')).toBe('zh');
		expect(parseLanguage('xx', 'fr')).toBe('en');
		expect(parseLanguage(undefined, null)).toBe('en');
	});
});
