import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNextPath } from '@/components/shell/next-path';

describe('where signing in leads', () => {
	it('to a path of this console, with its query', () => {
		expect(parseNextPath('/c/prod?verdict=dead&member=%2Fa')).toBe('/c/prod?verdict=dead&member=%2Fa');
	});

	it.each([
		'//evil.example',
		'/\\evil.example',
		'/\t/evil.example',
		'https://evil.example/',
		'javascript:alert(1)',
		'/..//evil.example',
		'/.//evil.example',
		'evil',
		'',
		['/a'],
		null,
		undefined,
		`/${'a'.repeat(3_000)}`,
	])('never to %j', (next) => {
		expect(parseNextPath(next)).toBe('/');
	});

	it('never to another origin, whatever is asked', () => {
		const part = fc.constantFrom(
			'/',
			'\\',
			'.',
			'..',
			'@',
			':',
			'evil.example',
			'%2f',
			'\t',
			'\n',
			'?',
			'#',
			'http',
			' ',
		);
		fc.assert(
			fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
				const followed = new URL(parseNextPath(`/${parts.join('')}`), 'https://console.example');
				expect(followed.origin).toBe('https://console.example');
			}),
		);
	});
});
