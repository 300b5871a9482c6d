import { afterEach, describe, expect, it, vi } from 'vitest';
import { sendPurge } from '@/components/purge/purge-client';

const REQUEST = { members: [{ path: '/m/a', czxid: '0x1' }], reason: 'why', confirm: 'a' };

function answerWith(status: number, body: string): ReturnType<typeof vi.fn> {
	const fetched = vi.fn(async () => new Response(body, { status, headers: { 'content-type': 'application/json' } }));
	vi.stubGlobal('fetch', fetched);
	return fetched;
}

afterEach(() => {
	vi.unstubAllGlobals();
});

describe('a purge whose answer does not come', () => {
	it('is unknown, and is not sent a second time', async () => {
		const fetched = vi.fn(async () => {
			throw new TypeError('network down');
		});
		vi.stubGlobal('fetch', fetched);
		expect((await sendPurge('c', REQUEST)).kind).toBe('unknown');
		expect(fetched).toHaveBeenCalledTimes(1);
	});

	it.each([
		['a proxy’s page with status 200', 200, '<html>welcome</html>'],
		['an answer that was cut off', 200, '{"outcomes": ['],
		['an answer of another shape', 200, '{"hello": 1}'],
		['a gateway error', 502, '<html>bad gateway</html>'],
		['a time-out behind a proxy', 504, ''],
		['an error of the console', 500, '{"code":"internal","detail":"x"}'],
	])('is unknown after %s', async (_what, status, body) => {
		answerWith(status, body);
		expect((await sendPurge('c', REQUEST)).kind).toBe('unknown');
	});
});

describe('a purge that is answered', () => {
	it('is refused only where the server said so before doing anything', async () => {
		answerWith(403, '{"code":"forbidden","detail":"Your role does not allow this"}');
		expect(await sendPurge('c', REQUEST)).toEqual({
			kind: 'refused',
			status: 403,
			detail: 'Your role does not allow this',
		});
	});

	it('is never sent as a dry run, and names exactly the incarnations', async () => {
		const fetched = answerWith(200, '{"outcomes": []}');
		expect((await sendPurge('a/b', REQUEST)).kind).toBe('ok');
		const [url, init] = fetched.mock.calls[0] as unknown as [string, RequestInit];
		expect(url).toBe('/api/clusters/a%2Fb/purges');
		expect(JSON.parse(String(init.body))).toEqual({ ...REQUEST, dryRun: false });
	});
});
