import diagnosticsChannel from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import { directAddressOf } from '@/lib/http/direct-address';
import { tagSourceAddresses } from '@/lib/http/source-address';

tagSourceAddresses();

/** A request's headers as a handler sees them, from this socket. */
function headersFrom(remoteAddress: string, headers: Record<string, string> = {}): Headers {
	const request = { headers: { host: 'console:3000', ...headers }, socket: { remoteAddress } };
	diagnosticsChannel.channel('http.server.request.start').publish({ request });
	return new Headers(request.headers);
}

describe('who sent a request himself', () => {
	it('is at his socket’s address, also where Next has written it into X-Forwarded-For', () => {
		expect(directAddressOf(headersFrom('10.0.0.7'))).toBe('10.0.0.7');
		expect(directAddressOf(headersFrom('::ffff:10.0.0.7', { 'x-forwarded-for': '::ffff:10.0.0.7' }))).toBe('10.0.0.7');
		expect(directAddressOf(headersFrom('10.0.0.7', { 'x-forwarded-host': 'console:3000' }))).toBe('10.0.0.7');
	});

	it.each([
		['x-forwarded-for', '10.0.0.9'],
		['x-forwarded-for', '10.0.0.9, 10.0.0.7'],
		['forwarded', 'for=10.0.0.7'],
		['via', '1.1 proxy'],
		['x-real-ip', '10.0.0.7'],
		['x-forwarded-host', 'rollcall.example'],
	])('is nobody known when somebody in between says so: %s: %s', (name, value) => {
		expect(directAddressOf(headersFrom('10.0.0.7', { [name]: value }))).toBeNull();
	});

	it('is nobody known without a socket’s address', () => {
		expect(directAddressOf(new Headers({ 'x-forwarded-for': '10.0.0.7' }))).toBeNull();
	});
});
