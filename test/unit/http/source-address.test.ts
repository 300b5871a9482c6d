import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { sourceAddressOf, tagSourceAddresses } from '@/lib/http/source-address';

/** Asks a real server over a real socket and returns what it takes for the source address. */
async function askFrom(headers: Record<string, string | string[]>): Promise<string | null> {
	const server = createServer((incoming, response) => {
		const seen = new Headers();
		for (const [name, value] of Object.entries(incoming.headers)) {
			for (const each of Array.isArray(value) ? value : [value ?? '']) {
				seen.append(name, each);
			}
		}
		response.end(JSON.stringify(sourceAddressOf(seen)));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	try {
		return await new Promise((resolve, reject) => {
			const asking = request({ host: '127.0.0.1', port, headers }, (response) => {
				let text = '';
				response.on('data', (part) => {
					text += part;
				});
				response.on('end', () => resolve(JSON.parse(text)));
			});
			asking.on('error', reject);
			asking.end();
		});
	} finally {
		server.close();
	}
}

describe("a request's source address", () => {
	it('is not known before anything tags requests, whatever the request says', async () => {
		expect(await askFrom({ 'x-rollcall-source-address': '10.9.9.9' })).toBeNull();
	});

	it("is the socket's, whatever headers the client sends", async () => {
		tagSourceAddresses();
		expect(await askFrom({})).toBe('127.0.0.1');
		expect(await askFrom({ 'x-forwarded-for': '10.9.9.9' })).toBe('127.0.0.1');
		expect(await askFrom({ 'X-Rollcall-Source-Address': ['10.9.9.9', 'undefined 10.9.9.9'] })).toBe('127.0.0.1');
	});

	it('is not known from a header that this process did not write', () => {
		expect(sourceAddressOf(new Headers({ 'x-rollcall-source-address': 'guess 10.9.9.9' }))).toBeNull();
		expect(sourceAddressOf(new Headers())).toBeNull();
	});
});
