import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { askWord } from '@/lib/adapters/ensemble/four-letter-words';
import { createHttpClient } from '@/lib/adapters/ensemble/http-command';

const closers: (() => void)[] = [];
afterEach(() => {
	for (const close of closers.splice(0)) close();
});

async function serve(handler: http.RequestListener): Promise<{ url: string }> {
	const server = http.createServer(handler).listen(0, '127.0.0.1');
	await once(server, 'listening');
	closers.push(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}/commands/x` };
}

function client(bytesMax?: number) {
	const made = createHttpClient(systemClock, bytesMax);
	closers.push(() => made.close());
	return made;
}

const never = () => new AbortController().signal;

it('an endless answer is cut off at the limit', async () => {
	const { url } = await serve((_, response) => {
		const more = (): void => {
			while (response.write('x'.repeat(10_000)));
		};
		response.on('drain', more);
		more();
	});
	expect(await client(100_000).get(url, never())).toMatchObject({ ok: false, failure: { code: 'too-large' } });
});

it('an answer that trickles ends with the deadline', async () => {
	const { url } = await serve((_, response) => void response.write('{'));
	expect(await client().get(url, AbortSignal.timeout(150))).toMatchObject({
		ok: false,
		failure: { code: 'timed-out' },
	});
});

it('a redirect is not followed', async () => {
	let asked = 0;
	const { url } = await serve((_, response) => {
		asked += 1;
		response.writeHead(307, { location: '/elsewhere' }).end();
	});
	expect(await client().get(url, never())).toMatchObject({ ok: false, failure: { code: 'redirected' } });
	expect(asked).toBe(1);
});

it('any content type will do', async () => {
	const { url } = await serve((_, response) => {
		response.setHeader('content-type', 'text/weird');
		response.end('{}');
	});
	expect(await client().get(url, never())).toMatchObject({ ok: true, value: { text: '{}' } });
});

it('a kept connection that the server closes as it is used again is replaced', async () => {
	let first: Socket | null = null;
	const { url } = await serve((request, response) => {
		if (request.socket === first) return void request.socket.destroy();
		first ??= request.socket;
		response.end('{}');
	});
	const kept = client();
	expect(await kept.get(url, never())).toMatchObject({ ok: true });
	expect(await kept.get(url, never())).toMatchObject({ ok: true });
});

it.each([
	['http://127.0.0.1:1/commands/x', 'refused'],
	['ftp://127.0.0.1/commands/x', 'address-invalid'],
	['nonsense', 'address-invalid'],
])('%s fails as %s', async (url, code) => {
	expect(await client().get(url, never())).toMatchObject({ ok: false, failure: { code } });
});

it('a four-letter word to something that never ends is cut off at the limit, and at the deadline', async () => {
	const server = net.createServer((socket) => {
		socket.on('error', () => socket.destroy());
		socket.write('x'.repeat(50_000));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	closers.push(() => server.close());
	const { port } = server.address() as AddressInfo;
	const address = { host: '127.0.0.1', port };
	const asking = { clock: systemClock, signal: never(), bytesMax: 10_000 };
	expect(await askWord(address, 'cons', asking)).toMatchObject({ ok: false, failure: { code: 'too-large' } });
	const bounded = { clock: systemClock, signal: AbortSignal.timeout(150) };
	expect(await askWord(address, 'cons', bounded)).toMatchObject({ ok: false, failure: { code: 'timed-out' } });
});
