import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { ServerConfig } from '@/lib/core/config';
import type { Sweep, SweepPort } from '@/lib/core/ports';
import { sessionStateOf } from '@/lib/core/sweep';
import { type Front, openSession, type Session, startFront, startMember, sweeperOf, sweepUntil } from './setting';

let server: Ensemble;
let own: Session;

beforeAll(async () => {
	server = await startEnsemble({ servers: 1, extraConfig: { '4lw.commands.whitelist': 'cons,conf,mntr,dump,srvr' } });
	own = await openSession(server.connect);
});

afterAll(async () => {
	own?.close();
	await server?.stop();
});

it.each([
	['its AdminServer', (config: ServerConfig) => config],
	['the documented four-letter words', (config: ServerConfig) => ({ ...config, admin: null })],
])('a standalone server is the whole ensemble, by %s', async (name, choose) => {
	const sweeper = sweeperOf(server.config.map(choose), async () => null);
	const member = await startMember(server.connect, `/${name}`, 30_000);
	const request = { ownSessionId: own.id, withEphemerals: true };
	const sweep = await sweeper.sweep(request);
	expect(sweep.summary).toMatchObject({ complete: true, gaps: [], standalone: true, serverIds: [0], leaderId: null });
	expect(sweep.servers).toMatchObject([{ role: 'standalone', answered: true, problem: null }]);
	expect(sessionStateOf(sweep, member.sessionId)).toBe('connected');
	expect(sweep.ephemerals?.get(member.sessionId)).toEqual([`/${name}`]);
	expect(sweep.sessions.get(member.sessionId)?.expiresInMs).toBeGreaterThan(20_000);
	await member.kill();
	const gone = await sweepUntil(sweeper, request, (s) => sessionStateOf(s, member.sessionId) === 'gone');
	expect(sessionStateOf(gone, member.sessionId)).toBe('gone');
	await sweeper.close();
});

it('without our own session listed, a standalone server proves nothing', async () => {
	const sweeper = sweeperOf(server.config, async () => null);
	const sweep = await sweeper.sweep({ ownSessionId: null, withEphemerals: false });
	expect(sweep.summary.gaps.map(({ code }) => code)).toEqual(['own-session-not-listed']);
	await sweeper.close();
});

describe('an AdminServer that answers with hostility makes the sweep incomplete, which ends in time all the same:', () => {
	let front: Front;
	let sweeper: SweepPort;
	const ask = () => sweeper.sweep({ ownSessionId: own.id, withEphemerals: true });
	const whole = () =>
		sweepUntil(
			sweeper,
			{ ownSessionId: own.id, withEphemerals: true },
			({ summary, ephemerals }) => summary.complete && ephemerals !== null,
		);
	/** Answers `command` with the body given, and passes everything else on. */
	const answerWith = (command: string, body: string | ((real: string) => string)) =>
		front.behave(async (asked, response, pass) => {
			const real = await pass();
			response.end(asked === command ? (typeof body === 'string' ? body : body(real)) : real);
		});
	const gapCodes = ({ summary }: Sweep) => summary.gaps.map(({ code }) => code);

	beforeAll(async () => {
		const [config] = server.config;
		front = await startFront(config?.admin ?? '');
		sweeper = sweeperOf([{ client: config?.client ?? '', admin: front.admin }], async () => null);
		expect((await whole()).summary.complete).toBe(true);
	});
	afterEach(async () => {
		// What one answer broke, the next one mends.
		front.behave(async (_, response, pass) => void response.end(await pass()));
		expect((await whole()).summary.complete).toBe(true);
	});
	afterAll(async () => {
		await sweeper?.close();
		await front?.close();
	});

	const row = '"packets_received":1,"remote_socket_address":"10.0.0.1:1"';
	const listing = (id: string) =>
		`{"command":"connections","connections":[{"session_id":${id},${row}}],"secure_connections":[]}`;
	it.each<[string, string, string | ((real: string) => string)]>([
		['two million lists in one another', 'connections', `${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}`],
		[
			'a listing of half a million empty rows',
			'connections',
			`{"command":"","connections":[${'{},'.repeat(500_000)}{}]}`,
		],
		['an id as a floating-point number', 'connections', listing('7.2057615854272512e16')],
		['an id beyond 64 bits', 'connections', listing('18446744073709551617')],
		['an id that is not a number', 'connections', listing('"0x100"')],
		['an infinite number', 'server_stats', (real) => real.replace(/"uptime" : \d+/, '"uptime" : 1e999')],
		[
			'a zxid beyond 64 bits',
			'server_stats',
			(real) => real.replace(/(?<key>"last_processed_zxid" : )\d+/, `$<key>${2n ** 64n + 1n}`),
		],
		['a server id below zero', 'configuration', (real) => real.replace(/"server_id" : \d+/, '"server_id" : -1')],
		['facts of 2 MB', 'configuration', (real) => real.replace('{', `{"pad":"${'x'.repeat(2_000_000)}",`)],
		['nothing at all', 'connections', ''],
	])('%s', async (_, command, body) => {
		answerWith(command, body);
		const invalid = (one: Sweep) => gapCodes(one).includes('answer-invalid');
		const sweep = await sweepUntil(sweeper, { ownSessionId: own.id, withEphemerals: true }, invalid);
		expect(sweep.summary.complete).toBe(false);
		expect(gapCodes(sweep)).toContain('answer-invalid');
		expect(sweep.servers[0]?.problem?.detail.length).toBeLessThanOrEqual(600);
	});

	it('a listing without an end', async () => {
		const chunk = `{"command":"${'x'.repeat(60_000)}`;
		front.behave((_, response) => {
			const more = (): void => {
				while (!response.destroyed && response.write(chunk));
			};
			response.on('drain', more);
			more();
		});
		const sweep = await ask();
		expect(sweep.summary.complete).toBe(false);
		expect(sweep.servers[0]?.problem?.code).toMatch(/^admin-(too-large|timed-out)$/);
	});

	it('an answer byte by byte', async () => {
		front.behave((_, response) => {
			const timer = setInterval(() => response.write(' '), 20);
			response.on('close', () => clearInterval(timer));
		});
		const sweep = await ask();
		expect(gapCodes(sweep)).toContain('server-silent');
		expect(sweep.servers[0]?.problem?.code).toBe('admin-timed-out');
	});

	it('a dump that hangs leaves the listings their worth: complete, without ephemerals and expiry', async () => {
		front.behave(async (command, response, pass) => {
			if (command !== 'dump') response.end(await pass());
		});
		const sweep = await sweepUntil(
			sweeper,
			{ ownSessionId: own.id, withEphemerals: true },
			({ summary, ephemerals }) => summary.complete && ephemerals === null,
		);
		expect(sweep.summary).toMatchObject({ complete: true, orphanGround: null });
		expect(sweep.ephemerals).toBeNull();
		expect(sweep.sessions.get(own.id)).toMatchObject({ expiryBucketMs: null, expiresInMs: null });
	});
});
