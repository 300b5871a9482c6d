import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { parseIdentity } from '@/lib/adapters/probes/health';
import { createProbes } from '@/lib/adapters/probes/probes';
import { spawnTied } from '@/lib/cli/spawn-tied';
import type { HealthAnswer } from '@/lib/core/evidence';
import type { Endpoint } from '@/lib/core/member';
import type { HealthQuestion } from '@/lib/core/ports';
import { stopProcess } from '@/test/support/stop-process';
import { eventually } from '@/test/support/zookeeper';

const CHILD = fileURLToPath(new URL('./http-child.mjs', import.meta.url));
const probes = createProbes({ clock: systemClock });
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const undo of cleanUp.splice(0).reverse()) await undo();
});

type HttpMember = {
	readonly endpoint: Endpoint;
	readonly pid: number | null;
	/** Heads of the requests it got. */
	readonly requests: readonly string[];
	end(): Promise<void>;
};

/** A real process that answers HTTP in the given way; see http-child.mjs. */
async function startHttp(behaviour: string): Promise<HttpMember> {
	const child = spawnTied(process.execPath, [CHILD, behaviour], { stdio: ['pipe', 'pipe', 'inherit'] });
	const lines = createInterface({ input: child.stdout });
	const [port] = await once(lines, 'line');
	const requests: string[] = [];
	lines.on('line', (line) => requests.push(String(JSON.parse(line))));
	const end = async () => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		const exited = once(child, 'exit');
		child.kill('SIGKILL');
		await exited;
	};
	cleanUp.push(end);
	return { endpoint: { ip: '127.0.0.1', port: Number(port) }, pid: child.pid ?? null, requests, end };
}

function ask(endpoint: Endpoint, change: Partial<HealthQuestion> = {}, timeoutMs = 20_000): Promise<HealthAnswer> {
	const question = { endpoint, hostHeader: 'member.example:9510', path: '/health', status: 200, ...change };
	return probes.health(question, { timeoutMs });
}

