import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { createSender } from '@/lib/adapters/webhooks/send-webhook';
import { makeSecret, signMessage } from '@/lib/adapters/webhooks/sign';
import type { SendWebhook } from '@/lib/core/webhook-port';
import { freePort } from '@/test/support/free-port';
import { type Receiver, startReceiver, withStatus } from '@/test/support/webhook-receiver';

const SECRET = makeSecret();
const MESSAGE = { id: 'entry-7', body: '{"text":"网关"}' };

let receiver: Receiver;
beforeEach(async () => {
	receiver = await startReceiver();
});
afterEach(() => receiver.close());

const send = (
	url = receiver.url,
	options: { attemptMs?: number; stop?: AbortSignal } = {},
): ReturnType<SendWebhook> => {
	const { attemptMs = 10_000, stop = new AbortController().signal } = options;
	return createSender({ clock: systemClock, attemptMs })({ url, secret: SECRET }, MESSAGE, stop);
};

it('posts the body as it is, signed, with the id and the time of the attempt', async () => {
	const before = Math.floor(Date.now() / 1_000);
	expect(await send()).toMatchObject({ status: 204, problem: null });
	const [one] = receiver.received;
	const timestamp = Number(one?.headers['webhook-timestamp']);
	expect(timestamp).toBeGreaterThanOrEqual(before);
	expect(one).toMatchObject({
		body: MESSAGE.body,
		path: '/hook',
		headers: {
			'content-type': 'application/json',
			'webhook-id': 'entry-7',
			'webhook-signature': signMessage(SECRET, 'entry-7', timestamp, MESSAGE.body),
		},
	});
});

it.each([
	[200, null],
	[202, null],
	[301, 'redirected'],
	[307, 'redirected'],
	[304, 'redirected'],
	[400, 'status-bad'],
	[410, 'gone'],
	[500, 'status-bad'],
])('an answer %i is %s', async (status, code) => {
	const other = await startReceiver();
	receiver.answer(withStatus(status, { location: other.url }));
	const attempt = await send();
	expect([attempt.status, attempt.problem?.code ?? null]).toEqual([status, code]);
	expect(other.received, 'redirects are not followed').toEqual([]);
	expect(receiver.received).toHaveLength(1);
	await other.close();
});

it('what the receiver asks for with Retry-After is told, in seconds alone', async () => {
	receiver.answer(withStatus(503, { 'retry-after': '120' }));
	expect((await send()).retryAfterMs).toBe(120_000);
	receiver.answer(withStatus(503, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }));
	expect((await send()).retryAfterMs).toBeNull();
});

it('a receiver that hangs ends the attempt at its deadline; one that hangs after its head has answered', async () => {
	receiver.answer(() => undefined);
	expect(await send(receiver.url, { attemptMs: 200 })).toMatchObject({ status: null, problem: { code: 'timed-out' } });
	receiver.answer((response) => {
		response.writeHead(200);
		response.write('some of the body');
	});
	expect(await send(receiver.url, { attemptMs: 5_000 })).toMatchObject({ status: 200, problem: null });
});

it('a body without an end costs its sender the connection, and nobody else anything', async () => {
	const broken = new Promise<number>((resolve) => {
		receiver.answer((response) => {
			let bytes = 0;
			const part = Buffer.alloc(16 * 1_024);
			const more = () => {
				bytes += part.length;
				response.write(part, () => response.destroyed || more());
			};
			response.on('close', () => resolve(bytes));
			response.writeHead(200);
			more();
		});
	});
	expect(await send()).toMatchObject({ status: 200, problem: null });
	expect(await broken).toBeGreaterThan(64 * 1_024);
});

it('tells a port where nobody listens, a server that breaks off, and a name that is none', async () => {
	const port = await freePort();
	expect((await send(`http://127.0.0.1:${port}/`)).problem).toMatchObject({ code: 'connection-refused' });
	expect((await send(`http://localhost:${port}/`)).problem).toMatchObject({ code: 'connection-refused' });
	const rude = createServer((socket) => socket.destroy());
	await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));
	const address = rude.address();
	const rudePort = typeof address === 'object' && address !== null ? address.port : 0;
	expect((await send(`http://127.0.0.1:${rudePort}/`)).problem).toMatchObject({ code: 'connection-failed' });
	expect((await send(`https://127.0.0.1:${receiver.url.split(':')[2]?.split('/')[0]}/`)).problem?.code).toBe(
		'tls-failed',
	);
	rude.close();
	// A label of 64 characters: no name server is asked.
	expect((await send(`http://${'a'.repeat(64)}.invalid/s3cret`)).problem).toMatchObject({ code: 'name-unresolved' });
});

it('nothing is sent to a link-local address', async () => {
	for (const url of [
		'http://169.254.169.254/latest/meta-data',
		'http://[fe80::1]/',
		'http://[::ffff:169.254.169.254]/',
	]) {
		expect(await send(url)).toMatchObject({ status: null, problem: { code: 'address-refused' } });
	}
});

it('ends at once when the console stops, and never tells the URL', async () => {
	receiver.answer(() => undefined);
	const stop = new AbortController();
	const sending = send(`${receiver.url}?token=s3cret`, { stop: stop.signal });
	stop.abort();
	const attempt = await sending;
	expect(attempt.status).toBeNull();
	expect(JSON.stringify(attempt)).not.toContain('s3cret');
});
