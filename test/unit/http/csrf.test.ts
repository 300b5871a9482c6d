import { describe, expect, it } from 'vitest';
import { foreignOrigin } from '@/lib/http/csrf';

const verdict = (headers: Record<string, string>, baseUrl: string | null = null) =>
	foreignOrigin(new Headers(headers), baseUrl)?.code ?? 'own';

describe('a write by cookie', () => {
	it.each([
		['what is no browser says nothing', { host: 'console:3000' }, null],
		['a page of the console itself', { host: 'console:3000', origin: 'http://console:3000' }, null],
		['the same behind TLS', { host: 'console.example', origin: 'https://console.example' }, null],
		['typed into the address bar', { host: 'console:3000', 'sec-fetch-site': 'none' }, null],
		['Host rewritten by a proxy', { host: '10.0.0.1:3000', origin: 'https://c.example' }, 'https://c.example'],
		['capital letters', { host: 'Console:3000', origin: 'http://console:3000' }, null],
	])('is let through: %s', (_name, headers, baseUrl) => {
		expect(verdict(headers as unknown as Record<string, string>, baseUrl)).toBe('own');
	});

	it.each([
		['another host', { host: 'console:3000', origin: 'http://evil.example' }],
		['another port', { host: 'console:3000', origin: 'http://console:3001' }],
		['a sandboxed page', { host: 'console:3000', origin: 'null' }],
		['an origin that begins like ours', { host: 'console.example', origin: 'https://console.example.evil.example' }],
		['no host to compare with', { origin: 'http://console:3000' }],
		['the browser says cross-site', { host: 'c', origin: 'http://c', 'sec-fetch-site': 'cross-site' }],
		['a sister domain', { host: 'c', 'sec-fetch-site': 'same-site' }],
		['another scheme', { host: 'c', origin: 'ftp://c' }],
		['garbage', { host: 'c', origin: 'c' }],
	])('is refused: %s', (_name, headers) => {
		expect(verdict(headers as unknown as Record<string, string>)).toBe('origin-foreign');
	});
});