describe('a health check', () => {
	test('of a healthy process is answered, with status and latency, and names nobody', async () => {
		const member = await startHttp('status:200:OK');
		const answer = await ask(member.endpoint);
		expect(answer).toEqual({
			endpoint: member.endpoint,
			result: 'answered',
			status: 200,
			latencyMs: expect.any(Number),
			identity: null,
			errorCode: null,
		});
		expect(answer.latencyMs).toBeGreaterThan(0);
	});

	test('asks once, on a connection of its own, for the path given under the host given', async () => {
		const member = await startHttp('status:200:OK');
		await ask(member.endpoint, { path: '/a/b?c=d', hostHeader: '[::1]:80' });
		await ask(member.endpoint);
		const [first] = await eventually('both requests', () => (member.requests.length >= 2 ? member.requests : null));
		expect(member.requests).toHaveLength(2);
		expect(first).toMatch(/^GET \/a\/b\?c=d HTTP\/1\.1\r\n/);
		expect(first).toMatch(/\r\nhost: \[::1\]:80\r\n/i);
		expect(first).toMatch(/\r\nconnection: close\r\n/i);
	});

	test('with another status than expected is answered wrongly', async () => {
		const member = await startHttp('status:503:no');
		expect(await ask(member.endpoint)).toMatchObject({ result: 'wrong-status', status: 503, errorCode: null });
		expect(await ask(member.endpoint, { status: 503 })).toMatchObject({ result: 'answered', status: 503 });
	});

	test('with an upgrade that nobody asked for is answered wrongly', async () => {
		const member = await startHttp('upgrade');
		expect(await ask(member.endpoint)).toMatchObject({ result: 'wrong-status', status: 101, identity: null });
	});

	test('follows no redirect: whoever it points to is never asked', async () => {
		const other = await startHttp('status:200:OK');
		const member = await startHttp(`redirect:http://127.0.0.1:${other.endpoint.port}/health`);
		expect(await ask(member.endpoint)).toMatchObject({ result: 'wrong-status', status: 302 });
		// Whatever the other had been sent before this answer would be in its list by now.
		await ask(other.endpoint, { path: '/last' });
		await eventually('the last request', () => (other.requests.length > 0 ? true : null));
		expect(other.requests).toHaveLength(1);
		expect(other.requests[0]).toContain('GET /last');
	});

	test('of a stopped process times out, although its kernel accepts', async () => {
		const member = await startHttp('status:200:OK');
		await stopProcess(member.pid);
		expect((await probes.probe(member.endpoint, { timeoutMs: 5_000 })).result).toBe('accepted');
		expect(await ask(member.endpoint, {}, 300)).toEqual({
			endpoint: member.endpoint,
			result: 'timed-out',
			status: null,
			latencyMs: null,
			identity: null,
			errorCode: null,
		});
	});

	test('of a killed process is refused', async () => {
		const member = await startHttp('status:200:OK');
		await member.end();
		expect(await ask(member.endpoint)).toMatchObject({ result: 'refused', status: null, errorCode: 'ECONNREFUSED' });
	});

	test.each([
		['that says nothing', 'silent'],
		['whose head never ends', 'dribble'],
	])('of a process %s times out', async (_, behaviour) => {
		const member = await startHttp(behaviour);
		expect(await ask(member.endpoint, {}, 400)).toMatchObject({ result: 'timed-out', status: null, identity: null });
	});

	test.each([
		['body never comes', 'late', 400],
		['body never ends', 'endless', 20_000],
		['body is longer than is read, although it begins with an identity', 'long', 20_000],
		['body breaks off', 'cut', 20_000],
	])('whose %s is answered by its head, and names nobody', async (_, behaviour, timeoutMs) => {
		const member = await startHttp(behaviour);
		expect(await ask(member.endpoint, {}, timeoutMs)).toMatchObject({
			result: 'answered',
			status: 200,
			identity: null,
			errorCode: null,
		});
	});

	test.each([
		['headers are too long', 'headers', 'HPE_HEADER_OVERFLOW'],
		['headers are too many', 'many-headers', 'HPE_HEADER_OVERFLOW'],
		['answer is not HTTP', 'garbage', /^HPE_/],
		['connection is reset', 'reset', 'ECONNRESET'],
	])('whose %s fails, with the reason', async (_, behaviour, code) => {
		const member = await startHttp(behaviour);
		expect(await ask(member.endpoint)).toMatchObject({
			result: 'failed',
			status: null,
			identity: null,
			errorCode: expect.stringMatching(code),
		});
	});

	test.each<[string, Partial<HealthQuestion>]>([
		['a name instead of an IP', { endpoint: { ip: 'localhost', port: 80 } }],
		['a port out of range', { endpoint: { ip: '127.0.0.1', port: 70_000 } }],
		['a line break in the path', { path: '/a\r\nx: y' }],
		['a line break in the host', { hostHeader: 'a\r\nx: y' }],
	])('with %s is not sent', async (_, change) => {
		const endpoint = { ip: '127.0.0.1', port: 9 };
		expect(await ask(endpoint, change)).toMatchObject({ result: 'failed', errorCode: 'EINVAL' });
	});

	test('waits its turn among the probes', async () => {
		const one = createProbes({ clock: systemClock, concurrency: 1 });
		const silent = await startHttp('silent');
		const well = await startHttp('status:200:OK');
		const order: string[] = [];
		const question = { hostHeader: 'a', path: '/', status: 200 };
		await Promise.all([
			one.health({ ...question, endpoint: silent.endpoint }, { timeoutMs: 300 }).then(() => order.push('silent')),
			one.probe(well.endpoint, { timeoutMs: 20_000 }).then(() => order.push('probe')),
		]);
		expect(order).toEqual(['silent', 'probe']);
	});

	test('tells who answered, whatever path was asked and whatever the status', async () => {
		const identity = { sessionId: '0xC800000000000001', startNonce: 'n-1', path: '/turms/members/a b' };
		const member = await startHttp(`identity:${JSON.stringify({ ...identity, more: [1] })}`);
		const expected = { sessionId: 0xc800_0000_0000_0001n, startNonce: 'n-1', path: '/turms/members/a b' };
		expect((await ask(member.endpoint)).identity).toEqual(expected);
		expect(await ask(member.endpoint, { status: 204 })).toMatchObject({ result: 'wrong-status', identity: expected });
	});
});

describe('an identity', () => {
	const well = { sessionId: '0x1f', startNonce: 'n', path: '/a' };
	test.each<[string, unknown]>([
		['a session id as a number, which would be rounded', { ...well, sessionId: 72057615854272512 }],
		['a session id that is no hex', { ...well, sessionId: '31' }],
		['a session id of 17 digits', { ...well, sessionId: `0x${'1'.repeat(17)}` }],
		['no session yet', { ...well, sessionId: '0x0' }],
		['no nonce', { sessionId: '0x1f', path: '/a' }],
		['an empty nonce', { ...well, startNonce: '' }],
		['a nonce of 129 characters', { ...well, startNonce: 'n'.repeat(129) }],
		['a path of 1,025 characters', { ...well, path: `/${'a'.repeat(1_024)}` }],
		['a path that is none', { ...well, path: 'a' }],
		['a list', [well]],
		['a text', 'OK'],
		['nothing', null],
	])('with %s is none', (_, body) => {
		expect(parseIdentity(JSON.stringify(body))).toBeNull();
	});

	test('is none in a text that is no JSON, and whole at its bounds', () => {
		expect(parseIdentity('{"sessionId":')).toBeNull();
		expect(parseIdentity('[['.repeat(8_000))).toBeNull();
		const long = { sessionId: `0x${'f'.repeat(16)}`, startNonce: 'n'.repeat(128), path: `/${'a'.repeat(1_023)}` };
		expect(parseIdentity(JSON.stringify(long))).toEqual({ ...long, sessionId: 0xffff_ffff_ffff_ffffn });
	});
});
